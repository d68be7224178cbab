"""What goes into a cell comes out of it, and no spreadsheet calculates it."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from app.records.fields import TYPES, as_json, parse_value
from app.transfer.cells import harmless, original
from app.transfer.exporting.columns import cell_of
from app.transfer.exporting.files import write_csv
from models import FieldDef

AWKWARD = st.text(alphabet=st.sampled_from("'=+-@\t\r\n ＝\"1a;,[]{}"), max_size=12)
CHOICES = {
    "choices": [
        {"value": "a", "label": "b"},
        {"value": "b", "label": "B"},
        {"value": "=1+1", "label": 'Half; half, "quoted"'},
        {"value": "7", "label": '["7"]'},
    ]
}
WRITTEN: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(),
    "long_text": st.text() | AWKWARD,
    "dropdown": st.sampled_from([choice["value"] for choice in CHOICES["choices"]]),
    "tags": st.lists(st.sampled_from([choice["value"] for choice in CHOICES["choices"]])),
    "email": st.lists(st.emails()),
    "phone": st.lists(st.from_regex(r"\+?[0-9][0-9 ().,/x-]{4,12}", fullmatch=True)),
    "url": st.just("https://acme.example/a?b=1,2;3"),
    "domain": st.just("acme.example"),
    "number": st.floats(-(2**31) + 1, 2**31 - 1),
    "currency": st.integers(-(10**15), 10**15),
    "percent": st.floats(0, 100),
    "rating": st.integers(0, 5),
    "date": st.dates(),
    "datetime": st.datetimes(timezones=st.just(UTC)),
    "checkbox": st.booleans(),
    "user": st.just("01jd3x9f6e8m2k4q7r0s5t1vwz"),
    "users": st.lists(st.sampled_from(["01jd3x9f6e8m2k4q7r0s5t1vwz", "01jd3x9f6e8m2k4q7r0s5t1vwa"])),
    "record": st.just("01jd3x9f6e8m2k4q7r0s5t1vwz"),
    "records": st.lists(st.sampled_from(["01jd3x9f6e8m2k4q7r0s5t1vwz", "01jd3x9f6e8m2k4q7r0s5t1vwa"])),
    "stage": st.just("01jd3x9f6e8m2k4q7r0s5t1vwz"),
    "file": st.lists(
        st.fixed_dictionaries({"url": st.just("https://a.example/b c".replace(" ", "%20")), "name": st.text()})
    ),
}
"""What people write into a field of each type; addresses go in a column for each part."""


def field(type: str) -> FieldDef:
    options = CHOICES if type in ("dropdown", "tags") else {"decimals": 6} if type in ("number", "percent") else {}
    made = {"id": "f", "workspace_id": "w", "folder_id": "o", "key": "k", "name": "Field", "position": 0}
    return FieldDef(**made, type=type, options=options)


def test_every_type_that_people_fill_in_is_tried():
    assert set(WRITTEN) == set(TYPES) - {"address", "auto_number", "formula", "rollup", "statistics"}


@pytest.mark.parametrize("type", sorted(WRITTEN))
@given(data=st.data())
def test_a_cell_is_read_back_as_the_value_it_was(type: str, data: st.DataObject):
    asked = field(type)
    try:
        stored = parse_value(asked, data.draw(WRITTEN[type]))
    except InvalidInput:
        return
    if stored is None:
        return
    cell = cell_of(asked)(as_json(stored))
    assert as_json(parse_value(asked, through_a_file(cell))) == as_json(stored)


def through_a_file(cell: str) -> str:
    file = io.BytesIO()
    write_csv(file, [("Cell", "text"), ("Next", "text")], [[cell, "x"]])
    rows = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))
    assert not rows[1][0].startswith(("=", "@", "\t", "\r"))
    return original(rows[1][0])


@given(text=st.text() | AWKWARD)
def test_any_text_is_harmless_and_comes_back(text: str):
    cell = harmless(text)
    assert original(cell) == text
    assert not cell.startswith(("=", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    if cell.startswith(("+", "-")):
        assert not any(sign.isalpha() or sign in "=@|!:'" for sign in cell)


@pytest.mark.parametrize(
    "text", ["-12.50", "+4930123456", "+49 30 123456", "12", "Jo-Ann", "'s-Gravenhage", "a@b.example"]
)
def test_what_is_no_formula_stays_as_it_is(text: str):
    assert harmless(text) == original(text) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd|'x'!A0", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "''-x", "-A1"]
)
def test_formulas_are_told_to_be_texts(text: str):
    assert harmless(text) == f"'{text}"
    assert original(harmless(text)) == text


def test_days_and_moments_are_iso():
    assert cell_of(field("date"))(date(2026, 2, 3)) == "2026-02-03"
    assert cell_of(field("datetime"))(datetime(2026, 2, 3, 4, 5, tzinfo=UTC)) == "2026-02-03T04:05:00+00:00"
    assert cell_of(field("currency"))(-123456) == "-1234.56"
