"""How tickets stand with what was promised: in time, due soon, or too late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.cursor import cursor_of, moment_place
from app.core.errors import NotFound
from app.records.service import get_record
from app.workspaces.access import Viewer, visible
from models import Record, TicketClock

STATES = ("ok", "due_soon", "breached")
SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Side:
    """One clock: when it is due, when it stopped and after how many seconds, and how that stands."""

    due_at: datetime
    at: datetime | None
    seconds: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Both clocks of a ticket. `paused_at`: since when they stand still."""

    record_id: str
    name: str
    started_at: datetime
    paused_at: datetime | None
    first_response: Side
    resolution: Side


def standing_of(session: Session, *, viewer: Viewer, record_id: str) -> Standing:
    """NotFound for a record out of sight, and for one that is no ticket."""
    record = get_record(session, viewer=viewer, record_id=record_id)
    clock = session.get(TicketClock, record.id)
    if clock is None:
        raise NotFound("This record has no clock: only tickets do.")
    return standing_from(clock, record.name, utcnow())


def open_tickets(
    session: Session, *, viewer: Viewer, state: str | None, cursor: str | None, limit: int
) -> tuple[list[Standing], str | None]:
    """A page of the unsolved tickets that the viewer may see, in this state; the one due first comes first."""
    now = utcnow()
    place = (col(TicketClock.resolution_due_at), col(TicketClock.record_id))
    query: Any = (
        select(TicketClock, col(Record.name))
        .join(Record, col(Record.id) == col(TicketClock.record_id))
        .where(visible(viewer), col(Record.archived_at).is_(None), col(TicketClock.resolved_at).is_(None))
    )
    if state:
        query = query.where(_in_state(state, now))
    if cursor:
        query = query.where(tuple_(*place) > moment_place(cursor))
    found = session.execute(query.order_by(*place).limit(limit + 1)).all()
    page = [standing_from(clock, name, now) for clock, name in found[:limit]]
    more = cursor_of(page[-1].resolution.due_at, page[-1].record_id) if len(found) > limit else None
    return page, more


def due_state(due_at: datetime, stopped_at: datetime | None, *, paused_at: datetime | None, now: datetime) -> str:
    """`breached` when it was, or is, too late; `due_soon` within the last hour; else `ok`, as while it stands still."""
    if (stopped_at or paused_at or now) > due_at:
        return "breached"
    running = stopped_at is None and paused_at is None
    return "due_soon" if running and due_at - now <= SOON else "ok"


def standing_from(clock: TicketClock, name: str, now: datetime) -> Standing:
    """How a ticket of this name stands by its clock."""
    paused = clock.paused_at
    first = due_state(clock.first_response_due_at, clock.first_responded_at, paused_at=paused, now=now)
    resolution = due_state(clock.resolution_due_at, clock.resolved_at, paused_at=paused, now=now)
    return Standing(
        record_id=clock.record_id,
        name=name,
        started_at=clock.started_at,
        paused_at=paused,
        first_response=Side(clock.first_response_due_at, clock.first_responded_at, clock.first_response_seconds, first),
        resolution=Side(clock.resolution_due_at, clock.resolved_at, clock.resolution_seconds, resolution),
    )


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    """What is still to be done is in this state: the worse of the two clocks counts."""
    breached = _any_due_before(func.coalesce(col(TicketClock.paused_at), now))
    soon = and_(col(TicketClock.paused_at).is_(None), _any_due_before(now + SOON))
    return {"breached": breached, "due_soon": and_(soon, ~breached), "ok": and_(~soon, ~breached)}[state]


def _any_due_before(moment: Any) -> ColumnElement[bool]:
    unanswered = col(TicketClock.first_responded_at).is_(None)
    return or_(
        and_(unanswered, col(TicketClock.first_response_due_at) < moment), col(TicketClock.resolution_due_at) < moment
    )
