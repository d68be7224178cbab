"""The rows of a file as values of records."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from app.transfer.mapping import Column, Format, NewField, Plan, Row, RowReader
from app.transfer.mapping.amounts import read_number
from app.transfer.mapping.dates import read_day, read_moment
from tests.transfer.mapping.folders import field, folder


def read(kind: str, columns: list[Column], cells: list[str], **how: Any) -> Row:
    return RowReader(Plan(columns=columns, **how), folder(kind)).read(cells)


def column(key: str | None, part: str = "", **format: Any) -> Column:
    return Column(heading=key or "x", field=key, part=part, format=Format(**format))


def value(kind: str, key: str, cell: str, **format: Any) -> Any:
    row = read(kind, [column(key, **format)], [cell])
    return row.problems[0].message if row.problems else row.values.get(key)


def test_names_are_put_together_from_their_parts() -> None:
    columns = [column("name", part) for part in ("last", "first", "prefix", "suffix")]
    assert read("contact", columns, ["Doe", " Jane ", "Dr.", ""]).values == {"name": "Dr. Jane Doe"}
    assert read("contact", [column("name"), *columns], ["J. Doe", "Doe", "Jane", "", ""]).values == {"name": "J. Doe"}


def test_a_record_without_a_name_has_one_to_spare() -> None:
    columns = [column("name", "first"), column("email"), column("phone")]
    row = read("contact", columns, ["", "jane.doe@acme.com", "030 1234567"])
    assert ("name" in row.values, row.spare_name) == (False, "Jane Doe")
    assert read("contact", columns, ["", "", "030 1234567"]).spare_name == "030 1234567"
    assert read("company", [column("domain")], ["acme-tools.com"]).spare_name == "Acme Tools"


def test_addresses_are_put_together_from_their_parts() -> None:
    parts = ("street", "street", "city", "postal_code", "country")
    columns = [column("address", part, countries=part == "country") for part in parts]
    row = read("contact", columns, ["Lindenallee 5", "Floor 2", "Berlin", "10115", "Deutschland"])
    assert row.values["address"] == {
        "street": "Lindenallee 5, Floor 2",
        "city": "Berlin",
        "postal_code": "10115",
        "country": "DE",
    }
    assert read("contact", columns, ["", "", " ", "", "Freedonia"]).values == {"address": {"country": "Freedonia"}}


def test_several_columns_fill_one_list() -> None:
    columns = [column("email"), column("email"), column("tags", separator=" ::: ")]
    row = read("contact", columns, ["a@acme.com", "b@acme.com, a@acme.com", "VIP ::: Fair, 2026"])
    assert row.values == {"email": ["a@acme.com", "b@acme.com"], "tags": ["VIP", "Fair, 2026"]}


def test_references_are_left_as_they_are_written() -> None:
    ids = Column(heading="Contact IDs", field="contacts", link={"by": "id"})
    row = read("deal", [column("company"), column("contacts"), ids], ["Acme, Inc.", "Jane Doe; Bob", "01A,01B"])
    assert row.related == {"company": ["Acme, Inc."], "contacts": ["Jane Doe", "Bob", "01A", "01B"]}


def test_blank_cells_say_nothing_and_ids_are_told() -> None:
    row = read("contact", [column("id"), column("title"), column("email"), column(None)], ["01A", "  ", "", "x"])
    assert (row.id, row.values, row.problems) == ("01A", {}, [])


def test_texts_that_were_kept_from_being_formulas_are_themselves_again() -> None:
    assert value("contact", "title", "'=CEO") == "=CEO"
    assert value("contact", "title", "''=CEO") == "'=CEO"
    assert value("contact", "title", "'n'Sync") == "'n'Sync"


def test_a_problem_names_the_column_and_the_fix_and_costs_no_other_cell() -> None:
    columns = [column("email"), column("phone"), column("name")]
    row = read("contact", columns, ["alice at acme", "none", "Alice"])
    assert row.values == {"name": "Alice"}
    assert [(problem.field, problem.heading) for problem in row.problems] == [("email", "email"), ("phone", "phone")]
    assert row.problems[0].message.startswith("Email: alice")
    assert "+49 30 123456" in row.problems[1].message


def test_choices_that_are_new_are_collected_when_that_is_asked_for() -> None:
    plan = Plan(columns=[column("type"), column("tags")], create_options=True)
    reader = RowReader(plan, folder("company"))
    rows = [reader.read([cell, ""]).values["type"] for cell in ("customer", "Reseller", "RESELLER")]
    assert rows == ["Customer", "Reseller", "Reseller"]
    assert reader.new_options == {"type": {"reseller": "Reseller"}}
    assert "choose one of" in read("company", [column("type")], ["Reseller"]).problems[0].message


def test_fields_that_are_to_be_made_are_read_only_when_that_is_asked_for() -> None:
    new = Column(heading="Fee", create=NewField(name="Fee", type="currency", options={"currency": "USD"}))
    reader = RowReader(Plan(columns=[column("name"), new], create_fields=True), folder("contact"))
    assert reader.read(["Alice", "$12.50"]).values == {"name": "Alice", "new_1": 1250}
    assert reader.fields["new_1"].name == "Fee"
    assert read("contact", [column("name"), new], ["Alice", "$12.50"]).values == {"name": "Alice"}
    bad = Column(heading="Sum", create=NewField(name="Sum", type="rollup"))
    with pytest.raises(InvalidInput, match="cannot be made"):
        RowReader(Plan(columns=[bad], create_fields=True), folder("contact"))


def test_plans_that_cannot_be_are_refused() -> None:
    for wrong, reason in (
        (column("shoe_size"), "no such field"),
        (column("emails_in"), "works this out itself"),
        (column("title", "first"), "no part named first"),
        (column("address", "planet"), "no part named planet"),
    ):
        with pytest.raises(InvalidInput, match=reason):
            RowReader(Plan(columns=[wrong]), folder("contact"))


@pytest.mark.parametrize(
    ("cell", "format", "expected"),
    [
        ("1234.5", {}, 123450),
        ("1,234.50", {}, 123450),
        ("1.234,50 €", {}, 123450),
        ("EUR 1 234,50", {}, 123450),
        ("1'234.50", {}, 123450),
        ("(1,234.50)", {}, -123450),
        ("-12", {}, -1200),
        ("1.234", {"decimal": ","}, 123400),
        ("1.234", {"decimal": "."}, 123),
        ("1,234", {"decimal": "."}, 123400),
        ("12,5", {}, 1250),
        ("€1.000.000", {}, 100000000),
        ("1.234", {}, "decimals are in doubt"),
        ("1,23.4", {"decimal": "."}, "decimals are in doubt"),
        ("abc", {}, "not an amount"),
        ("$100", {}, "is in USD, but this field is in EUR"),
        ("100", {"currency": "USD"}, "is in USD, but this field is in EUR"),
    ],
)
def test_amounts(cell: str, format: dict[str, Any], expected: int | str) -> None:
    found = value("deal", "amount", cell, **format)
    assert found == expected if isinstance(expected, int) else expected in found


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        ("2026-12-24", None, date(2026, 12, 24)),
        ("24.12.2026", None, date(2026, 12, 24)),
        ("12/24/2026", None, date(2026, 12, 24)),
        ("3/4/2026", "dmy", date(2026, 4, 3)),
        ("3/4/2026", "mdy", date(2026, 3, 4)),
        ("3/4/26", "mdy", date(2026, 3, 4)),
        ("3-4-99", "dmy", date(1999, 4, 3)),
        ("2026/3/4", None, date(2026, 3, 4)),
        ("20260304", None, date(2026, 3, 4)),
        ("46023", "excel", date(2026, 1, 1)),
        ("4 March 2026", None, date(2026, 3, 4)),
        ("March 4th, 2026", None, date(2026, 3, 4)),
        ("4. März 2026", None, date(2026, 3, 4)),
        ("4 de marzo de 2026", None, date(2026, 3, 4)),
        ("4 березня 2026", None, date(2026, 3, 4)),
        ("2026年3月4日", None, date(2026, 3, 4)),
        ("04.03.2026 15:30", None, None),
        ("24.03.2026 15:30", None, date(2026, 3, 24)),
        ("3/4/2026", None, None),
        ("31.02.2026", "dmy", None),
        ("24.12.2026", "mdy", None),
        ("0000-00-00", None, None),
        ("soon", "dmy", None),
    ],
)
def test_days(cell: str, order: Any, expected: date | None) -> None:
    assert read_day(cell, order) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-03-04T15:30:10Z", datetime(2026, 3, 4, 15, 30, 10, tzinfo=UTC)),
        ("2026-03-04 15:30", datetime(2026, 3, 4, 15, 30)),
        ("24/12/2026 3:05 PM", datetime(2026, 12, 24, 15, 5)),
        ("12/24/2026, 12:05:09 am", datetime(2026, 12, 24, 0, 5, 9)),
        ("24.12.2026 15:05 +0100", datetime(2026, 12, 24, 14, 5, tzinfo=UTC)),
        ("24.12.2026 25:05", None),
    ],
)
def test_moments(cell: str, expected: datetime | None) -> None:
    assert read_moment(cell, None) == expected


def test_what_is_wrong_with_a_date_is_told() -> None:
    assert "day or the month first" in value("deal", "close_on", "03/04/2026")
    assert "YYYY-MM-DD" in value("deal", "close_on", "31.02.2026", dates="dmy")


@pytest.mark.parametrize(
    ("key", "cell", "format", "expected"),
    [
        ("do_not_call", "ja", {}, True),
        ("do_not_call", "non", {}, False),
        ("do_not_call", "perhaps", {}, "say yes or no"),
        ("phone", "030 1234567", {"region": "DE"}, ["+49301234567"]),
        ("phone", "030 1234567", {}, ["030 1234567"]),
        ("phone", "+49 30 1234567; +1 413 210 0000", {}, ["+49301234567", "+14132100000"]),
        ("tags", '["a, b","c"]', {}, ["a, b", "c"]),
        ("tags", "a, b; c", {}, ["a", "b", "c"]),
        ("linkedin", "linkedin.com/in/alice", {}, "https://linkedin.com/in/alice"),
    ],
)
def test_values_of_contacts(key: str, cell: str, format: dict[str, Any], expected: Any) -> None:
    found = value("contact", key, cell, **format)
    assert found == expected or (isinstance(found, str) and expected in found)


@given(
    number=st.decimals(-(10**9), 10**9, places=2),
    marks=st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u00a0")]),
    sign=st.sampled_from(["", "€", "EUR ", "$ "]),
)
def test_numbers_are_read_in_every_notation(number: Decimal, marks: tuple[str, str], sign: str) -> None:
    decimal, thousands = marks
    english = f"{abs(number):,.2f}"
    written = english.translate({ord(","): thousands, ord("."): decimal})
    found = read_number(f"{'-' if number < 0 else ''}{sign}{written}", decimal)  # type: ignore[arg-type]
    assert found
    assert found[0] == number


@given(day=st.dates(date(1970, 1, 1), date(2050, 12, 31)), order=st.sampled_from(["dmy", "mdy", "ymd"]))
def test_days_are_read_in_every_order(day: date, order: Any) -> None:
    parts = {"d": f"{day.day:02}", "m": f"{day.month}", "y": f"{day.year}"}
    for mark in "./-":
        assert read_day(mark.join(parts[part] for part in order), order) == day


def test_a_field_with_choices_of_its_own_takes_no_others() -> None:
    schema = folder("contact", field("level", "tags", choices=[{"value": "g", "label": "Gold"}], open=False))
    plan = Plan(columns=[column("level")])
    assert RowReader(plan, schema).read(["gold"]).values == {"level": ["g"]}
    assert RowReader(plan, schema).read(["gold; tin"]).problems
    asked = RowReader(plan.model_copy(update={"create_options": True}), schema)
    assert asked.read(["gold; tin"]).values == {"level": ["g", "tin"]}
    assert asked.new_options == {"level": {"tin": "tin"}}
