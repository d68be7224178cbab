"""Tasks that come again, remind, and are answered."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

import app.timeline.reactions
import app.timeline.tasks.answered  # noqa: F401
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import InvalidInput
from app.records.service import create_record
from app.timeline.tasks import add_task, complete_task, reopen_task, snooze_task
from app.timeline.tasks.reminders import remind_some
from app.timeline.tasks.repeat import checked_rule, next_time
from app.workspaces.notifications import notifications
from models import MailThread, Member, Notification, Task, TaskLink
from tests.cast import Cast, gather
from tests.conftest import Database
from tests.sync.letters import letter
from tests.sync.office import Office

BERLIN = "Europe/Berlin"


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("rule", "started", "after", "comes"),
    [
        ("FREQ=DAILY", "2026-03-28T09:00", "2026-03-28T09:00", "2026-03-29T09:00"),  # summer time begins
        ("FREQ=DAILY", "2026-10-24T09:00", "2026-10-24T09:00", "2026-10-25T09:00"),  # and ends
        ("FREQ=WEEKLY;BYDAY=MO,TH", "2026-03-02T09:00", "2026-03-02T09:00", "2026-03-05T09:00"),
        ("FREQ=WEEKLY;INTERVAL=2", "2026-03-02T09:00", "2026-03-10T09:00", "2026-03-16T09:00"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-03-27T09:00", "2026-03-27T09:00", "2026-04-24T09:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-03-31T09:00", "2026-03-31T09:00", "2026-05-31T09:00"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-03-31T09:00", "2026-03-31T09:00", "2026-04-30T09:00"),
        ("FREQ=YEARLY", "2024-02-29T09:00", "2024-02-29T09:00", "2028-02-29T09:00"),
        ("FREQ=DAILY;COUNT=2", "2026-03-02T09:00", "2026-03-02T09:00", "2026-03-03T09:00"),
        ("FREQ=DAILY;COUNT=2", "2026-03-02T09:00", "2026-03-03T09:00", None),
        ("FREQ=DAILY;UNTIL=20260303", "2026-03-02T09:00", "2026-03-02T09:00", "2026-03-03T09:00"),
        ("FREQ=DAILY;UNTIL=20260303T070000Z", "2026-03-02T09:00", "2026-03-02T09:00", None),
    ],
)
def test_rules_keep_to_the_wall_clock(rule: str, started: str, after: str, comes: str | None):
    found = next_time(checked_rule(rule), started=at(started, BERLIN), after=at(after, BERLIN), time_zone=BERLIN)
    assert found == (at(comes, BERLIN) if comes else None)


def test_a_time_that_a_day_lacks_comes_back_the_day_after():
    started = at("2026-03-28T02:30", BERLIN)
    skipped = next_time("FREQ=DAILY", started=started, after=started, time_zone=BERLIN)
    assert skipped == at("2026-03-29T01:30")
    assert next_time("FREQ=DAILY", started=started, after=skipped, time_zone=BERLIN) == at("2026-03-30T02:30", BERLIN)


@pytest.mark.parametrize(
    "rule",
    [
        "DAILY",
        "FREQ=HOURLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=2;UNTIL=20260303",
        "FREQ=DAILY;UNTIL=20261340",
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;X=1",
        ";",
    ],
)
def test_other_rules_are_refused(rule: str):
    with pytest.raises(InvalidInput) as refused:
        checked_rule(rule)
    assert refused.value.field == "repeat"


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def open_tasks(session: Session) -> list[Task]:
    return list(session.scalars(select(Task).where(col(Task.done_at).is_(None)).order_by(col(Task.due_at))))


def test_completing_makes_the_next_one_with_all_that_belongs_to_it(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        session.get_one(Member, cast.bob.member_id).time_zone = BERLIN
        dana = create_record(session, workspace_id=cast.workspace_id, kind="contact", values={"name": "Dana"})
        due = (utcnow() + timedelta(days=3)).replace(microsecond=0)
        task = add_task(
            session,
            viewer=cast.bob,
            title="Report",
            due_at=due,
            remind_at=due - timedelta(hours=1),
            repeat="FREQ=WEEKLY",
            others=[cast.alice.member_id],
            record_ids=[dana.id],
        )
        complete_task(session, viewer=cast.bob, task_id=task.id)
        (following,) = open_tasks(session)
        wall = [moment.astimezone(ZoneInfo(BERLIN)).replace(tzinfo=None) for moment in (due, following.due_at)]
        assert wall[1] - wall[0] == timedelta(days=7)
        assert following.due_at - following.remind_at == timedelta(hours=1)
        assert (following.title, following.repeat, following.repeat_from) == ("Report", "FREQ=WEEKLY", due)
        links = select(col(TaskLink.record_id)).where(col(TaskLink.task_id) == following.id)
        assert session.scalars(links).all() == [dana.id]
        session.refresh(dana)
        assert dana.next_task_at == following.due_at
        reopen_task(session, viewer=cast.bob, task_id=task.id)
        complete_task(session, viewer=cast.bob, task_id=task.id)
        assert open_tasks(session) == [following]


def test_a_series_goes_on_past_what_was_missed_and_keeps_its_rhythm_when_snoozed(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        began = (utcnow() - timedelta(days=30)).replace(microsecond=0)
        late = add_task(session, viewer=cast.bob, title="Weekly", due_at=began, repeat="FREQ=WEEKLY")
        complete_task(session, viewer=cast.bob, task_id=late.id)
        (following,) = open_tasks(session)
        assert following.due_at == began + timedelta(days=35)
        snooze_task(session, viewer=cast.bob, task_id=following.id, until=following.due_at + timedelta(days=1))
        complete_task(session, viewer=cast.bob, task_id=following.id)
        assert [task.due_at for task in open_tasks(session)] == [began + timedelta(days=42)]


def test_a_reminder_comes_once_to_all_who_take_part(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        past = utcnow() - timedelta(minutes=1)
        add_task(session, viewer=cast.bob, title="Now", remind_at=past, others=[cast.alice.member_id])
        add_task(session, viewer=cast.bob, title="Later", remind_at=utcnow() + timedelta(hours=1))
        done = add_task(session, viewer=cast.bob, title="Done", remind_at=past)
        complete_task(session, viewer=cast.bob, task_id=done.id)
    for _ in range(2):
        with transaction(database.engine) as session:
            remind_some(session)
    with transaction(database.engine) as session:
        told = session.scalars(select(Notification).where(col(Notification.type) == "task_reminder")).all()
        assert {(note.member_id, note.title) for note in told} == {
            (cast.bob.member_id, "Reminder: Now"),
            (cast.alice.member_id, "Reminder: Now"),
        }
        assert [note.type for note in notifications(session, viewer=cast.bob)] == ["task_reminder"]


@pytest.fixture
def office(database: Database, cast: Cast) -> Office:
    return Office(database.engine, cast)


def days_from_now(days: int) -> int:
    """As `letter` counts its days."""
    return (utcnow() + timedelta(days=days) - datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)).days


@pytest.mark.parametrize(
    ("due_in", "words", "answered"),
    [
        (5, {}, True),
        (1, {}, False),
        (None, {}, True),
        (5, {"sender": "robot@customer.example", "auto_submitted": "auto-replied"}, False),
        (5, {"sender": "Somebody <else@elsewhere.example>"}, False),
        (5, {"sender": "alice@fairfield.example", "to": "dana@customer.example", "labels": ("SENT",)}, False),
    ],
)
def test_a_customer_who_writes_first_answers_the_task(
    office: Office, due_in: int | None, words: dict[str, str], answered: bool
):
    dana = office.create("contact", name="Dana", email="dana@customer.example")
    with transaction(office.engine) as session:
        due_at = None if due_in is None else utcnow() + timedelta(days=due_in)
        task_id = add_task(session, viewer=office.cast.bob, title="Ask", due_at=due_at, record_ids=[dana]).id
    office.receive(office.cast.alice, letter(day=days_from_now(3), **words))
    office.settle()
    with transaction(office.engine) as session:
        assert (session.get_one(Task, task_id).answered_at is not None) == answered


def test_a_reply_in_the_thread_answers_the_task_but_an_import_does_not(office: Office):
    first = letter(day=0, rfc_id="first@customer.example")
    office.receive(office.cast.alice, first)
    office.settle()
    thread_id = office.all(MailThread)[0].id
    with transaction(office.engine) as session:
        task_id = add_task(session, viewer=office.cast.alice, title="Ask", thread_id=thread_id).id
    reply = {"in_reply_to": "<first@customer.example>", "thread": first.gmail_thread_id}
    office.receive(office.cast.alice, letter(day=days_from_now(1), **reply), backfill=True)
    office.settle()
    with transaction(office.engine) as session:
        assert session.get_one(Task, task_id).answered_at is None
    office.receive(office.cast.alice, letter(day=days_from_now(2), **reply))
    office.settle()
    with transaction(office.engine) as session:
        assert session.get_one(Task, task_id).answered_at is not None
