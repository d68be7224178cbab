"""The two clocks of a ticket, from its creation to its solution.

Both run while the ticket is New or Open and stand still while it is Pending: their due times move by as long as that
lasts. The second stops when the ticket is Resolved or Closed; reopening lets it run on, as if it had been pending.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.core.events import emit, react
from app.timeline.entries import NewEntry, put_entry
from app.timeline.placing import homes_of_subject
from app.timeline.tickets.hours import later
from app.timeline.tickets.promises import promise_for
from app.timeline.titles import titled
from app.workspaces.template.fields import SOLVED
from models import Record, ServicePromise, TicketClock

PENDING = "Pending"


@react("record.created")
def start_clock(session: Session, event: dict[str, Any]) -> None:
    if event["data"]["kind"] != "ticket":
        return
    ticket = session.get_one(Record, event["subject_id"])
    started = event["occurred_at"]
    promise = promise_for(session, workspace_id=ticket.workspace_id, priority=ticket.priority)
    if promise:
        clock = TicketClock(
            record_id=ticket.id,
            workspace_id=ticket.workspace_id,
            started_at=started,
            first_response_due_at=later(started, minutes=promise.first_response_minutes, hours=promise.hours),
            resolution_due_at=later(started, minutes=promise.resolution_minutes, hours=promise.hours),
        )
        follow_status(clock, ticket.status, at=started)
        session.add(clock)
    _show(session, ticket, event, titled("ticket_opened"))


@react("record.updated")
def follow_ticket(session: Session, event: dict[str, Any]) -> None:
    changes, at = event["data"]["changes"], event["occurred_at"]
    if "status" not in changes and "priority" not in changes:
        return
    ticket = session.get_one(Record, event["subject_id"])
    if ticket.kind != "ticket":
        return
    if "status" in changes:
        _show(session, ticket, event, titled("ticket_status", status=ticket.status or "–"))
    clock = session.get(TicketClock, ticket.id, with_for_update=True)
    if clock is None:
        return
    if "priority" in changes:
        promise = promise_for(session, workspace_id=ticket.workspace_id, priority=ticket.priority)
        if promise:
            _promise_anew(clock, promise)
    if "status" in changes and follow_status(clock, ticket.status, at=at) and clock.resolved_at:
        _emit_solved(session, ticket, clock, event["actor_id"])
    session.add(clock)


def follow_status(clock: TicketClock, status: str | None, *, at: datetime) -> bool:
    """Let the clocks run, stand still or stop, as the status says; False if they do already."""
    solved, pending = clock.resolved_at is not None, clock.paused_at is not None
    if (solved, pending) == (status in SOLVED, status == PENDING):
        return False
    if status == PENDING:
        clock.paused_at = clock.resolved_at or at
        clock.resolved_at = clock.resolution_seconds = None
        return True
    _run_on(clock, at)
    if status in SOLVED:
        clock.resolved_at = at
        clock.resolution_seconds = elapsed(clock, at)
    return True


def elapsed(clock: TicketClock, at: datetime) -> int:
    """Seconds that the clocks had run at that time."""
    stood_still = clock.paused_seconds
    if clock.paused_at and clock.paused_at < at:
        stood_still += _seconds(at - clock.paused_at)
    return max(0, _seconds(at - clock.started_at) - stood_still)


def _run_on(clock: TicketClock, at: datetime) -> None:
    """End the time that the clocks stood still."""
    since = clock.paused_at or clock.resolved_at
    if since:
        stood = max(timedelta(), at - since)
        clock.paused_seconds += _seconds(stood)
        clock.resolution_due_at += stood
        if clock.first_responded_at is None:
            clock.first_response_due_at += stood
    clock.paused_at = clock.resolved_at = clock.resolution_seconds = None


def _promise_anew(clock: TicketClock, promise: ServicePromise) -> None:
    """Other due times for what is still to be done."""
    stood = timedelta(seconds=clock.paused_seconds)
    if clock.first_responded_at is None:
        due = later(clock.started_at, minutes=promise.first_response_minutes, hours=promise.hours)
        clock.first_response_due_at = due + stood
    if clock.resolved_at is None:
        due = later(clock.started_at, minutes=promise.resolution_minutes, hours=promise.hours)
        clock.resolution_due_at = due + stood


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _emit_solved(session: Session, ticket: Record, clock: TicketClock, actor_id: str | None) -> None:
    emit(
        session,
        "ticket.solved",
        workspace_id=ticket.workspace_id,
        subject_id=ticket.id,
        actor_id=actor_id,
        data={"seconds": clock.resolution_seconds},
    )


def _show(session: Session, ticket: Record, event: dict[str, Any], said: tuple[str, dict[str, Any]]) -> None:
    title, told = said
    entry = NewEntry(
        workspace_id=ticket.workspace_id,
        type="ticket",
        occurred_at=event["occurred_at"],
        title=title,
        summary=ticket.name,
        actor_id=event["actor_id"],
        data={**told, "record_id": ticket.id},
    )
    put_entry(session, entry, homes_of_subject(ticket))
