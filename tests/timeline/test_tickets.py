"""The clocks of tickets: when they run, stand still and stop."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session

import app.registry  # noqa: F401
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import Conflict, NotFound
from app.records.listing import list_records
from app.records.schema import folder_of_kind, schema_of
from app.records.service import create_record, update_record
from app.timeline.activities import log_activity
from app.timeline.tickets.clocks import elapsed, follow_status
from app.timeline.tickets.hours import later
from app.timeline.tickets.standing import due_state
from models import MailThread, Message, Record, ThreadLink, TicketClock
from sync.by_hand import link_thread
from sync.tickets import ticket_from_message
from tests.cast import Cast, gather, granted
from tests.conftest import Database
from tests.sync.letters import letter, sent
from tests.sync.office import Office

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = {"days": [0, 1, 2, 3, 4], "opens": "09:00", "closes": "17:00", "time_zone": "Europe/Berlin"}


def clock() -> TicketClock:
    return TicketClock(
        record_id="t",
        workspace_id="w",
        started_at=NOON,
        first_response_due_at=NOON + 8 * HOUR,
        resolution_due_at=NOON + 72 * HOUR,
    )


def test_clocks_stand_still_while_pending():
    one = clock()
    follow_status(one, "Open", at=NOON + HOUR)
    follow_status(one, "Pending", at=NOON + 2 * HOUR)
    assert elapsed(one, NOON + 5 * HOUR) == 2 * 3600
    follow_status(one, "Open", at=NOON + 12 * HOUR)
    assert (one.first_response_due_at, one.resolution_due_at) == (NOON + 18 * HOUR, NOON + 82 * HOUR)
    follow_status(one, "Resolved", at=NOON + 20 * HOUR)
    assert (one.resolved_at, one.resolution_seconds) == (NOON + 20 * HOUR, 10 * 3600)
    assert not follow_status(one, "Closed", at=NOON + 30 * HOUR)


def test_reopening_lets_the_clock_run_on():
    one = clock()
    one.first_responded_at = NOON + HOUR
    follow_status(one, "Resolved", at=NOON + 4 * HOUR)
    follow_status(one, "Open", at=NOON + 10 * HOUR)
    assert (one.resolved_at, one.resolution_seconds) == (None, None)
    assert (one.first_response_due_at, one.resolution_due_at) == (NOON + 8 * HOUR, NOON + 78 * HOUR)
    follow_status(one, "Closed", at=NOON + 11 * HOUR)
    assert one.resolution_seconds == 5 * 3600


STATUSES = st.sampled_from(["New", "Open", "Pending", "Resolved", "Closed"])


@given(st.lists(st.tuples(STATUSES, st.integers(1, 500)), max_size=12))
def test_the_due_time_moves_by_as_long_as_nobody_worked_on_it(steps: list[tuple[str, int]]):
    one, at, status, worked = clock(), NOON, "New", 0
    for following, minutes in steps:
        worked += minutes * 60 * (status in ("New", "Open"))
        at += timedelta(minutes=minutes)
        follow_status(one, following, at=at)
        status = following
    if status in ("Resolved", "Closed"):
        assert one.resolution_seconds == worked
    else:
        assert elapsed(one, at) == worked
    if status in ("New", "Open"):
        assert one.resolution_due_at - at == 72 * HOUR - timedelta(seconds=worked)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-03-02T12:00", 60, "2026-03-02T13:00"),
        ("2026-03-02T15:30", 60, "2026-03-03T08:30"),  # half an hour is left on Monday
        ("2026-03-06T16:00", 30, "2026-03-09T08:30"),  # closed since 16:00 UTC; opens on Monday
        ("2026-03-07T12:00", 8 * 60, "2026-03-09T16:00"),
        ("2026-03-27T15:00", 120, "2026-03-30T08:00"),  # summer time begins on Sunday
    ],
)
def test_business_time_passes_while_open(start: str, minutes: int, due: str):
    begun = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert later(begun, minutes=minutes, hours=OFFICE) == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("stopped", "paused", "now", "state"),
    [
        (None, None, 3.0, "ok"),
        (None, None, 7.5, "due_soon"),
        (None, None, 8.5, "breached"),
        (None, 7.5, 20.0, "ok"),
        (None, 8.5, 20.0, "breached"),
        (7.9, None, 20.0, "ok"),
        (8.1, None, 20.0, "breached"),
    ],
)
def test_how_a_clock_stands(stopped: float | None, paused: float | None, now: float, state: str):
    def moment(hours: float | None) -> datetime | None:
        return None if hours is None else NOON + timedelta(hours=hours)

    due = NOON + 8 * HOUR
    assert due_state(due, moment(stopped), paused_at=moment(paused), now=NOON + timedelta(hours=now)) == state


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


@pytest.fixture
def office(database: Database, cast: Cast) -> Office:
    return Office(database.engine, cast)


def ticket(session: Session, cast: Cast, **values: object) -> Record:
    named = {"name": "Broken belt", **values}
    return create_record(session, workspace_id=cast.workspace_id, kind="ticket", values=named, viewer=cast.bob)


def only_clock(session: Session) -> TicketClock:
    return session.scalars(select(TicketClock).execution_options(populate_existing=True)).one()


def test_a_ticket_is_promised_by_its_priority(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        made = ticket(session, cast, priority="Urgent")
        one = only_clock(session)
        assert one.first_response_due_at - one.started_at == HOUR
        update_record(session, viewer=cast.bob, record_id=made.id, values={"priority": "Low"})
        one = only_clock(session)
        assert one.first_response_due_at - one.started_at == 24 * HOUR
        assert one.resolution_due_at - one.started_at == 7 * 24 * HOUR
        update_record(session, viewer=cast.bob, record_id=made.id, values={"status": "Pending"})
        assert only_clock(session).paused_at is not None
        update_record(session, viewer=cast.bob, record_id=made.id, values={"status": "Resolved"})
        assert only_clock(session).resolution_seconds == 0


@pytest.mark.parametrize(("outcome", "counts"), [("Connected", True), ("", True), ("No answer", False)])
def test_a_call_that_reached_somebody_is_an_answer(database: Database, cast: Cast, outcome: str, counts: bool):
    with transaction(database.engine) as session:
        made = ticket(session, cast)
        earlier = only_clock(session).started_at - HOUR
        log_activity(session, viewer=cast.bob, type="call", record_ids=[made.id], at=earlier)
        assert only_clock(session).first_responded_at is None
        log_activity(session, viewer=cast.bob, type="call", record_ids=[made.id], outcome=outcome)
        assert (only_clock(session).first_response_seconds == 0) is counts
        assert made.data.get("first_response_minutes") == (0 if counts else None)


def test_lists_are_filtered_and_sorted_by_the_minutes_until_the_answer(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        slow, fast, _open = (ticket(session, cast, name=name) for name in ("Slow", "Fast", "Open"))
        for one, hours in ((slow, 3), (fast, 1)):
            session.get_one(TicketClock, one.id).started_at -= hours * HOUR
            log_activity(session, viewer=cast.bob, type="call", record_ids=[one.id])
        folder = folder_of_kind(session, workspace_id=cast.workspace_id, kind="ticket")
        seen = schema_of(session, folder=folder, viewer=cast.alice)
        found = {"field": "first_response_minutes", "op": "at_least", "value": 60}
        for sort, names in (("-", ["Slow", "Fast"]), ("", ["Fast", "Slow"])):
            sorting = [f"{sort}first_response_minutes"]
            page = list_records(session, viewer=cast.alice, schema=seen, filter=found, sort=sorting)
            assert [record.name for record in page.records] == names


def tomorrow() -> int:
    """As `letter` counts its days."""
    return (utcnow() + timedelta(days=1) - datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)).days + 1


def complain(office: Office, **words: str) -> tuple[str, str]:
    """Dana of Quarry writes to Alice; returns the message's id and its Gmail thread."""
    mail = letter(
        subject="Re: Broken  belt", text="It broke.\n\n> old words", rfc_id="broken@customer.example", **words
    )
    office.receive(office.cast.alice, mail)
    office.settle()
    return office.all(Message)[0].id, mail.gmail_thread_id


def test_a_ticket_from_mail_is_answered_by_the_reply(office: Office):
    quarry = office.create("company", name="Quarry", domain="customer.example")
    dana = office.create("contact", name="Dana", email="dana@customer.example", company=quarry)
    message_id, gmail_thread = complain(office)
    with transaction(office.engine) as session:
        made = ticket_from_message(
            session, viewer=office.cast.alice, message_id=message_id, values={"priority": "High"}
        )
        ticket_id = made.id
        assert (made.name, made.company_id, made.data["contact"]) == ("Re: Broken belt", quarry, dana)
        assert made.data["description"] == "It broke."
        assert made.data["number"] == "T-0001"
        assert only_clock(session).first_response_due_at - only_clock(session).started_at == 4 * HOUR
        with pytest.raises(Conflict):
            ticket_from_message(session, viewer=office.cast.alice, message_id=message_id)
    robot = sent(thread=gmail_thread, day=tomorrow(), auto_submitted="auto-replied")
    reply = sent(thread=gmail_thread, day=tomorrow() + 1)
    office.receive(office.cast.alice, letter(thread=gmail_thread, day=tomorrow(), text="Hello?"), robot)
    office.settle()
    with transaction(office.engine) as session:
        assert only_clock(session).first_responded_at is None
    office.receive(office.cast.alice, reply)
    office.settle()
    with transaction(office.engine) as session:
        one = only_clock(session)
        assert one.first_responded_at == reply.internal_date
        assert one.first_response_seconds == int((reply.internal_date - one.started_at).total_seconds())
    assert "Re: Broken belt" in office.rules(ticket_id)


def test_a_reply_counts_that_came_before_its_thread_was_linked(office: Office):
    _, gmail_thread = complain(office)
    with transaction(office.engine) as session:
        ticket_id = ticket(session, office.cast).id
    office.receive(office.cast.alice, sent(thread=gmail_thread, day=tomorrow()))
    office.settle()
    with transaction(office.engine) as session:
        assert only_clock(session).first_responded_at is None
        thread_id = session.scalars(select(MailThread.id)).one()
        link_thread(session, viewer=office.cast.alice, thread_id=thread_id, record_id=ticket_id)
        assert only_clock(session).first_responded_at is not None


def test_a_strangers_ticket_is_about_the_company_of_the_domain(office: Office):
    quarry = office.create("company", name="Quarry", domain="customer.example")
    message_id, _ = complain(office, sender="Nobody Known <n@customer.example>")
    with transaction(office.engine) as session:
        made = ticket_from_message(session, viewer=office.cast.alice, message_id=message_id)
        assert (made.company_id, made.data.get("contact")) == (quarry, None)
        assert session.scalars(select(ThreadLink.record_id)).all() == [made.id]


def test_mail_out_of_reach_makes_no_ticket(office: Office):
    office.create("contact", name="Dana", email="dana@customer.example")
    message_id, _ = complain(office)
    with transaction(office.engine) as session:
        for viewer in (office.cast.mallory, granted(office.cast.bob, mail="own")):
            with pytest.raises(NotFound):
                ticket_from_message(session, viewer=viewer, message_id=message_id)
        assert ticket_from_message(session, viewer=office.cast.bob, message_id=message_id).owner_id
