"""Archiving, the bin, and what goes for good."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

import app.timeline.purging  # noqa: F401
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import Forbidden, NotFound
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.records.bin import KEPT, binned_records, empty_bin, remove_for_good
from app.records.identity import find_by_key
from app.records.links import link_records
from app.records.service import Outdated, create_record, get_record
from app.records.shelf import archive_record, delete_record, restore_record, unarchive_record
from app.timeline.notes import add_note
from app.timeline.tasks import add_task
from app.workspaces.access import Viewer
from models import Event, FieldChange, Record, RecordKey, RecordLink, Task, TaskLink, TimelineEntry, TimelineLink
from tests.cast import Cast, gather, granted
from tests.conftest import Database
from tests.records.linked import linked_records


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def create(session: Session, viewer: Viewer, kind: str = "contact", **values: object) -> Record:
    named = {"name": "Dana Diaz", **values}
    return create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=named, viewer=viewer)


def events(session: Session, record_id: str) -> list[str]:
    return sorted(session.scalars(select(Event.type).where(Event.subject_id == record_id)))


def changed(session: Session, record: Record) -> list[str]:
    return list(session.scalars(select(FieldChange.key).where(FieldChange.record_id == record.id)))


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def empty(database: Database) -> None:
    empty_bin(JobContext(Settings(_env_file=None, database_url=database.url), database.engine))


def test_an_archived_record_stays_in_sight_and_comes_back(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob)
        archive_record(session, viewer=cast.bob, record_id=dana.id, version=1)
        archive_record(session, viewer=cast.bob, record_id=dana.id)
        assert get_record(session, viewer=cast.bob, record_id=dana.id).archived_at is not None
        assert dana.version == 2
        with pytest.raises(Outdated):
            unarchive_record(session, viewer=cast.bob, record_id=dana.id, version=1)
        unarchive_record(session, viewer=cast.bob, record_id=dana.id)
        assert dana.archived_at is None
        assert changed(session, dana) == ["archived_at", "archived_at"]
        told = ["record.archived", "record.created", "record.unarchived", "record.updated", "record.updated"]
        assert events(session, dana.id) == told


def test_a_rep_does_not_delete(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob)
        with pytest.raises(Forbidden):
            delete_record(session, viewer=cast.bob, record_id=dana.id)
        with pytest.raises(NotFound):
            delete_record(session, viewer=cast.mallory, record_id=dana.id)
        assert binned_records(session, viewer=cast.bob, limit=10) == []


def test_nobody_sees_what_is_in_the_bin_and_it_comes_back_with_its_links(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        deal, dana = create(session, cast.bob, "deal"), create(session, cast.bob, email="dana@quarry.example")
        link_records(session, workspace_id=dana.workspace_id, from_id=deal.id, to_id=dana.id, label="participant")
        delete_record(session, viewer=cast.alice, record_id=dana.id)
        for viewer in (cast.alice, cast.bob):
            with pytest.raises(NotFound):
                get_record(session, viewer=viewer, record_id=dana.id)
            assert not linked_records(session, viewer=viewer, record_id=deal.id, label="participant")
            assert not find_by_key(session, viewer=viewer, kind="email", value="dana@quarry.example")
        with pytest.raises(NotFound):
            restore_record(session, viewer=cast.bob, record_id=dana.id)
        assert [record.id for record in binned_records(session, viewer=cast.alice, limit=10)] == [dana.id]
        restore_record(session, viewer=cast.alice, record_id=dana.id)
        restore_record(session, viewer=cast.alice, record_id=dana.id)
        assert linked_records(session, viewer=cast.bob, record_id=deal.id, label="participant") == [dana]
        assert find_by_key(session, viewer=cast.bob, kind="email", value="dana@quarry.example") == [dana]
        assert "record.restored" in events(session, dana.id)
        assert changed(session, dana) == ["deleted_at", "deleted_at"]


def test_who_may_delete_their_own_sees_their_own_bin(database: Database, cast: Cast):
    bob, carol = granted(cast.bob, delete="own"), granted(cast.carol, delete="own")
    with transaction(database.engine) as session:
        dana = create(session, bob)
        delete_record(session, viewer=bob, record_id=dana.id)
        assert [record.id for record in binned_records(session, viewer=bob, limit=10)] == [dana.id]
        assert binned_records(session, viewer=carol, limit=10) == []
        with pytest.raises(NotFound):
            remove_for_good(session, viewer=carol, record_id=dana.id)


def test_the_bin_is_read_page_by_page(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        ids = [create(session, cast.bob, name=f"Dana {number}").id for number in range(5)]
        for record_id in ids:
            delete_record(session, viewer=cast.alice, record_id=record_id)
        first = binned_records(session, viewer=cast.alice, limit=3)
        place = (first[-1].deleted_at, first[-1].id)
        rest = binned_records(session, viewer=cast.alice, limit=3, before=place)
        assert [record.id for record in [*first, *rest]] == ids[::-1]


def test_an_address_in_the_bin_may_be_given_again(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        old = create(session, cast.bob, email="dana@quarry.example")
        delete_record(session, viewer=cast.alice, record_id=old.id)
        new = create(session, cast.bob, email="dana@quarry.example")
        assert find_by_key(session, viewer=cast.bob, kind="email", value="dana@quarry.example") == [new]


def test_after_thirty_days_a_record_goes_with_all_that_hung_on_it(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        quarry = create(session, cast.bob, "company", name="Quarry", domain="quarry.example")
        dana = create(session, cast.bob, company=quarry.id)
        link_records(session, workspace_id=dana.workspace_id, from_id=dana.id, to_id=quarry.id, label="CFO")
        add_note(session, viewer=cast.bob, record_ids=[quarry.id], text="Large stones")
        add_task(session, viewer=cast.bob, title="Call", due_at=None, record_ids=[quarry.id, dana.id])
        dana_id, kept, gone = dana.id, create(session, cast.bob).id, quarry.id
        delete_record(session, viewer=cast.alice, record_id=kept)
        delete_record(session, viewer=cast.alice, record_id=gone)
        quarry.deleted_at = utcnow() - KEPT - timedelta(minutes=1)
    empty(database)
    with transaction(database.engine) as session:
        assert session.get(Record, gone) is None
        assert session.get_one(Record, dana_id).company_id is None
        assert [record.id for record in binned_records(session, viewer=cast.alice, limit=10)] == [kept]
        assert count(session, RecordLink) == 0
        assert not session.scalars(select(TimelineLink).where(TimelineLink.record_id == gone)).all()
        assert not session.scalars(select(TimelineEntry).where(TimelineEntry.type == "note")).all()
        assert session.scalars(select(TaskLink.record_id)).all() == [dana_id]
        assert count(session, Task) == 1
        assert not session.scalars(select(RecordKey).where(col(RecordKey.record_id) == gone)).all()
        assert "record.purged" in events(session, gone)


def test_a_record_can_be_removed_for_good_at_once(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        record_id = create(session, cast.bob).id
        with pytest.raises(NotFound):
            remove_for_good(session, viewer=cast.alice, record_id=record_id)
        delete_record(session, viewer=cast.alice, record_id=record_id)
        remove_for_good(session, viewer=cast.alice, record_id=record_id)
        assert session.get(Record, record_id) is None
