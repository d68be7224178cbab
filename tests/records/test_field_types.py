"""A field of each type: made by an admin, filled in by a rep, read back as JSON and as a cell of a table."""

from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

import app.registry  # noqa: F401
from app.core.database import transaction
from app.core.errors import InvalidInput
from app.records.deals import stages_of
from app.records.fields import TYPES, as_json, parse_value, type_of
from app.records.fieldwork import NewField, create_field
from app.records.folders import create_folder
from app.records.reading import read_records
from app.records.schema import folder_of_kind, schema_of
from app.records.service import create_in, update_record
from app.workspaces.access import viewer_by_id
from models import FieldDef, Folder, Record, Workspace
from tests.cast import Cast, gather
from tests.conftest import Database

CHOICES = {"choices": ["Red", {"value": "g", "label": "Green", "color": "#00ff00"}]}
URL = "https://acme.example/a"
TYPED: list[tuple[str, dict[str, Any], object, object, object]] = [
    # type, options, as written, as stored, what is refused
    ("text", {}, " Jo  Doe ", "Jo Doe", "x" * 301),
    ("long_text", {}, "a\r\nb", "a\nb", "x" * 10_001),
    ("dropdown", CHOICES, "green", "g", "Blue"),
    ("tags", CHOICES, "Red; green", ["Red", "g"], ["Blue"]),
    ("email", {}, "a@b.example c@d.example", ["a@b.example", "c@d.example"], "nobody"),
    ("phone", {"region": "DE"}, "030 123456", ["+4930123456"], "call me"),
    ("url", {}, "acme.example/a", URL, "javascript://alert(1)"),
    ("domain", {}, "https://www.Acme.example/", "acme.example", "acme"),
    ("number", {"decimals": 1}, "12.25", 12.2, "twelve"),
    ("currency", {"currency": "JPY"}, "1,234", 1234, "1234.50"),
    ("percent", {}, "12.5 %", 12.5, 101),
    ("rating", {"max": 3}, 3, 3, 4),
    ("date", {}, "2026-02-28", "2026-02-28", "2026-02-30"),
    ("datetime", {}, "2026-02-28T12:00:00+01:00", "2026-02-28T11:00:00+00:00", "noon"),
    ("checkbox", {}, "yes", True, "perhaps"),
    ("address", {}, {"city": " Berlin ", "country": "DE"}, {"city": "Berlin", "country": "DE"}, {"planet": "Mars"}),
    ("file", {}, URL, [{"name": "a", "url": URL}], "ftp://acme.example/a"),
]


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def made(session: Session, cast: Cast, type: str, **plan: Any) -> tuple[Folder, FieldDef]:
    folder = create_folder(session, viewer=cast.alice, name="Partners")
    field = create_field(
        session, viewer=cast.alice, folder_id=folder.id, plan=NewField(name="Asked", type=type, **plan)
    )
    return folder, field


def value_in(session: Session, cast: Cast, record: Record) -> object:
    """As the API would give it."""
    session.flush()
    schema = schema_of(session, folder=session.get_one(Folder, record.folder_id))
    read = read_records(session, viewer=cast.alice, schema=schema, records=[record], keys=["asked"])
    return orjson.loads(orjson.dumps(read.values[0]["asked"]))


def check_round_trip(
    session: Session, cast: Cast, folder: Folder, field: FieldDef, written: object, stored: object, wrong: object
) -> None:
    bob = viewer_by_id(session, cast.bob.member_id)
    record = create_in(session, folder=folder, values={"name": "Acme", "asked": written}, viewer=bob)
    assert value_in(session, cast, record) == stored
    update_record(session, viewer=bob, record_id=record.id, values={"asked": None})
    assert value_in(session, cast, record) is None
    update_record(session, viewer=bob, record_id=record.id, values={"asked": written})
    assert value_in(session, cast, record) == stored
    for write in (
        lambda: create_in(session, folder=folder, values={"name": "Other", "asked": wrong}, viewer=bob),
        lambda: update_record(session, viewer=bob, record_id=record.id, values={"asked": wrong}),
    ):
        with pytest.raises(InvalidInput) as refused:
            write()
        assert refused.value.field == "asked"
        assert refused.value.message.startswith(("Asked: ", "address: "))
    assert value_in(session, cast, record) == stored


@pytest.mark.parametrize(("type", "options", "written", "stored", "wrong"), TYPED, ids=[row[0] for row in TYPED])
def test_values_that_people_write(
    database: Database,
    cast: Cast,
    type: str,
    options: dict[str, Any],
    written: object,
    stored: object,
    wrong: object,
):
    with transaction(database.engine) as session:
        folder, field = made(session, cast, type, options=options)
        assert (field.key, field.type, field.computed) == ("asked", type, False)
        check_round_trip(session, cast, folder, field, written, stored, wrong)
        cell = type_of(field).cell(field, stored)
        if type == "address":
            assert cell == "Berlin, DE"
        else:
            assert as_json(parse_value(field, cell)) == stored


@pytest.mark.parametrize("type", ["user", "users", "record", "records", "stage"])
def test_values_that_lead_somewhere(database: Database, cast: Cast, type: str):
    with transaction(database.engine) as session:
        other = create_folder(session, viewer=cast.alice, name="Others")
        options = {"folder": other.id} if type in ("record", "records") else {}
        folder, field = made(session, cast, type, options=options)
        target = create_in(session, folder=other, values={"name": "Zeta"}, viewer=cast.alice)
        target.owner_id = None
        ids = {
            "user": cast.carol.member_id,
            "users": cast.carol.member_id,
            "record": target.id,
            "records": target.id,
            "stage": stages_of(session, viewer=cast.alice)[0].id,
        }
        written: object = [ids[type]] if type in ("users", "records") else ids[type]
        wrong = cast.mallory.member_id if type in ("user", "users") else "01hunknownunknownunknown00"
        check_round_trip(session, cast, folder, field, written, written, wrong)
        assert parse_value(field, type_of(field).cell(field, written)) == written


@pytest.mark.parametrize(
    ("type", "options", "value"),
    [
        ("auto_number", {"prefix": "P-", "digits": 3}, "P-001"),
        ("formula", {"formula": 'name & "!"'}, "Acme!"),
        ("rollup", {"of": "contact.company", "do": "count"}, None),
        ("statistics", {"statistic": "emails_in"}, 0),
    ],
)
def test_values_that_sidenote_works_out(
    database: Database, cast: Cast, type: str, options: dict[str, Any], value: object
):
    with transaction(database.engine) as session:
        if type == "rollup":
            folder = folder_of_kind(session, workspace_id=cast.workspace_id, kind="company")
            plan = NewField(name="Asked", type=type, options=options)
            field = create_field(session, viewer=cast.alice, folder_id=folder.id, plan=plan)
            value = 0
        else:
            folder, field = made(session, cast, type, options=options)
        assert field.computed
        record = create_in(session, folder=folder, values={"name": "Acme"}, viewer=cast.alice)
        assert value_in(session, cast, record) == value
        with pytest.raises(InvalidInput, match="Asked: Sidenote works this out itself") as refused:
            update_record(session, viewer=cast.alice, record_id=record.id, values={"asked": "7"})
        assert refused.value.field == "asked"


def test_no_type_is_left_out():
    tried = {row[0] for row in TYPED} | {"user", "users", "record", "records", "stage"}
    assert tried | {"auto_number", "formula", "rollup", "statistics"} == set(TYPES)


@pytest.mark.parametrize(("type", "options", "written", "stored", "wrong"), TYPED, ids=[row[0] for row in TYPED])
def test_defaults_and_required_values(
    database: Database, cast: Cast, type: str, options: dict[str, Any], written: object, stored: object, wrong: object
):
    with transaction(database.engine) as session:
        with pytest.raises(InvalidInput) as refused:
            made(session, cast, type, options=options, default=wrong)
        assert refused.value.field == "default"
    with transaction(database.engine) as session:
        folder = create_folder(session, viewer=cast.alice, name="Suppliers")
        plan = NewField(name="Asked", type=type, options=options, default=written, required=True)
        create_field(session, viewer=cast.alice, folder_id=folder.id, plan=plan)
        record = create_in(session, folder=folder, values={"name": "Acme"}, viewer=cast.alice)
        assert value_in(session, cast, record) == stored
        with pytest.raises(InvalidInput, match="Asked: please fill this in"):
            update_record(session, viewer=cast.alice, record_id=record.id, values={"asked": ""})


def test_amounts_have_the_digits_of_the_workspaces_currency(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder, field = made(session, cast, "currency")
        workspace = session.get_one(Workspace, cast.workspace_id)
        for currency, written, stored, cell in (
            ("EUR", "12.50", 1250, "12.50"),
            ("JPY", "1250", 1250, "1250"),
            ("KWD", "1.250", 1250, "1.250"),
        ):
            workspace.currency = currency
            session.add(workspace)
            record = create_in(session, folder=folder, values={"name": "A", "asked": written}, viewer=cast.alice)
            assert value_in(session, cast, record) == stored
            assert type_of(field).cell(field, stored) == cell
        workspace.currency = "JPY"
        with pytest.raises(InvalidInput, match="such as 1234"):
            create_in(session, folder=folder, values={"name": "A", "asked": "12.50"}, viewer=cast.alice)


def plain(type: str, **options: Any) -> FieldDef:
    return FieldDef(
        id="f", workspace_id="w", folder_id="o", key="k", name="Field", type=type, options=options, position=0
    )


@given(moment=st.datetimes(datetime(1900, 1, 1), datetime(2999, 12, 31), timezones=st.just(UTC)))
def test_moments_survive_a_table(moment: datetime):
    field = plain("datetime")
    stored = parse_value(field, moment.isoformat())
    assert stored == moment.replace(microsecond=0)
    assert parse_value(field, type_of(field).cell(field, stored)) == stored


@given(day=st.dates())
def test_days_survive_a_table(day: date):
    assert parse_value(plain("date"), type_of(plain("date")).cell(plain("date"), day)) == day


@given(minor=st.integers(-(10**15), 10**15), currency=st.sampled_from(["EUR", "JPY", "KWD", "USD"]))
def test_amounts_survive_a_table(minor: int, currency: str):
    field = plain("currency", currency=currency)
    assert parse_value(field, type_of(field).cell(field, minor)) == minor


@given(number=st.integers(-(2**31) + 1, 2**31 - 1), decimals=st.integers(0, 6))
def test_numbers_survive_a_table(number: int, decimals: int):
    field = plain("number", decimals=decimals)
    stored = parse_value(field, f"{number}e-{decimals}")
    assert parse_value(field, type_of(field).cell(field, stored)) == stored


@given(labels=st.lists(st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters=",;")), max_size=10))
def test_tags_survive_a_table(labels: list[str]):
    field = plain("tags")
    stored = parse_value(field, [label for label in labels if label.strip()])
    assert stored is None or parse_value(field, type_of(field).cell(field, stored)) == stored
