"""The first answer to a ticket: mail of a colleague in one of its threads, or a call that reached somebody."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.events import emit, react, subscribe
from app.records.statistics import FIRST_RESPONSE, keep_statistic
from app.timeline.tickets.clocks import elapsed
from models import Event, Message, Record, ThreadLink, TicketClock, TimelineEntry, TimelineLink

SECONDS_A_MINUTE = 60
UNREACHED = ("No answer", "Busy", "Wrong number")


def _is_reply(event: dict[str, Any]) -> bool:
    facts = event["data"]
    return facts["direction"] == "out" and facts["kind"] == "human" and not facts["backfill"]


@subscribe("answer-tickets", "message.stored", when=_is_reply)
def note_reply(session: Session, event: Event) -> None:
    tickets = (
        select(col(ThreadLink.record_id))
        .join(Message, col(Message.thread_id) == col(ThreadLink.thread_id))
        .join(Record, col(Record.id) == col(ThreadLink.record_id))
        .where(col(Message.id) == event.subject_id, col(Record.kind) == "ticket")
    )
    for ticket_id in session.scalars(tickets).all():
        note_first_response(session, ticket_id=ticket_id)


@react("thread.linked")
def note_earlier_reply(session: Session, event: dict[str, Any]) -> None:
    """The colleague may have answered before the thread was put on the ticket."""
    note_first_response(session, ticket_id=event["data"]["record_id"])


@react("activity.logged")
def note_call(session: Session, event: dict[str, Any]) -> None:
    if event["data"]["type"] == "call":
        for record_id in event["data"]["record_ids"]:
            note_first_response(session, ticket_id=record_id)


def note_first_response(session: Session, *, ticket_id: str) -> None:
    """Stop the first clock of a ticket at its earliest answer, if there is one. For other records it does nothing.

    The ticket is locked before its clock, as whoever changes its status does.
    """
    if session.get(TicketClock, ticket_id) is None:
        return
    session.flush()
    ticket = session.get_one(Record, ticket_id, with_for_update=True, populate_existing=True)
    clock = session.get_one(TicketClock, ticket_id, with_for_update=True, populate_existing=True)
    if clock.first_responded_at is not None:
        return
    answers = [at for at in (_first_mail(session, clock), _first_call(session, clock)) if at]
    if not answers:
        return
    clock.first_responded_at = min(answers)
    clock.first_response_seconds = elapsed(clock, clock.first_responded_at)
    session.add(clock)
    keep_statistic(session, ticket, FIRST_RESPONSE, clock.first_response_seconds // SECONDS_A_MINUTE)
    emit(
        session,
        "ticket.responded",
        workspace_id=clock.workspace_id,
        subject_id=ticket_id,
        data={"seconds": clock.first_response_seconds},
    )


def _first_mail(session: Session, clock: TicketClock) -> datetime | None:
    to_the_second = clock.started_at.replace(microsecond=0)
    query = (
        select(col(Message.sent_at))
        .join(ThreadLink, col(ThreadLink.thread_id) == col(Message.thread_id))
        .where(col(ThreadLink.record_id) == clock.record_id, col(Message.sent_at) >= to_the_second)
        .where(col(Message.direction) == "out", col(Message.kind) == "human")
    )
    return session.scalar(query.order_by(col(Message.sent_at)).limit(1))


def _first_call(session: Session, clock: TicketClock) -> datetime | None:
    query = (
        select(col(TimelineEntry.occurred_at), col(TimelineEntry.data))
        .join(TimelineLink, col(TimelineLink.entry_id) == col(TimelineEntry.id))
        .where(col(TimelineLink.record_id) == clock.record_id, col(TimelineEntry.type) == "call")
        .where(col(TimelineLink.occurred_at) >= clock.started_at)
        .order_by(col(TimelineLink.occurred_at))
    )
    return next((at for at, data in session.execute(query) if data.get("outcome") not in UNREACHED), None)
