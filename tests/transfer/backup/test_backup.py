"""A backup comes back whole, on the database it is from and on the other."""

import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import JSON, Boolean, Date, DateTime, Engine, Float, Integer, String, text
from sqlmodel import col, select

from app.core import jobs
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import Conflict, InvalidInput
from app.core.jobs.liveness import beat
from app.records.service import update_record
from app.transfer.backup import restore, save
from app.transfer.rows.digest import digests, overall
from app.transfer.rows.tables import kept_tables
from models import Mailbox, Record
from tests.conftest import Database
from tests.core.sample_jobs import note
from tests.transfer.world import AWKWARD, World, settle

PLACES = ("sqlite", "postgresql")


@pytest.fixture
def world(database: Database) -> World:
    return settle(database.engine)


@pytest.fixture(params=PLACES)
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Another empty database, of each kind."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with request.getfixturevalue(f"{request.param}_copy")(folder) as copied:
        yield copied


def digest(engine: Engine) -> str:
    with transaction(engine, read_only=True) as session:
        return overall(digests(session))


def waiting_in(engine: Engine) -> list[jobs.Waiting]:
    with transaction(engine, read_only=True) as session:
        return list(jobs.waiting(session))


def test_what_is_restored_is_what_was_backed_up(database: Database, elsewhere: Database, world: World, tmp_path: Path):
    with transaction(database.engine) as session:
        jobs.enqueue(session, note, "soon", key="1")
        jobs.enqueue(session, note, "later", key="2", delay=timedelta(hours=5))
    told = save(database.engine, tmp_path / "sidenote.backup")
    assert (tmp_path / "sidenote.backup").stat().st_mode & 0o077 == 0
    before = digest(database.engine)
    assert told["digest"] == before
    assert told["tables"]["record"]["rows"] == 9
    assert restore(elsewhere.engine, tmp_path / "sidenote.backup") == told
    assert digest(elsewhere.engine) == before
    again = {job.id: job for job in waiting_in(elsewhere.engine)}
    assert [(job.name, job.args) for job in again.values()] == [("test.note", ["soon"]), ("test.note", ["later"])]
    due = again["test.note:2"].due_at
    assert due is not None
    assert timedelta(hours=4) < due - utcnow() <= timedelta(hours=5)
    assert save(elsewhere.engine, tmp_path / "back.backup")["digest"] == before


def test_a_restored_database_works(database: Database, elsewhere: Database, world: World, tmp_path: Path):
    save(database.engine, tmp_path / "b")
    restore(elsewhere.engine, tmp_path / "b")
    with transaction(elsewhere.engine) as session:
        contact = session.get_one(Record, world.contact_id)
        assert contact.name == " ".join(AWKWARD.split())
        update_record(session, viewer=world.cast.alice, record_id=contact.id, values={"title": "CEO"})
        assert session.execute(text("SELECT count(*) FROM deals")).scalar() == 2
        assert session.scalars(select(Mailbox.grant).where(col(Mailbox.grant) != "")).all() == ["encrypted"]


def test_two_databases_that_differ_have_different_digests(database: Database, world: World):
    before = digest(database.engine)
    assert digest(database.engine) == before
    with transaction(database.engine) as session:
        session.get_one(Record, world.deal_id).amount = 123451
    assert digest(database.engine) != before


def test_nothing_is_overwritten_unless_told(database: Database, world: World, tmp_path: Path):
    save(database.engine, tmp_path / "b")
    before = digest(database.engine)
    with transaction(database.engine) as session:
        session.get_one(Record, world.deal_id).name = "Changed"
        jobs.enqueue(session, note, "of the later past", key="1")
    with pytest.raises(Conflict, match="not empty"):
        restore(database.engine, tmp_path / "b")
    assert digest(database.engine) != before
    beat(database.engine, "main")
    with pytest.raises(Conflict, match="stop it"):
        restore(database.engine, tmp_path / "b", replace=True)
    with transaction(database.engine) as session:
        session.execute(text("DELETE FROM executor"))
    restore(database.engine, tmp_path / "b", replace=True)
    assert digest(database.engine) == before
    assert waiting_in(database.engine) == []


def test_a_damaged_file_changes_nothing(database: Database, elsewhere: Database, world: World, tmp_path: Path):
    save(database.engine, tmp_path / "b")
    empty = digest(elsewhere.engine)
    with zipfile.ZipFile(tmp_path / "b") as good, zipfile.ZipFile(tmp_path / "edited", "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            bad.writestr(name, data.replace(b"Crusher", b"Gold") if name == "tables/record.jsonl" else data)
    (tmp_path / "cut").write_bytes((tmp_path / "b").read_bytes()[:-1000])
    (tmp_path / "other").write_text("no zip")
    for name, complaint in (("edited", "record is not what it was"), ("cut", "damaged"), ("other", "no backup")):
        with pytest.raises(InvalidInput, match=complaint):
            restore(elsewhere.engine, tmp_path / name)
    assert digest(elsewhere.engine) == empty
    restore(elsewhere.engine, tmp_path / "b")


def test_every_column_is_of_a_type_that_a_line_can_hold():
    kinds = (String, Integer, Boolean, Float, Date, DateTime, JSON)
    for table in kept_tables():
        for column in table.columns:
            type = getattr(column.type, "impl", column.type)
            assert isinstance(type, kinds), f"{table.name}.{column.name}"


def test_a_backup_is_of_one_moment(database: Database, world: World, tmp_path: Path):
    """Whoever writes meanwhile neither waits nor gets in."""
    before = digest(database.engine)

    def write_meanwhile(_table: str, _rows: int) -> None:
        with transaction(database.engine) as session:
            session.get_one(Record, world.deal_id).name += "."

    assert save(database.engine, tmp_path / "b", progress=write_meanwhile)["digest"] == before
    assert digest(database.engine) != before
