"""Whatever people type is either understood or refused with a sentence; nothing else can happen."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from app.records.fields import TYPES, parse_value
from models import FieldDef


def field(type: str, **values: Any) -> FieldDef:
    made = {"id": "f", "workspace_id": "w", "folder_id": "o", "key": "k", "name": "Field", "position": 0}
    return FieldDef(
        **made
        | {"type": type, "options": {"choices": [{"value": "Low", "label": "Low"}, {"value": "High", "label": "High"}]}}
        | values
    )


@pytest.mark.parametrize("type", sorted(TYPES))
@given(typed=st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none()))
def test_any_input_is_stored_or_refused_in_words(type: str, typed: object):
    try:
        stored = parse_value(field(type), typed)
    except InvalidInput as error:
        refusal = error
    else:
        assert "\0" not in str(stored)
        assert parse_value(field(type), stored) == stored
        return
    assert refusal.field == "k"
    assert refusal.message.startswith("Field: ")


@pytest.mark.parametrize("type", sorted(TYPES))
@pytest.mark.parametrize("blank", [None, "", "  ", "\n"])
def test_blank_is_nothing_and_a_required_field_says_so(type: str, blank: str | None):
    assert parse_value(field(type), blank) is None
    with pytest.raises(InvalidInput, match="Field: please fill this in"):
        parse_value(field(type, required=True), blank)


@given(cents=st.integers(-(10**12), 10**12))
def test_amounts_are_read_as_they_are_written_around_the_world(cents: int):
    plain = f"{cents / 100:.2f}" if abs(cents) < 10**12 else f"{cents // 100}.{cents % 100:02d}"
    english = f"{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    sign = "-" if cents < 0 else ""
    german = english.translate(str.maketrans(",.", ".,"))
    french = english.replace(",", "\u202f").replace(".", ",")
    for written in (plain, sign + english, sign + german, sign + french, f"{sign}{english} EUR", f"€{sign}{german}"):
        assert parse_value(field("currency"), written) == cents


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("1234", 123400),
        ("1.5", 150),
        ("1,5", 150),
        ("1.234", 123400),
        ("1'234.50", 123450),
        ("12,34,567", 123456700),
        (7, 7),
    ],
)
def test_amounts(written: object, cents: int):
    assert parse_value(field("currency"), written) == cents


@pytest.mark.parametrize(
    "written", ["5k", "10 or 20", "(500)", "1e3", "1.2345", "abc", "€", "1,2,3", "9" * 20, "--5", "nan"]
)
def test_what_is_no_amount_is_refused(written: str):
    with pytest.raises(InvalidInput):
        parse_value(field("currency"), written)


@pytest.mark.parametrize(
    ("type", "typed", "stored"),
    [
        ("email", "a@b.example, c@d.example;e@f.example", ["a@b.example", "c@d.example", "e@f.example"]),
        ("domain", "https://www.Acme.example/about", "acme.example"),
        ("percent", "35 %", 35),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("date", datetime(2026, 2, 28, 12, tzinfo=UTC), date(2026, 2, 28)),
        ("dropdown", "High", "High"),
        ("text", " Müller\0 ", "Müller"),
    ],
)
def test_values_are_stored_in_one_form(type: str, typed: object, stored: object):
    assert parse_value(field(type), typed) == stored


@pytest.mark.parametrize(
    ("type", "typed"),
    [
        ("email", "a@b.example, nobody"),
        ("domain", "not a domain"),
        ("percent", "101"),
        ("number", str(2**31)),
        ("date", "30.02.2026"),
        ("dropdown", "highest"),
        ("record", "1' OR '1'='1"),
        ("text", "x" * 10_001),
    ],
)
def test_wrong_values_are_refused(type: str, typed: str):
    with pytest.raises(InvalidInput):
        parse_value(field(type), typed)


def test_names_fit_a_line():
    with pytest.raises(InvalidInput, match="at most 300"):
        parse_value(field("text", column="name"), "x" * 301)
