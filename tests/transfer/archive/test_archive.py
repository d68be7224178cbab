"""A workspace moves to another installation, and nothing of it is lost or left open behind it."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine
from sqlmodel import col, func, select

from app.core.database import transaction
from app.core.errors import Conflict, Forbidden
from app.core.hot import reader_of
from app.timeline.feed import newest_entries
from app.transfer.archive import note_archive, take_in, write_archive
from app.transfer.rows.snapshot import snapshot
from app.workspaces.access import Viewer, viewer_by_sub
from app.workspaces.signin import Identity, sign_in
from models import ApiKey, Event, FieldChange, Mailbox, Member, Record, Workspace
from tests.cast import ALICE, gather
from tests.conftest import Database
from tests.transfer.world import World, settle


@pytest.fixture
def world(database: Database) -> World:
    return settle(database.engine)


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with request.getfixturevalue(f"{request.param}_copy")(folder) as copied:
        yield copied


def written(engine: Engine, viewer: Viewer, path: Path) -> dict[str, Any]:
    with snapshot(engine) as session:
        return write_archive(session, path, viewer=viewer)


def told_of(engine: Engine, world: World) -> dict[str, Any]:
    """What Alice sees of the contact: its values, history and timeline."""
    with transaction(engine, read_only=True) as session:
        alice = viewer_by_sub(session, ALICE.sub)
        assert alice is not None
        contact = session.get_one(Record, world.contact_id)
        changes = select(FieldChange).where(col(FieldChange.record_id) == contact.id).order_by(col(FieldChange.id))
        return {
            "values": contact.model_dump(),
            "history": [change.model_dump() for change in session.scalars(changes)],
            "timeline": newest_entries(reader_of(session), viewer=alice, record_id=contact.id, limit=50),
        }


def test_a_workspace_is_the_same_elsewhere(database: Database, elsewhere: Database, world: World, tmp_path: Path):
    told = written(database.engine, world.cast.alice, tmp_path / "a.zip")
    assert take_in(elsewhere.engine, tmp_path / "a.zip") == told
    assert told_of(elsewhere.engine, world) == told_of(database.engine, world)
    with transaction(elsewhere.engine) as session:
        assert session.scalars(select(Workspace.id)).all() == [world.cast.workspace_id]
        assert session.scalar(select(func.count()).select_from(Record)) == 8
        assert session.scalars(select(ApiKey)).all() == []
        boxes = session.scalars(select(Mailbox)).all()
        assert {(box.grant, box.state) for box in boxes} == {("", "reconnect")}
        assert (
            session.scalars(select(Event).where(Event.type == "workspace.imported")).one().data["digest"]
            == told["digest"]
        )


def test_the_archive_is_for_people_too(database: Database, world: World, tmp_path: Path):
    written(database.engine, world.cast.alice, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = archive.namelist()
        assert b"encrypted" not in b"".join(archive.read(name) for name in names)
        assert b"Next door" not in b"".join(archive.read(name) for name in names)
        deals = next(name for name in names if name.endswith("Deals.csv"))
        rows = list(csv.DictReader(io.StringIO(archive.read(deals).decode("utf-8-sig"), newline="")))
        assert [(row["Record ID"], row["Amount"]) for row in rows] == [(world.deal_id, "1234.50")]
        assert orjson.loads(archive.read("manifest.json"))["workspace"]["id"] == world.cast.workspace_id


def test_only_admins_take_a_workspace_away(database: Database, world: World, tmp_path: Path):
    for viewer in (world.cast.bob, world.cast.carol):
        with pytest.raises(Forbidden):
            written(database.engine, viewer, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()
    told = written(database.engine, world.cast.alice, tmp_path / "a.zip")
    with transaction(database.engine) as session:
        note_archive(session, viewer=world.cast.alice, manifest=told)
        noted = session.scalars(select(Event).where(Event.type == "workspace.exported")).one()
        assert (noted.actor_id, noted.data["records"]) == (world.cast.alice.member_id, 8)


def test_an_empty_workspace_makes_room(database: Database, elsewhere: Database, world: World, tmp_path: Path):
    """Alice has signed in over there, to have a look."""
    told = written(database.engine, world.cast.alice, tmp_path / "a.zip")
    with transaction(elsewhere.engine) as session:
        sign_in(session, ALICE)
        sign_in(session, Identity("sub-eve", "eve@third.example", "Eve", hosted_domain="third.example"))
    take_in(elsewhere.engine, tmp_path / "a.zip")
    with transaction(elsewhere.engine, read_only=True) as session:
        alices = session.scalars(select(Member).where(col(Member.google_sub) == ALICE.sub)).all()
        assert [member.workspace_id for member in alices] == [told["workspace"]["id"]]
        assert len(session.scalars(select(Workspace)).all()) == 2


def test_a_workspace_in_use_does_not(database: Database, elsewhere: Database, world: World, tmp_path: Path):
    written(database.engine, world.cast.alice, tmp_path / "a.zip")
    with pytest.raises(Conflict, match="is here already"):
        take_in(database.engine, tmp_path / "a.zip")
    gather(elsewhere.engine)
    with pytest.raises(Conflict, match="in use"):
        take_in(elsewhere.engine, tmp_path / "a.zip")
    with transaction(elsewhere.engine, read_only=True) as session:
        assert session.get(Workspace, world.cast.workspace_id) is None
