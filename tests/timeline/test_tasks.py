from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.records.service import create_record
from app.timeline.notes import add_note
from app.timeline.tasks import add_task, complete_task, follow_up_at, my_open_tasks
from app.workspaces.access import Viewer
from models import Event, Record, TimelineEntry
from tests.cast import Cast, gather, granted
from tests.conftest import Database

ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"]
)


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


@pytest.mark.parametrize(
    ("now", "zone", "days", "due"),
    [
        ("2026-03-27T15:00", "Europe/Berlin", 1, "2026-03-30T07:00"),  # Friday; summer time begins on Sunday
        ("2026-10-23T15:00", "Europe/Berlin", 1, "2026-10-26T08:00"),  # and ends
        ("2026-03-28T12:00", "UTC", 1, "2026-03-30T09:00"),  # Saturday
        ("2026-03-25T12:00", "UTC", 3, "2026-03-30T09:00"),
        ("2026-03-25T12:00", "UTC", 5, "2026-04-01T09:00"),
        ("2026-03-26T23:30", "Asia/Tokyo", 1, "2026-03-30T00:00"),  # already Friday there
        ("2026-03-27T02:00", "America/Los_Angeles", 1, "2026-03-27T16:00"),  # still Thursday there
        ("2026-03-25T12:00", "Middle/Earth", 1, "2026-03-26T09:00"),
        ("2026-03-25T12:00", "America", 1, "2026-03-26T09:00"),
    ],
)
def test_follow_ups_fall_on_working_mornings(now: str, zone: str, days: int, due: str):
    at = follow_up_at(datetime.fromisoformat(now).replace(tzinfo=UTC), time_zone=zone, working_days=days)
    assert at == datetime.fromisoformat(due).replace(tzinfo=UTC)


@given(now=st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)), zone=ZONES, days=st.integers(1, 30))
def test_a_follow_up_is_always_a_weekday_at_nine(now: datetime, zone: str, days: int):
    moment = now.replace(tzinfo=UTC)
    there = follow_up_at(moment, time_zone=zone, working_days=days).astimezone(ZoneInfo(zone))
    today = moment.astimezone(ZoneInfo(zone)).date()
    assert there.time() == time(9)
    assert there.weekday() < 5
    assert working_days(today, there.date()) == days


def working_days(after: date, until: date) -> int:
    return sum((after + timedelta(n)).weekday() < 5 for n in range(1, (until - after).days + 1))


def contact(session: Session, viewer: Viewer) -> Record:
    return create_record(
        session, workspace_id=viewer.workspace_id, kind="contact", values={"name": "Dana"}, viewer=viewer
    )


def test_a_task_is_done_once(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = contact(session, cast.bob)
        soon, later = utcnow() + timedelta(days=1), utcnow() + timedelta(days=9)
        first = add_task(session, viewer=cast.bob, title=" Call ", due_at=soon, record_ids=[dana.id, dana.id])
        add_task(session, viewer=cast.bob, title="Write", due_at=later, record_ids=[dana.id])
        session.refresh(dana)
        assert (first.title, dana.next_task_at) == ("Call", soon)
        done_at = complete_task(session, viewer=cast.bob, task_id=first.id).done_at
        assert complete_task(session, viewer=cast.alice, task_id=first.id).done_at == done_at
        session.refresh(dana)
        assert dana.next_task_at == later
        assert [task.title for task in my_open_tasks(session, viewer=cast.bob, limit=5)] == ["Write"]
        completed = select(Event).where(col(Event.type) == "task.completed")
        assert len(session.scalars(completed).all()) == 1


def test_others_tasks_are_out_of_reach(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        task = add_task(session, viewer=cast.bob, title="Call", due_at=None)
        for stranger in (cast.carol, cast.mallory):
            with pytest.raises(NotFound):
                complete_task(session, viewer=stranger, task_id=task.id)
            assert my_open_tasks(session, viewer=stranger, limit=5) == []
        assert complete_task(session, viewer=cast.alice, task_id=task.id).done_by == cast.alice.member_id


def test_tasks_and_notes_stand_only_on_records_in_sight(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = contact(session, cast.bob)
        for stranger in (cast.carol, cast.mallory):
            with pytest.raises(NotFound):
                add_task(session, viewer=stranger, title="Call", due_at=None, record_ids=[dana.id])
            with pytest.raises(NotFound):
                add_note(session, viewer=stranger, record_ids=[dana.id], text="Hi")
        reader = granted(cast.bob, create="none", edit="none")
        with pytest.raises(Forbidden):
            add_task(session, viewer=reader, title="Call", due_at=None)
        with pytest.raises(Forbidden):
            add_note(session, viewer=reader, record_ids=[dana.id], text="Hi")


def test_a_note_is_one_entry_on_its_records(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = contact(session, cast.bob)
        id = add_note(session, viewer=cast.bob, record_ids=[dana.id, dana.id], text=" Likes\0 granite. ")
        entry = session.scalars(select(TimelineEntry)).one()
        assert (entry.id, entry.type, entry.summary, entry.actor_id) == (
            id,
            "note",
            "Likes granite.",
            cast.bob.member_id,
        )
        session.refresh(dana)
        assert dana.last_activity_at == entry.occurred_at


@pytest.mark.parametrize("text", ["", " \n", "\0", "x" * 10_001])
def test_an_empty_or_endless_note_is_refused(database: Database, cast: Cast, text: str):
    with transaction(database.engine) as session:
        dana = contact(session, cast.bob)
        with pytest.raises(InvalidInput):
            add_note(session, viewer=cast.bob, record_ids=[dana.id], text=text)
        with pytest.raises(InvalidInput):
            add_note(session, viewer=cast.bob, record_ids=[], text="Hi")
        with pytest.raises(InvalidInput):
            add_task(session, viewer=cast.bob, title="\0 ", due_at=None)
