"""What a member should know: mentions, reminders, requests.

A notification about a record is read only by those who may see that record at that moment; for everybody else it is
not there, so that it tells nothing of what they may not know.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_, update
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import NotFound
from app.core.ids import new_id
from app.workspaces.access import Viewer, visible
from models import Notification, Record


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification and the name of its record."""

    id: str
    type: str
    title: str
    record_id: str | None
    record_name: str | None
    data: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


def notify(
    session: Session,
    *,
    workspace_id: str,
    member_ids: Iterable[str],
    type: str,
    title: str,
    record_id: str | None = None,
    data: Mapping[str, object] | None = None,
) -> list[Notification]:
    """Leave a notification for each of these members. `title` holds nothing that only some of them may know."""
    now = utcnow()
    made = [
        Notification(
            id=new_id(),
            workspace_id=workspace_id,
            member_id=member_id,
            type=type,
            title=title,
            record_id=record_id,
            data=dict(data or {}),
            created_at=now,
        )
        for member_id in dict.fromkeys(member_ids)
    ]
    session.add_all(made)
    session.flush()
    return made


def notifications(
    session: Session,
    *,
    viewer: Viewer,
    unread: bool = False,
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> Sequence[Notice]:
    """The viewer's, newest first; `before` is the time and id of the last one of the page before."""
    query = (
        select(
            col(Notification.id),
            col(Notification.type),
            col(Notification.title),
            col(Notification.record_id),
            col(Record.name),
            col(Notification.data),
            col(Notification.created_at),
            col(Notification.read_at),
        )
        .outerjoin(Record, col(Record.id) == col(Notification.record_id))
        .where(_told(viewer))
        .order_by(col(Notification.created_at).desc(), col(Notification.id).desc())
    )
    if unread:
        query = query.where(col(Notification.read_at).is_(None))
    if before:
        query = query.where(tuple_(col(Notification.created_at), col(Notification.id)) < before)
    return [Notice(*row) for row in session.execute(query.limit(limit))]


def mark_read(session: Session, *, viewer: Viewer, notification_id: str) -> None:
    """Note that the viewer has read it; again changes nothing."""
    mine = (
        select(col(Notification.id))
        .outerjoin(Record, col(Record.id) == col(Notification.record_id))
        .where(col(Notification.id) == notification_id, _told(viewer))
    )
    if session.scalar(mine) is None:
        raise NotFound("This notification does not exist.")
    unread = and_(col(Notification.id) == notification_id, col(Notification.read_at).is_(None))
    session.execute(update(Notification).where(unread).values(read_at=utcnow()))


def _told(viewer: Viewer) -> ColumnElement[bool]:
    mine = and_(col(Notification.workspace_id) == viewer.workspace_id, col(Notification.member_id) == viewer.member_id)
    return and_(mine, or_(col(Notification.record_id).is_(None), visible(viewer)))
