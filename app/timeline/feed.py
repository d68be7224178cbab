"""The timeline of a record, newest first, as far as the viewer may read it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, bindparam, case, exists, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.hot import Reader
from app.workspaces.access import ScopedQuery, Viewer, visible
from models import Mailbox, MailboxMessage, Member, Record, TimelineEntry, TimelineLink

See = Callable[[Any], ColumnElement[bool]]

LOCKED_TITLES = {"email": "Private email", "stage": "A deal of another team moved"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A timeline entry. `locked`: someone else's private mail or a deal out of sight, of which it tells no more."""

    id: str
    type: str
    occurred_at: datetime
    title: str
    summary: str
    actor: str | None
    data: dict[str, Any]
    locked: bool


def newest_entries(reader: Reader, *, viewer: Viewer, record_id: str, limit: int) -> list[Entry]:
    return [_entry(row) for row in _newest(reader, viewer, record=record_id, limit=limit)]


def entries_before(
    session: Session, *, viewer: Viewer, record_id: str, before: tuple[datetime, str], limit: int
) -> list[Entry]:
    """The page that follows the entry at `before` (its time and id); new entries never shift it."""
    statement = _entries(lambda record: visible(viewer, record)).where(
        col(TimelineLink.record_id) == record_id,
        tuple_(col(TimelineLink.occurred_at), col(TimelineLink.entry_id)) < before,
    )
    rows = session.execute(statement.limit(limit), {"viewer_member": viewer.member_id})
    return [_entry(tuple(row)) for row in rows]


def _entries(see: See) -> Select[Any]:
    """Walks the record's links backwards: a page costs the same however long the timeline."""
    held = exists().where(
        col(MailboxMessage.message_id) == col(TimelineEntry.message_id),
        col(Mailbox.id) == col(MailboxMessage.mailbox_id),
        col(Mailbox.member_id) == bindparam("viewer_member"),
    )
    return (
        select(
            col(TimelineEntry.id),
            col(TimelineEntry.type),
            col(TimelineEntry.occurred_at),
            col(TimelineEntry.title),
            col(TimelineEntry.summary),
            col(Member.name),
            col(TimelineEntry.data),
            case(
                (col(TimelineEntry.private), ~held), (col(TimelineEntry.type) == "stage", ~_deal_seen(see)), else_=False
            ),
        )
        .select_from(TimelineLink)
        .join(Record, col(Record.id) == col(TimelineLink.record_id))
        .join(TimelineEntry, col(TimelineEntry.id) == col(TimelineLink.entry_id))
        .outerjoin(Member, col(Member.id) == col(TimelineEntry.actor_id))
        .where(see(Record))
        .order_by(col(TimelineLink.occurred_at).desc(), col(TimelineLink.entry_id).desc())
    )


def _deal_seen(see: See) -> Exists:
    """A deal's entries stand on its company's timeline, too: whoever may see only the company reads no deal there."""
    link, deal = aliased(TimelineLink), aliased(Record)
    return exists().where(
        col(link.entry_id) == col(TimelineEntry.id),
        col(deal.id) == col(link.record_id),
        col(deal.kind) == "deal",
        see(deal),
    )


_newest = ScopedQuery(
    lambda see: _entries(see).where(col(TimelineLink.record_id) == bindparam("record")).limit(bindparam("limit"))
)


def _entry(row: tuple[Any, ...]) -> Entry:
    id, type, occurred_at, title, summary, actor, data, locked = row
    if locked:
        return Entry(id, type, occurred_at, LOCKED_TITLES.get(type, "Private entry"), "", actor, {}, True)
    return Entry(id, type, occurred_at, title, summary, actor, data, False)
