"""Tickets as cards show them: how one stands, and the unsolved ones of a customer."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, and_, bindparam, literal_column, or_, select, union
from sqlmodel import col

from app.core.clock import utcnow
from app.core.hot import Reader
from app.records.fields.stored import JsonText
from app.records.seen import Seen
from app.timeline.tickets.standing import Standing, standing_from
from app.workspaces.access import ScopedQuery, Viewer
from app.workspaces.template.fields import SOLVED
from models import Record, RecordLink, ThreadLink, TicketClock

MOST = 5
_CLOCK = tuple(getattr(TicketClock, name) for name in TicketClock.model_fields)


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


def tickets_around(reader: Reader, *, viewer: Viewer, record: Seen) -> list[OpenTicket]:
    """The first MOST unsolved tickets of a company, or about a person, the one due first first. One statement."""
    company = record.id if record.kind == "company" else record.company_id
    return _tickets(_AROUND(reader, viewer, record=record.id, company=company))


def tickets_on_thread(reader: Reader, *, viewer: Viewer, thread_id: str) -> list[OpenTicket]:
    """The first MOST unsolved tickets that a thread of mail is on. One statement."""
    return _tickets(_ON_THREAD(reader, viewer, thread=thread_id))


def _tickets(rows: list[tuple[Any, ...]]) -> list[OpenTicket]:
    return [OpenTicket(id, name, status, _standing(tuple(clock), name)) for id, name, status, *clock in rows]


def _standing(row: tuple[Any, ...], name: str) -> Standing | None:
    if row[0] is None:
        return None
    return standing_from(TicketClock(**dict(zip(TicketClock.model_fields, row, strict=True))), name, utcnow())


def _one(see: Any) -> Any:
    return (
        select(*_CLOCK)
        .join(Record, col(Record.id) == col(TicketClock.record_id))
        .where(col(Record.id) == bindparam("ticket", type_=String), see(Record))
    )


def _unsolved(see: Any, among: Any) -> Any:
    """Joined, not IN: SQLite without statistics would walk the whole workspace instead."""
    return (
        select(col(Record.id), col(Record.name), col(Record.status), *_CLOCK)
        .select_from(among)
        .join(Record, col(Record.id) == among.c[0])
        .outerjoin(TicketClock, col(TicketClock.record_id) == col(Record.id))
        .where(col(Record.kind) == "ticket", col(Record.archived_at).is_(None), see(Record))
        .where(or_(col(Record.status).is_(None), col(Record.status).not_in(SOLVED)))
        .order_by(col(TicketClock.resolution_due_at).is_(None), col(TicketClock.resolution_due_at), col(Record.id))
        .limit(MOST)
    )


def _around(see: Any) -> Any:
    here, company = bindparam("record", type_=String), bindparam("company", type_=String)
    theirs = JsonText(col(Record.data), literal_column("'contact'")) == here
    about = union(
        select(col(RecordLink.to_id)).where(col(RecordLink.from_id) == here),
        select(col(RecordLink.from_id)).where(col(RecordLink.to_id) == here),
        select(col(Record.id)).where(col(Record.company_id) == here, col(Record.kind) == "ticket"),
        select(col(Record.id)).where(col(Record.company_id) == company, col(Record.kind) == "ticket", theirs),
        select(col(Record.id)).where(
            and_(col(Record.company_id).is_(None), col(Record.kind) == "ticket", theirs),
        ),
    ).subquery("about")
    return _unsolved(see, about)


def _on_thread(see: Any) -> Any:
    linked = select(col(ThreadLink.record_id)).where(col(ThreadLink.thread_id) == bindparam("thread", type_=String))
    return _unsolved(see, linked.subquery("linked"))


_ONE = ScopedQuery(_one)
_AROUND = ScopedQuery(_around)
_ON_THREAD = ScopedQuery(_on_thread)
