"""Values that records of a folder do not share, and numbers that are given once; also when many save at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import Session

import app.registry  # noqa: F401
from app.core.database import transaction
from app.core.errors import Conflict
from app.records.bulk import draft_records, insert_records
from app.records.fieldwork import NewField, change_field, create_field
from app.records.schema import folder_of_kind, schema_of
from app.records.service import create_in, update_record
from app.records.shelf import delete_record
from app.records.uniqueness import Taken, duplicates_noticed
from app.workspaces.access import Viewer
from models import FieldDef, Folder, Record
from tests.cast import Cast, gather, granted
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def companies(session: Session, cast: Cast) -> Folder:
    return folder_of_kind(session, workspace_id=cast.workspace_id, kind="company")


def add(session: Session, cast: Cast, **plan: Any) -> FieldDef:
    folder = companies(session, cast)
    return create_field(session, viewer=cast.alice, folder_id=folder.id, plan=NewField(name="Code", **plan))


def make(session: Session, cast: Cast, code: object, viewer: Viewer | None = None) -> Record:
    values = {"name": "Acme", "code": code}
    return create_in(session, folder=companies(session, cast), values=values, viewer=viewer or cast.alice)


@pytest.mark.parametrize(
    ("type", "first", "same", "other"),
    [
        ("text", "Straße 1", " STRASSE  1", "Straße 2"),
        ("email", "jo.doe@gmail.com", ["x@y.example", "JoDoe+crm@googlemail.com"], "jo@y.example"),
        ("phone", "+49 30 123456", "+4930123456", "+49 30 123457"),
        ("number", "7.0", 7, 8),
        ("date", "2026-02-28", "2026-02-28", "2026-03-01"),
        ("long_text", "x" * 9_000, "X" * 9_000, "x" * 9_001),
    ],
)
def test_a_forbidden_value_is_refused_in_any_spelling(
    database: Database, cast: Cast, type: str, first: object, same: object, other: object
):
    with transaction(database.engine) as session:
        add(session, cast, type=type, unique="forbid")
        held = make(session, cast, first)
        with pytest.raises(Taken, match="Code: Acme has the same value already") as refused:
            make(session, cast, same)
        assert (refused.value.status, refused.value.field) == (409, "code")
        assert refused.value.details == {"record_id": held.id}
        update_record(session, viewer=cast.alice, record_id=held.id, values={"code": same})
        second = make(session, cast, other)
        with pytest.raises(Taken):
            update_record(session, viewer=cast.alice, record_id=second.id, values={"code": same})
        delete_record(session, viewer=cast.alice, record_id=held.id)
        make(session, cast, first)


def test_a_record_that_may_not_be_seen_is_not_named(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        add(session, cast, type="text", unique="forbid")
        make(session, cast, "A")
        with pytest.raises(Taken, match="another record has the same value") as refused:
            make(session, cast, "a", granted(cast.bob, read="own", territories=[]))
        assert refused.value.details == {}


def test_a_warning_lets_the_value_pass(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        add(session, cast, type="text", unique="warn")
        first, second = make(session, cast, "A"), make(session, cast, "a")
        assert duplicates_noticed(session, record=first) == []
        (warning,) = duplicates_noticed(session, record=second)
        assert (warning.key, warning.record_id) == ("code", first.id)


def test_what_becomes_unique_later_counts_old_values(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = companies(session, cast)
        code = add(session, cast, type="text")
        held = make(session, cast, "A")
        change_field(session, viewer=cast.alice, field_id=code.id, changes={"unique": "forbid"})
        with pytest.raises(Taken):
            make(session, cast, "a")
        change_field(session, viewer=cast.alice, field_id=code.id, changes={"unique": ""})
        make(session, cast, "a")
        name = schema_of(session, folder=folder).field("name")
        change_field(session, viewer=cast.alice, field_id=name.id, changes={"unique": "forbid"})
        with pytest.raises(Taken):
            make(session, cast, "B")
        update_record(session, viewer=cast.alice, record_id=held.id, values={"name": "Beta"})


def test_of_many_at_once_one_gets_the_value_and_each_its_number(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        add(session, cast, type="text", unique="forbid")
        folder = companies(session, cast)
        plan = NewField(name="Number", type="auto_number", options={"prefix": "C-"})
        create_field(session, viewer=cast.alice, folder_id=folder.id, plan=plan)

    def save(attempt: int) -> str | None:
        with transaction(database.engine) as session:
            try:
                return str(make(session, cast, "same" if attempt % 2 else attempt).data["number"])
            except Conflict:
                return None

    with ThreadPoolExecutor(6) as pool:
        numbers = [number for number in pool.map(save, range(12)) if number]
    assert len(numbers) == len(set(numbers)) == 7


def test_records_that_are_there_get_numbers_too_and_rules_give_them(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        first, second = (
            create_in(session, folder=companies(session, cast), values={"name": name}, viewer=cast.alice)
            for name in ("A", "B")
        )
        add(session, cast, type="auto_number", options={"digits": 2})
        assert (first.data["code"], second.data["code"]) == ("01", "02")
        drafts = draft_records(
            session, workspace_id=cast.workspace_id, kind="company", many=[{"name": "C"}, {"name": "D"}]
        )
        made = [draft for draft in drafts if draft]
        insert_records(session, made)
        assert [session.get_one(Record, draft["id"]).data["code"] for draft in made] == ["03", "04"]
