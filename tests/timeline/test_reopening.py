"""Tickets whose customer writes again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

import app.registry  # noqa: F401
from app.core.clock import utcnow
from app.core.database import transaction
from app.records.service import update_record
from models import Event, FieldChange, Record, TicketClock, TimelineEntry
from sync.tickets import ticket_from_message
from tests.cast import gather
from tests.conftest import Database
from tests.sync.letters import letter, sent
from tests.sync.office import Office
from tests.timeline.test_tickets import complain, tomorrow


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database.engine, gather(database.engine))


@pytest.fixture
def thread(office: Office) -> str:
    """The Gmail thread of the one ticket, which Alice made of Dana's mail."""
    office.create("contact", name="Dana", email="dana@customer.example")
    message_id, thread = complain(office)
    with transaction(office.engine) as session:
        ticket_from_message(session, viewer=office.cast.alice, message_id=message_id)
    return thread


def put(office: Office, status: str, *, days_ago: int = 0) -> None:
    with transaction(office.engine) as session:
        made = session.scalars(select(Record).where(Record.kind == "ticket")).one()
        update_record(session, viewer=office.cast.alice, record_id=made.id, values={"status": status})
        for change in session.scalars(select(FieldChange).where(FieldChange.key == "status")):
            change.changed_at -= timedelta(days=days_ago)


def status(office: Office) -> str | None:
    return next(one.status for one in office.all(Record) if one.kind == "ticket")


def told(office: Office) -> int:
    return sum(one.type == "ticket.reopened" for one in office.all(Event))


@pytest.mark.parametrize("before", ["Pending", "Resolved", "Closed"])
def test_an_answer_opens_a_ticket_again(office: Office, thread: str, before: str):
    put(office, before)
    again = letter(thread=thread, day=tomorrow(), text="Still broken")
    office.receive(office.cast.alice, again)
    office.settle()
    assert (status(office), told(office)) == ("Open", 1)
    (clock,) = office.all(TicketClock)
    assert (clock.resolved_at, clock.paused_at) == (None, None)
    change = next(one for one in office.all(FieldChange) if one.new == "Open")
    assert (change.old, change.member_id) == (before, None)
    office.receive(office.cast.alice, again)
    put(office, before)
    office.settle()
    assert (status(office), told(office)) == (before, 1)


@pytest.mark.parametrize("kind", ["ours", "automatic", "earlier", "backfill"])
def test_other_mail_leaves_a_ticket_as_it_is(office: Office, thread: str, kind: str):
    put(office, "Resolved")
    last_week = (utcnow() - timedelta(days=7) - datetime(2023, 11, 14, tzinfo=UTC)).days
    mails = {
        "ours": sent(thread=thread, day=tomorrow()),
        "automatic": letter(thread=thread, day=tomorrow(), auto_submitted="auto-replied"),
        "earlier": letter(thread=thread, day=last_week),
        "backfill": letter(thread=thread, day=tomorrow()),
    }
    office.receive(office.cast.alice, mails[kind], backfill=kind == "backfill")
    office.settle()
    assert (status(office), told(office)) == ("Resolved", 0)


def test_a_ticket_closed_long_ago_only_says_so(office: Office, thread: str):
    put(office, "Closed", days_ago=30)
    office.receive(office.cast.alice, letter(thread=thread, day=tomorrow(), text="By the way"))
    office.settle()
    assert (status(office), told(office)) == ("Closed", 0)
    titles = [one.title for one in office.all(TimelineEntry)]
    assert titles.count("The customer wrote again about a closed ticket") == 1
