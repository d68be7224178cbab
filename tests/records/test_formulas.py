"""The formula language: what it computes, what it refuses, and that its reference page is complete."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings

from app.records.formulas import FUNCTIONS, FormulaError, Type, check, evaluate, parse, to_stored
from app.records.formulas.texts import as_text
from tests.records.expressions import TYPES, Formula, Row, answer, formulas, rows

NOW = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
KNOWN = {key: Type(name, "EUR" if name == "currency" else "") for key, name in TYPES.items()}
KNOWN |= {"price": Type("currency", "USD"), "created_at": Type("datetime"), "won": Type("checkbox")}
DEAL: dict[str, Any] = {
    "amount": Decimal("1000.50"),
    "price": Decimal(3),
    "probability": Decimal(50),
    "hours": None,
    "name": "Crusher",
    "close_on": date(2026, 1, 31),
    "created_at": datetime(2026, 2, 1, 12, tzinfo=UTC),
    "won": True,
}
PAGE = Path(__file__).parents[2] / "docs" / "formulas.md"


def type_of(text: str) -> Type:
    return check(parse(text), text, lambda reference: KNOWN[reference.path[0]])


def compute(text: str, row: Row = DEAL) -> Any:
    """The answer as a record would store it."""
    type = type_of(text)
    return to_stored(evaluate(parse(text), lambda path: row[path[0]], now=NOW), type)


@settings(max_examples=300, deadline=None)
@given(formula=formulas, row=rows)
def test_formulas_mean_what_python_means(formula: Formula, row: Row):
    try:
        type = type_of(formula.text)
    except FormulaError:
        assume(False)
    assert compute(formula.text, row) == to_stored(answer(formula, row), type)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount * probability / 100", 50_025),
        ("amount / 3", 33_350),
        ("amount / amount", 1),
        ('if(name = "crusher", amount, 0)', 100_050),
        ("1 + 2 * 3 - -4", 11),
        ("10 / 4", 2.5),
        ("1 / 0", None),
        ("hours + 1", None),
        ("hours > 1 or not won", False),
        ("hours = empty and hours != 1", True),
        ('"a" & hours & amount', "a1000.5"),
        ('concat(name, ": ", fixed(amount, 2))', "Crusher: 1000.50"),
        ("coalesce(hours, probability)", 50),
        ("round(2.345, 2)", 2.35),
        ("round(-2.5)", -3),
        ("round(1250, -2)", 1_300),
        ("round_up(1.2) + round_down(1.8)", 3),
        ("mod(-7, 3) + abs(-2)", 4),
        ("min(3, hours, 2) + max(1, 5)", 7),
        ('number("12.5") * 2', 25),
        ('number("dozen")', None),
        ("upper(left(name, 2)) & lower(right(name, 2)) & mid(name, 3, 2)", "CReru s".replace(" ", "")),
        ('trim("  a   b ")', "a b"),
        ('length(name & "")', 7),
        ('replace(name, "sh", "")', "Cruer"),
        ('contains(name, "CRUSH") and starts_with(name, "c") and not ends_with(name, "x")', True),
        ('one_of(name, "a", "CRUSHER")', True),
        ("is_empty(hours)", True),
        ("days_between(created_at, today())", 28),
        ("today() - close_on", 29),
        ("now() - created_at", 28.086806),
        ('date_add(close_on, 1, "month")', "2026-02-28"),
        ('date_add(created_at, 36, "hours")', "2026-02-03T00:00:00+00:00"),
        ("close_on + 7", "2026-02-07"),
        ("date(2026, 2, 29)", None),
        ("year(close_on) * 100 + month(close_on) + day(close_on) / 100", 202601.31),
        ("weekday(close_on)", 6),
        ("day_of(created_at) < today()", True),
        ("text(won) & text(close_on) & text(now())", "yes2026-01-312026-03-01 14:05"),
        ('"say \\"hi\\" \\\\"', 'say "hi" \\'),
    ],
)
def test_what_a_formula_gives(text: str, expected: object):
    assert compute(text) == expected


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("amount + name", 8, "amount is a currency, name is a text: they cannot be added"),
        ("amount + price", 8, "(EUR and USD): they cannot be added"),
        ("amount * amount", 8, "they cannot be multiplied"),
        ("name < 5", 6, "they cannot be compared"),
        ("close_on = created_at", 10, "they cannot be compared"),
        ("-name", 1, "only numbers have a minus"),
        ("not amount", 5, "not takes a yes or no"),
        ("upper(amount)", 7, "amount is a currency: upper takes a text here"),
        ("round()", 1, "round takes 1 to 2 values, not 0"),
        ("concat()", 1, "concat takes at least 1 values, not 0"),
        ('if(won, amount, "none")', 1, "if takes values of one type, not a currency and a text"),
        ('date_add(close_on, 1, "eons")', 23, "date_add counts in minutes, hours, days, weeks, months, years"),
        ("sqrt(2)", 1, "There is no function sqrt"),
        ("empty", 1, "always empty"),
        ("1 < 2 < 3", 7, "Compare two things at a time"),
        ("amount probability", 8, "An operator such as + is missing before probability"),
        ("(amount", 8, ") is missing"),
        ("amount +", 9, "Something is missing at the end"),
        ("* 2", 1, "A value is missing before *"),
        ("amount # 2", 8, "# means nothing in a formula"),
        ('"open', 1, "This text has no end"),
        ("{amount", 1, "in braces"),
        ("company.parent.name", 16, "one record further, not two"),
        ("(" * 4_000, 62, "too large"),
        ("-" * 4_000, 62, "too large"),
        ("+".join(["1"] * 100), 1, "too large"),
        ("concat(" + ",".join(["1"] * 600) + ")", 1_008, "too large"),
        ("1" * 4_001, 4_001, "at most 4,000 characters"),
    ],
)
def test_what_is_wrong_and_where(text: str, position: int, message: str):
    with pytest.raises(FormulaError) as refusal:
        type_of(text)
    assert message in refusal.value.message
    assert (refusal.value.position, refusal.value.field) == (position, "formula")
    assert refusal.value.message.endswith(f", at {position}")


@pytest.mark.parametrize(
    "text",
    [
        "9" * 3_000,
        '"9" & ' + "9" * 300,
        f"left(name, {'9' * 300})",
        f"fixed({'9' * 29}, 10)",
        f"close_on + {'9' * 25}",
        'date_add(created_at, 99999999999, "years")',
        "round(1, 99999) / 3",
        "*".join(["99999999999999"] * 30),
        " & ".join(["name"] * 50),
    ],
)
def test_nothing_is_too_much(text: str):
    compute(text, {**DEAL, "name": "n" * 10_000})


def test_every_function_is_documented_and_nothing_else():
    documented = re.findall(r"^\| `(\w+)\(", PAGE.read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(FUNCTIONS)


def test_the_examples_of_the_page_are_true():
    examples = re.findall(r"^\| `\w+\(.*?\)` \|.*\| `(.+)` → (.+) \|$", PAGE.read_text(), re.MULTILINE)
    assert len(examples) == len(FUNCTIONS)
    for text, expected in examples:
        answer = evaluate(parse(text), lambda path: DEAL[path[0]], now=NOW)
        assert type_of(text)
        assert (as_text(answer) or "empty") == expected, text
