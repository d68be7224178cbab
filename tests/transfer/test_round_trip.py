"""What is exported and read in again changes nothing; edited in between, it changes just that."""

import csv
import io
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.database import transaction
from app.core.errors import InvalidInput
from app.core.security import Vault
from app.records.fields import parse_value
from app.records.fieldwork import NewField, create_field
from app.records.folders import create_folder
from app.records.schema import folders_seen, schema_of
from app.records.service import create_in, get_record
from app.transfer.exporting import of_folder, write_export
from app.transfer.importing import Advance, stage_file, start_import
from app.transfer.rows.lines import lines_of
from app.workspaces.access import Viewer
from models import FieldDef, Folder, Import, ImportBatch, Record
from models.base import metadata
from tests.conftest import Database
from tests.transfer.world import World, settle

CHOICES = {"choices": ["Red", {"value": "g", "label": "Green; deep"}, {"value": "=1", "label": "-x"}]}
OPTIONS: dict[str, dict[str, Any]] = {
    "dropdown": CHOICES,
    "tags": CHOICES,
    "number": {"decimals": 6},
    "percent": {"decimals": 2},
    "rating": {"max": 5},
    "currency": {"currency": "JPY"},
    "phone": {"region": "DE"},
}
TEXT = st.text(max_size=30) | st.sampled_from(
    ["=1+1", "'=1", "-5", "+49 30 1", "@x", "12/31/2025", "TRUE", "1e5", "007"]
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXT,
    "long_text": TEXT | st.just("a\n\n  b\tc"),
    "dropdown": st.sampled_from(["Red", "g", "=1"]),
    "tags": st.lists(st.sampled_from(["Red", "g", "=1"])),
    "email": st.lists(st.emails(), max_size=3),
    "phone": st.lists(st.from_regex(r"\+?[1-9][0-9 ().,/-]{5,12}", fullmatch=True), max_size=3),
    "url": st.just("https://acme.example/a?b=1,2;3#=x"),
    "domain": st.just("acme.example"),
    "number": st.floats(-(2**31) + 1, 2**31 - 1),
    "currency": st.integers(-(10**12), 10**12),
    "percent": st.floats(0, 100),
    "rating": st.integers(0, 5),
    "date": st.dates(),
    "datetime": st.datetimes(timezones=st.timezones()),
    "checkbox": st.booleans(),
    "address": st.fixed_dictionaries(
        {}, optional={"street": TEXT, "city": TEXT, "country": st.sampled_from(["DE", "UA"])}
    ),
    "file": st.lists(
        st.fixed_dictionaries({"url": st.just("https://a.example/b"), "name": st.text(max_size=9)}), max_size=2
    ),
}
"""What people write into fields of these types."""


@pytest.fixture
def world(database: Database) -> World:
    return settle(database.engine)


def exported(session: Session, viewer: Viewer, folder_id: str, format: str) -> bytes:
    file = io.BytesIO()
    selection = of_folder(session, viewer=viewer, folder_id=folder_id)
    write_export(session, file, viewer=viewer, selection=selection, format=format)
    return file.getvalue()


def taken_in(database: Database, viewer: Viewer, folder_id: str, content: bytes, format: str) -> Import:
    """The import of such a file, done."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"records.{format}"
        path.write_bytes(content)
        with transaction(database.engine) as session:
            staged = stage_file(session, viewer=viewer, folder_id=folder_id, path=path, name=path.name)
            import_id = start_import(session, viewer=viewer, import_id=staged.id).id
    advance = Advance(database.engine, Vault([Fernet.generate_key().decode()]), import_id)
    while advance():
        pass
    with transaction(database.engine, read_only=True) as session:
        done = session.get_one(Import, import_id)
        session.expunge(done)
    assert done.state == "done", done.problem
    return done


def told_of(database: Database, done: Import) -> list[Any]:
    """What the import says of the rows that it did not leave alone."""
    with transaction(database.engine, read_only=True) as session:
        batches = session.scalars(select(ImportBatch).where(col(ImportBatch.import_id) == done.id)).all()
        return [outcome for batch in batches for outcome in batch.outcomes or [] if outcome[0] != "skip"]


def rows_of(session: Session, folder_id: str) -> set[bytes]:
    """Every column of every record of a folder, and every change that its history has."""
    records = metadata.tables["record"]
    ids = select(col(Record.id)).where(col(Record.folder_id) == folder_id)
    changes = metadata.tables["field_change"]
    found = [
        *lines_of(session, records, records.c.folder_id == folder_id),
        *lines_of(session, changes, changes.c.record_id.in_(ids)),
    ]
    return {line for lines in found for line in lines}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_every_folder_read_in_again_is_unchanged(database: Database, world: World, format: str):
    alice = world.cast.alice
    with transaction(database.engine, read_only=True) as session:
        folders = [folder.id for folder in folders_seen(session, viewer=alice)]
        before = {id: (rows_of(session, id), exported(session, alice, id, format)) for id in folders}
    for id, (rows, content) in before.items():
        done = taken_in(database, alice, id, content, format)
        assert not told_of(database, done)
        with transaction(database.engine, read_only=True) as session:
            assert rows_of(session, id) == rows


def test_what_was_edited_in_between_is_what_changes(database: Database, world: World):
    with transaction(database.engine, read_only=True) as session:
        contact = session.get_one(Record, world.contact_id)
        folder_id, version = contact.folder_id, contact.version
        content = exported(session, world.cast.alice, folder_id, "csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    rows[1][rows[0].index("Job title")] = "Chief, Quarrying"
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    done = taken_in(database, world.cast.alice, folder_id, file.getvalue().encode(), "csv")
    assert (done.created, done.updated, done.failed) == (0, 1, 0)
    with transaction(database.engine, read_only=True) as session:
        after = get_record(session, viewer=world.cast.alice, record_id=world.contact_id)
        assert after.data["title"] == "Chief, Quarrying"
        assert after.version == version + 1


def folder_with_everything(session: Session, viewer: Viewer) -> Folder:
    folder = create_folder(session, viewer=viewer, name="Everything")
    for type in VALUES:
        plan = NewField(name=f"The {type}", type=type, options=OPTIONS.get(type, {}))
        create_field(session, viewer=viewer, folder_id=folder.id, plan=plan)
    session.flush()
    return folder


def made(session: Session, viewer: Viewer, folder: Folder, rows: Sequence[Mapping[str, Any]]) -> None:
    """Records of what can be stored of these values."""
    fields = {field.key: field for field in schema_of(session, folder=folder, viewer=viewer).fields}
    for number, row in enumerate(rows):
        values = {key: value for key, value in row.items() if is_understood(fields[key], value)}
        create_in(session, folder=folder, values={"name": f"No. {number}", **values}, viewer=viewer)


def is_understood(field: FieldDef, value: Any) -> bool:
    try:
        parse_value(field, value)
    except InvalidInput:
        return False
    return True


def test_whatever_is_stored_comes_back_as_it_was(database: Database, world: World):
    alice = world.cast.alice
    with transaction(database.engine) as session:
        folder_id = folder_with_everything(session, alice).id

    @given(
        rows=st.lists(
            st.fixed_dictionaries({}, optional={f"the_{type}": one for type, one in VALUES.items()}),
            min_size=1,
            max_size=4,
        ),
        format=st.sampled_from(["csv", "xlsx"]),
    )
    @settings(
        max_examples=12,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def comes_back(rows: list[dict[str, Any]], format: str) -> None:
        with transaction(database.engine) as session:
            made(session, alice, session.get_one(Folder, folder_id), rows)
        with transaction(database.engine, read_only=True) as session:
            before, content = rows_of(session, folder_id), exported(session, alice, folder_id, format)
        done = taken_in(database, alice, folder_id, content, format)
        assert not told_of(database, done)
        with transaction(database.engine, read_only=True) as session:
            assert rows_of(session, folder_id) == before

    comes_back()
