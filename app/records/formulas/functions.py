"""The functions of the formula language. A new one is one entry here and one row in docs/formulas.md."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from app.records.formulas import days, texts
from app.records.formulas.types import Value

TEXT, NUMBER, DAY, FLAG, ANY = "text", "number", "day", "flag", "any"
COUNT = "count"
"""What a parameter takes: a text; a number, percentage or amount of money; a date, or a date and time; yes or no;
anything. A COUNT is a plain number or percentage, never money."""
SAME, FIRST = "same", "first"
"""Results that follow the arguments: the type that all those of the last parameter share, or the type of the first."""


@dataclass(frozen=True, slots=True)
class Function:
    """`run` gets values in the order of `takes`; the last `optional` may be left out, the last may come `many` times.

    An empty argument makes the result empty, unless the function `minds_empty`: then `run` gets None. With `clock`,
    the present moment comes first.
    """

    takes: tuple[str, ...]
    result: str
    run: Callable[..., Value]
    optional: int = 0
    many: bool = False
    minds_empty: bool = False
    clock: bool = False


def _is_in(text: Value, part: Value, test: Callable[[str, str], bool]) -> bool:
    """Whether an empty text holds anything, or a text holds an empty one: no."""
    if text is None or part is None:
        return False
    return test(texts.as_text(text).casefold(), texts.as_text(part).casefold())


def _least(choose: Callable[..., Any], *values: Value) -> Value:
    present = [value for value in values if value is not None]
    chosen: Value = choose(present) if present else None
    return chosen


def _replace(text: Value, old: Value, new: Value) -> Value:
    if text is None or old is None:
        return text
    return str(text).replace(str(old), str(new or ""))


def _today(now: datetime) -> Value:
    return now.date()


def _now(now: datetime) -> Value:
    return now


FUNCTIONS: dict[str, Function] = {
    # conditions
    "if": Function((FLAG, ANY, ANY), SAME, lambda test, then, other: then if test else other, minds_empty=True),
    "coalesce": Function(
        (ANY,), SAME, lambda *all: next((one for one in all if one is not None), None), many=True, minds_empty=True
    ),
    "is_empty": Function((ANY,), "checkbox", lambda value: value is None, minds_empty=True),
    "one_of": Function(
        (ANY, ANY),
        "checkbox",
        lambda one, *all: any(texts.same(one, each) for each in all),
        many=True,
        minds_empty=True,
    ),
    # numbers
    "round": Function((NUMBER, COUNT), FIRST, lambda x, n=Decimal(0): texts.rounded(x, n), optional=1),
    "round_up": Function((NUMBER,), FIRST, lambda x: x.to_integral_value(ROUND_CEILING)),
    "round_down": Function((NUMBER,), FIRST, lambda x: x.to_integral_value(ROUND_FLOOR)),
    "abs": Function((NUMBER,), FIRST, abs),
    "mod": Function(
        (COUNT, COUNT), "number", lambda x, y: x - y * (x / y).to_integral_value(ROUND_FLOOR) if y else None
    ),
    "min": Function((ANY,), SAME, lambda *all: _least(min, *all), many=True, minds_empty=True),
    "max": Function((ANY,), SAME, lambda *all: _least(max, *all), many=True, minds_empty=True),
    "number": Function((TEXT,), "number", texts.as_number),
    # text
    "concat": Function((ANY,), "text", lambda *all: "".join(map(texts.as_text, all)), many=True, minds_empty=True),
    "text": Function((ANY,), "text", texts.as_text),
    "fixed": Function((NUMBER, COUNT), "text", texts.fixed),
    "upper": Function((TEXT,), "text", str.upper),
    "lower": Function((TEXT,), "text", str.lower),
    "trim": Function((TEXT,), "text", lambda text: " ".join(text.split())),
    "length": Function((TEXT,), "number", lambda text: Decimal(len(text or "")), minds_empty=True),
    "left": Function((TEXT, COUNT), "text", lambda text, n: texts.part(text, Decimal(1), n)),
    "right": Function((TEXT, COUNT), "text", lambda text, n: text[max(0, len(text) - max(0, int(n))) :]),
    "mid": Function((TEXT, COUNT, COUNT), "text", texts.part),
    "replace": Function((TEXT, TEXT, TEXT), "text", _replace, minds_empty=True),
    "contains": Function((TEXT, TEXT), "checkbox", lambda a, b: _is_in(a, b, str.__contains__), minds_empty=True),
    "starts_with": Function((TEXT, TEXT), "checkbox", lambda a, b: _is_in(a, b, str.startswith), minds_empty=True),
    "ends_with": Function((TEXT, TEXT), "checkbox", lambda a, b: _is_in(a, b, str.endswith), minds_empty=True),
    # days
    "today": Function((), "date", _today, clock=True),
    "now": Function((), "datetime", _now, clock=True),
    "date": Function((COUNT, COUNT, COUNT), "date", days.made),
    "day_of": Function((DAY,), "date", days.day_of),
    "year": Function((DAY,), "number", lambda day: Decimal(day.year)),
    "month": Function((DAY,), "number", lambda day: Decimal(day.month)),
    "day": Function((DAY,), "number", lambda day: Decimal(day.day)),
    "weekday": Function((DAY,), "number", lambda day: Decimal(day.isoweekday())),
    "days_between": Function((DAY, DAY), "number", days.days_between),
    "date_add": Function((DAY, COUNT, TEXT), FIRST, days.added),
}
