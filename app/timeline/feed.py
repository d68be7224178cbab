"""The timeline of a record, newest first, as far as the viewer may read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, exists, select, tuple_
from sqlmodel import Session, col

from app.core.hot import Reader
from app.workspaces.access import ScopedQuery, Viewer, visible
from models import Mailbox, MailboxMessage, Member, Record, TimelineEntry, TimelineLink


@dataclass(frozen=True, slots=True)
class Entry:
    """A timeline entry. `locked`: someone else's private mail, without title, summary and data."""

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
    statement = _entries(visible(viewer)).where(
        col(TimelineLink.record_id) == record_id,
        tuple_(col(TimelineLink.occurred_at), col(TimelineLink.entry_id)) < before,
    )
    rows = session.execute(statement.limit(limit), {"viewer_member": viewer.member_id})
    return [_entry(tuple(row)) for row in rows]


def _entries(seen: Any) -> Select[Any]:
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
            case((col(TimelineEntry.private), ~held), else_=False),
        )
        .select_from(TimelineLink)
        .join(Record, col(Record.id) == col(TimelineLink.record_id))
        .join(TimelineEntry, col(TimelineEntry.id) == col(TimelineLink.entry_id))
        .outerjoin(Member, col(Member.id) == col(TimelineEntry.actor_id))
        .where(seen)
        .order_by(col(TimelineLink.occurred_at).desc(), col(TimelineLink.entry_id).desc())
    )


_newest = ScopedQuery(
    lambda see: (
        _entries(see(Record)).where(col(TimelineLink.record_id) == bindparam("record")).limit(bindparam("limit"))
    )
)


def _entry(row: tuple[Any, ...]) -> Entry:
    id, type, occurred_at, title, summary, actor, data, locked = row
    if locked:
        return Entry(id, type, occurred_at, "Private email", "", actor, {}, True)
    return Entry(id, type, occurred_at, title, summary, actor, data, False)
