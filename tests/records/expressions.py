"""Random formulas, each with what it means in plain Python: the reference that the formula language is held against.

A formula's meaning takes a record as a mapping (`amount` in whole units) and gives a value; None is empty.
"""

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

from hypothesis import strategies as st

Row = Mapping[str, Any]
TYPES = {"amount": "currency", "probability": "percent", "hours": "number", "name": "text", "close_on": "date"}
DIGITS = Context(prec=34, traps=[])


@dataclass(frozen=True)
class Formula:
    text: str
    meaning: Callable[[Row], Any]


def leaf(text: str, value: Any) -> Formula:
    return Formula(text, lambda _row: value)


def field(key: str) -> Formula:
    return Formula(key, lambda row: row[key] or None if TYPES[key] == "text" else row[key])


def joined(pattern: str, compute: Callable[..., Any], *parts: Formula, strict: bool = True) -> Formula:
    """A formula made of others. A `strict` one is empty as soon as one of them is."""

    def meaning(row: Row) -> Any:
        values = [part.meaning(row) for part in parts]
        return None if strict and None in values else settled(compute(*values))

    return Formula(pattern.format(*(part.text for part in parts)), meaning)


def settled(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value + 0 if value.is_finite() and abs(value) < Decimal(10) ** 30 else None
    return value if value != "" else None


def quotient(left: Decimal, right: Decimal) -> Decimal | None:
    return left / right if right != 0 else None


def months_later(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def less(left: Any, right: Any) -> bool:
    return left is not None and right is not None and left < right


def same(left: Any, right: Any) -> bool:
    return (left or "").casefold() == (right or "").casefold()


def chosen(test: Any, then: Any, other: Any) -> Any:
    return then if test else other


def either(first: Any, second: Any) -> Any:
    return second if first is None else first


def arithmetic(numbers: Any, *, symbols: str, others: Any = None) -> Any:
    """`others`: what may stand on the right of these."""
    compute = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": quotient,
    }
    return st.builds(
        lambda left, symbol, right: joined(f"({{0}} {symbol} {{1}})", compute[symbol], left, right),
        numbers,
        st.sampled_from(symbols),
        numbers if others is None else others,
    )


def choices(of: Any) -> Any:
    return st.one_of(
        st.builds(lambda f, a, b: joined("if({0}, {1}, {2})", chosen, f, a, b, strict=False), flags, of, of),
        st.builds(lambda a, b: joined("coalesce({0}, {1})", either, a, b, strict=False), of, of),
    )


def literal(number: Decimal) -> Formula:
    return leaf(f"{number:f}", number)


numbers: Any = st.deferred(
    lambda: st.one_of(
        st.decimals(0, 10_000, places=2).map(literal),
        st.sampled_from([field("hours"), field("probability")]),
        arithmetic(numbers, symbols="+-*/"),
        arithmetic(money, symbols="/"),
        numbers.map(lambda a: joined("-{0}", lambda x: -x, a)),
        numbers.map(lambda a: joined("round({0}, 1)", lambda x: x.quantize(Decimal("0.1"), ROUND_HALF_UP), a)),
        texts.map(lambda a: joined("length({0})", lambda x: Decimal(len(x or "")), a, strict=False)),
        st.builds(lambda a, b: joined("days_between({0}, {1})", lambda x, y: Decimal((y - x).days), a, b), days, days),
        choices(numbers),
    )
)
money: Any = st.deferred(
    lambda: st.one_of(
        st.just(field("amount")),
        arithmetic(money, symbols="+-"),
        arithmetic(money, symbols="*/", others=numbers),
        choices(money),
    )
)
texts: Any = st.deferred(
    lambda: st.one_of(
        st.text('aBß \\"é', max_size=4).map(
            lambda text: leaf('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"', text or None)
        ),
        st.just(field("name")),
        st.builds(
            lambda a, b: joined("({0} & {1})", lambda x, y: (x or "") + (y or ""), a, b, strict=False), texts, texts
        ),
        texts.map(lambda a: joined("upper({0})", str.upper, a)),
        texts.map(lambda a: joined("left({0}, 2)", lambda x: x[:2], a)),
        choices(texts),
    )
)
days: Any = st.deferred(
    lambda: st.one_of(
        st.just(field("close_on")),
        st.dates(date(1999, 1, 1), date(2030, 12, 31)).map(
            lambda day: leaf(f"date({day.year}, {day.month}, {day.day})", day)
        ),
        st.builds(
            lambda day, count: joined(f'date_add({{0}}, {count}, "months")', lambda x: months_later(x, count), day),
            days,
            st.integers(0, 40),
        ),
        st.builds(
            lambda day, count: joined(f"({{0}} - {count})", lambda x: x - timedelta(count), day),
            days,
            st.integers(0, 400),
        ),
        choices(days),
    )
)
flags: Any = st.deferred(
    lambda: st.one_of(
        st.sampled_from([leaf("true", True), leaf("false", False)]),
        st.builds(lambda a, b: joined("({0} < {1})", less, a, b, strict=False), numbers, numbers),
        st.builds(lambda a, b: joined("({0} < {1})", less, a, b, strict=False), days, days),
        st.builds(lambda a, b: joined("({0} = {1})", same, a, b, strict=False), texts, texts),
        st.builds(lambda a, b: joined("({0} and {1})", lambda x, y: bool(x and y), a, b, strict=False), flags, flags),
        st.builds(lambda a, b: joined("({0} or {1})", lambda x, y: bool(x or y), a, b, strict=False), flags, flags),
        flags.map(lambda a: joined("not {0}", lambda x: not x, a, strict=False)),
        st.one_of(numbers, texts, days).map(lambda a: joined("is_empty({0})", lambda x: x is None, a, strict=False)),
    )
)
formulas = st.one_of(numbers, money, texts, days, flags)
rows = st.fixed_dictionaries(
    {
        "amount": st.none() | st.decimals(-100_000, 100_000, places=2),
        "probability": st.none() | st.integers(0, 100).map(Decimal),
        "hours": st.none() | st.decimals(-100, 100, places=2),
        "name": st.text("aAbBß é", max_size=6).map(str.strip),
        "close_on": st.none() | st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    }
)


def answer(formula: Formula, row: Row) -> Any:
    with localcontext(DIGITS):
        return formula.meaning(row)
