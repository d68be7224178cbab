"""Tickets as cards show them: how one stands, and the unsolved ones of a customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, bindparam, or_, select
from sqlmodel import col

from app.core.clock import utcnow
from app.core.hot import Reader
from app.records.seen import Seen
from app.timeline.tickets.standing import Standing, standing_from
from app.workspaces.access import ScopedQuery, Viewer
from app.workspaces.template.fields import SOLVED
from models import Record, ThreadLink, TicketClock

MOST = 5
CLOCK_COLUMNS = tuple(getattr(TicketClock, name) for name in TicketClock.model_fields)


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """An unsolved ticket; `standing` is None where nothing was promised."""

    id: str
    name: str
    status: str | None
    standing: Standing | None


def ticket_standing(reader: Reader, *, viewer: Viewer, ticket: Seen) -> Standing | None:
    """How a ticket stands; None where nothing was promised. One statement."""
    rows = _ONE(reader, viewer, ticket=ticket.id)
    return _standing(rows[0], ticket.name) if rows else None


def tickets_on_thread(reader: Reader, *, viewer: Viewer, thread_id: str) -> list[OpenTicket]:
    """The first MOST unsolved tickets that a thread of mail is on. One statement."""
    return _tickets(_ON_THREAD(reader, viewer, thread=thread_id))


def _tickets(rows: list[tuple[Any, ...]]) -> list[OpenTicket]:
    return [ticket_from(id, name, status, clock) for id, name, status, *clock in rows]


def ticket_from(id: str, name: str, status: str | None, clock: Sequence[Any]) -> OpenTicket:
    """`clock`: the values of CLOCK_COLUMNS, which are NULL where nothing was promised."""
    return OpenTicket(id, name, status, _standing(clock, name))


def _standing(row: Sequence[Any], name: str) -> Standing | None:
    if row[0] is None:
        return None
    return standing_from(TicketClock(**dict(zip(TicketClock.model_fields, row, strict=True))), name, utcnow())


def _one(see: Any) -> Any:
    return (
        select(*CLOCK_COLUMNS)
        .join(Record, col(Record.id) == col(TicketClock.record_id))
        .where(col(Record.id) == bindparam("ticket", type_=String), see(Record))
    )


def _unsolved(see: Any, among: Any) -> Any:
    """Joined, not IN: SQLite without statistics would walk the whole workspace instead."""
    return (
        select(col(Record.id), col(Record.name), col(Record.status), *CLOCK_COLUMNS)
        .select_from(among)
        .join(Record, col(Record.id) == among.c[0])
        .outerjoin(TicketClock, col(TicketClock.record_id) == col(Record.id))
        .where(col(Record.kind) == "ticket", col(Record.archived_at).is_(None), see(Record))
        .where(or_(col(Record.status).is_(None), col(Record.status).not_in(SOLVED)))
        .order_by(col(TicketClock.resolution_due_at).is_(None), col(TicketClock.resolution_due_at), col(Record.id))
        .limit(MOST)
    )


def _on_thread(see: Any) -> Any:
    linked = select(col(ThreadLink.record_id)).where(col(ThreadLink.thread_id) == bindparam("thread", type_=String))
    return _unsolved(see, linked.subquery("linked"))


_ONE = ScopedQuery(_one)
_ON_THREAD = ScopedQuery(_on_thread)
