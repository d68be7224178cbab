"""Tickets that the customer writes about again: nobody has to notice it for them to be open once more."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.events import emit, subscribe
from app.records.history import note_changes
from app.timeline.entries import NewEntry, put_entry
from app.timeline.placing import homes_of_subject
from app.timeline.tickets.clocks import PENDING
from app.timeline.titles import titled
from app.workspaces.template.fields import SOLVED
from models import Event, FieldChange, Message, Record, ThreadLink

OPEN, CLOSED = "Open", "Closed"
SETTLED = timedelta(days=14)
"""A ticket that has been closed for longer stays so: what comes then is rather another matter."""


def _is_from_outside(event: dict[str, Any]) -> bool:
    facts = event["data"]
    return facts["direction"] == "in" and facts["kind"] == "human" and not facts["backfill"]


@subscribe("reopen-tickets", "message.stored", when=_is_from_outside)
def reopen_tickets(session: Session, event: Event) -> None:
    """The tickets of the message's thread that wait for the customer, or are solved, are open again.

    Not by mail that was written before they came to wait. One that was closed long ago says on its timeline that the
    customer wrote.
    """
    message = session.get(Message, event.subject_id)
    if message is None:
        return
    tickets = (
        select(Record)
        .join(ThreadLink, col(ThreadLink.record_id) == col(Record.id))
        .where(col(ThreadLink.thread_id) == message.thread_id, col(Record.kind) == "ticket")
        .where(col(Record.status).in_((PENDING, *SOLVED)))
        .where(col(Record.archived_at).is_(None), col(Record.deleted_at).is_(None))
        .order_by(col(Record.id))
    )
    for ticket in session.scalars(tickets.with_for_update(of=Record)).all():
        since = _since(session, ticket)
        if message.sent_at < since.replace(microsecond=0):
            continue
        if ticket.status == CLOSED and message.sent_at - since > SETTLED:
            _note(session, ticket, message)
        else:
            _reopen(session, ticket, message)


def _since(session: Session, ticket: Record) -> datetime:
    """When it came to stand as it does."""
    query = (
        select(col(FieldChange.changed_at))
        .where(col(FieldChange.record_id) == ticket.id, col(FieldChange.key) == "status")
        .order_by(col(FieldChange.changed_at).desc())
        .limit(1)
    )
    return session.scalar(query) or ticket.created_at


def _reopen(session: Session, ticket: Record, message: Message) -> None:
    before, ticket.status = ticket.status, OPEN
    note_changes(session, record=ticket, changes={"status": (before, OPEN)}, actor_id=None)
    emit(
        session,
        "ticket.reopened",
        workspace_id=ticket.workspace_id,
        subject_id=ticket.id,
        data={"from": before, "message_id": message.id},
    )


def _note(session: Session, ticket: Record, message: Message) -> None:
    title, told = titled("wrote_again")
    entry = NewEntry(
        workspace_id=ticket.workspace_id,
        type="ticket",
        occurred_at=message.sent_at,
        title=title,
        summary=ticket.name,
        actor_id=None,
        data={**told, "record_id": ticket.id},
    )
    put_entry(session, entry, homes_of_subject(ticket))
