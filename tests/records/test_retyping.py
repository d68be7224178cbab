"""A field gets another type: what would be lost is told first, and kept in history afterwards."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session, col

import app.registry  # noqa: F401
from app.core.database import transaction
from app.core.errors import Conflict, Forbidden, InvalidInput
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.records.fields import parse_value
from app.records.fieldwork import NewField, change_type, create_field, preview_type_change
from app.records.fieldwork.converting import BY_HAND, PEOPLE, can_become, converted
from app.records.fieldwork.retyping import retype_field
from app.records.identity import find_by_key
from app.records.schema import folder_of_kind
from app.records.service import create_in
from models import Event, FieldChange, FieldDef, Folder, Record
from tests.cast import Cast, gather
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def leads(session: Session, cast: Cast) -> Folder:
    return folder_of_kind(session, workspace_id=cast.workspace_id, kind="lead")


def laid(session: Session, cast: Cast, type: str, values: list[object], **plan: Any) -> tuple[FieldDef, list[Record]]:
    """A field of this type, and a lead with each value."""
    folder = leads(session, cast)
    field = create_field(
        session, viewer=cast.alice, folder_id=folder.id, plan=NewField(name="Asked", type=type, **plan)
    )
    made = [{"name": f"Lead {number}", "asked": value} for number, value in enumerate(values)]
    return field, [create_in(session, folder=folder, values=each, viewer=cast.alice) for each in made]


@pytest.mark.parametrize(
    ("before", "values", "after", "options", "expected"),
    [
        ("text", ["12", "12.5", "no"], "number", {}, [12, 12.5, None]),
        ("number", [12, 120], "percent", {}, [12, None]),
        ("text", ["yes", "maybe"], "checkbox", {}, [True, None]),
        ("checkbox", [True, False], "text", {}, ["yes", "no"]),
        ("text", ["Red", "Blue"], "dropdown", {"choices": ["red"]}, ["red", None]),
        ("text", ["Red", "Blue"], "dropdown", {}, ["Red", "Blue"]),
        ("dropdown", ["Red"], "tags", {}, [["Red"]]),
        ("tags", ["Red", "Red, Blue"], "dropdown", {}, ["Red", None]),
        ("text", ["a@b.example", "a"], "email", {}, [["a@b.example"], None]),
        ("email", ["a@b.example, c@d.example"], "text", {}, ["a@b.example, c@d.example"]),
        ("datetime", ["2026-02-28T23:30:00Z"], "date", {}, ["2026-02-28"]),
        ("date", ["2026-02-28"], "datetime", {}, ["2026-02-28T00:00:00+00:00"]),
        ("currency", ["12.50"], "number", {}, [12.5]),
        ("number", [12.5], "currency", {"currency": "JPY"}, [None]),
        ("currency", ["12.50", "12"], "currency", {"currency": "JPY"}, [None, None]),
        ("number", [1.25, 2], "number", {"decimals": 1}, [1.2, 2]),
        ("rating", [5, 3], "rating", {"max": 3}, [None, 3]),
        ("url", ["https://www.acme.example/a"], "domain", {}, ["acme.example"]),
        ("text", ["Main St 1"], "address", {}, [{"street": "Main St 1"}]),
    ],
)
def test_values_follow_their_field(
    database: Database,
    cast: Cast,
    before: str,
    values: list[object],
    after: str,
    options: dict[str, Any],
    expected: list[object],
):
    plan: dict[str, Any] = {"options": {"open": True}} if before == "dropdown" else {}
    with transaction(database.engine) as session:
        field, records = laid(session, cast, before, [*values, None], **plan)
        stored = [record.data.get("asked") for record in records]
        chosen: dict[str, Any] = {"viewer": cast.alice, "field_id": field.id, "type": after, "options": options}
        preview = preview_type_change(session, **chosen)
        assert (preview.state, field.type) == ("preview", before)
        assert [record.data.get("asked") for record in records] == stored
        done = change_type(session, **chosen)
        lost = expected.count(None)
        assert (done.state, done.lost, done.kept + done.converted) == ("done", lost, len(expected) - lost)
        assert (preview.kept, preview.converted, preview.lost) == (done.kept, done.converted, done.lost)
        assert preview.examples[:lost] == [example for example in preview.examples if example.after is None]
        assert field.type == after
        assert [record.data.get("asked") for record in records[:-1]] == expected
        changes = {change.record_id: change.old for change in session.scalars(select(FieldChange))}
        assert changes == {
            record.id: old for record, old, new in zip(records, stored, expected, strict=False) if old != new
        }
        told = session.scalars(select(col(Event.data)).where(col(Event.type) == "field.retyped")).one()
        assert (told["from"], told["to"], told["lost"]) == (before, after, lost)


def test_people_become_their_names_and_each_other(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        field, (record,) = laid(session, cast, "user", [cast.bob.member_id])
        change_type(session, viewer=cast.alice, field_id=field.id, type="users")
        assert record.data["asked"] == [cast.bob.member_id]
        change_type(session, viewer=cast.alice, field_id=field.id, type="text")
        assert record.data["asked"] == "Bob Berg"
        with pytest.raises(Conflict, match="cannot become user"):
            change_type(session, viewer=cast.alice, field_id=field.id, type="user")


def test_addresses_that_were_text_are_found_by_mail(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        field, (record,) = laid(session, cast, "text", ["a@b.example"])
        assert not find_by_key(session, viewer=cast.alice, kind="email", value="a@b.example")
        change_type(session, viewer=cast.alice, field_id=field.id, type="email")
        assert list(find_by_key(session, viewer=cast.alice, kind="email", value="a@b.example")) == [record]
        change_type(session, viewer=cast.alice, field_id=field.id, type="text")
        assert not find_by_key(session, viewer=cast.alice, kind="email", value="a@b.example")


def test_formulas_over_it_are_worked_out_anew_or_stand_in_the_way(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        field, (record,) = laid(session, cast, "number", [2.5])
        plan = NewField(name="Twice", type="formula", options={"formula": "asked * 2"})
        create_field(session, viewer=cast.alice, folder_id=field.folder_id, plan=plan)
        assert record.data["twice"] == 5
        change_type(session, viewer=cast.alice, field_id=field.id, type="number", options={"decimals": 0})
        assert (record.data["asked"], record.data["twice"]) == (None, None)
        with pytest.raises(InvalidInput, match="Twice"):
            change_type(session, viewer=cast.alice, field_id=field.id, type="text")


def test_defaults_and_uniqueness_go_where_they_make_no_sense(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        field, _ = laid(session, cast, "text", ["yes"], default="no")
        change_type(session, viewer=cast.alice, field_id=field.id, type="number")
        assert field.default is None
        other = create_field(
            session,
            viewer=cast.alice,
            folder_id=field.folder_id,
            plan=NewField(name="Code", type="text", unique="warn"),
        )
        change_type(session, viewer=cast.alice, field_id=other.id, type="checkbox")
        assert other.unique == ""


def test_some_fields_keep_their_type(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        formula, _ = laid(session, cast, "formula", [], options={"formula": "1"})
        for type in ("text", "formula"):
            with pytest.raises(Conflict):
                preview_type_change(session, viewer=cast.alice, field_id=formula.id, type=type, options={})
        with pytest.raises(Forbidden):
            preview_type_change(session, viewer=cast.bob, field_id=formula.id, type="text")


def test_a_job_does_the_same(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        field, (first, second) = laid(session, cast, "text", ["1", "no"])
        ids = field.id, first.id, second.id
    context = JobContext(Settings(_env_file=None, database_url=database.url), database.engine)
    retype_field(context, ids[0], "number", {}, cast.alice.member_id)
    with transaction(database.engine) as session:
        assert [session.get_one(Record, id).data["asked"] for id in ids[1:]] == [1, None]
        assert session.get_one(FieldDef, ids[0]).type == "number"


@given(
    before=st.sampled_from(sorted(BY_HAND - PEOPLE)),
    after=st.sampled_from(sorted(BY_HAND)),
    typed=st.one_of(st.text(max_size=40), st.integers(0, 5), st.sampled_from(["a@b.example", "2026-01-01", "yes"])),
)
def test_every_value_is_converted_or_refused(before: str, after: str, typed: object):
    old, new = (
        FieldDef(
            id="f",
            workspace_id="w",
            folder_id="o",
            key="k",
            name="Field",
            type=type,
            options={"open": True} if type == "dropdown" else {},
            position=0,
        )
        for type in (before, after)
    )
    try:
        stored = parse_value(old, typed)
    except InvalidInput:
        return
    if stored is None or not can_become(old, after):
        return
    value = stored.isoformat() if hasattr(stored, "isoformat") else stored
    try:
        outcome = converted(old, new, value, {})
    except InvalidInput:
        return
    assert outcome is not None
    assert before != after or after == "currency" or outcome == value
