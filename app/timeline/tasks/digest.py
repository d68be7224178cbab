"""What a member's morning mail says: what is due today, what is late, who waits for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col

from app.core.clock import zone_of
from app.records.identity import PEOPLE
from app.timeline.tasks.due import day_start
from app.timeline.tasks.listing import TaskSeen, tasks_seen
from app.timeline.tasks.sight import is_mine
from app.workspaces.access import Viewer, visible
from models import Record, Task

DIGEST_HOUR = time(8)
MAX_LINES = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whom the viewer looks after, who wrote last and has no answer yet."""

    id: str
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Digest:
    """`at` is when it is sent. Tasks are soonest first, people longest waiting first."""

    on: date
    at: datetime
    due_today: list[TaskSeen]
    overdue: list[TaskSeen]
    waiting: list[Waiting]

    @property
    def is_empty(self) -> bool:
        return not (self.due_today or self.overdue or self.waiting)


def digest(session: Session, *, viewer: Viewer, on: date) -> Digest:
    """The viewer's digest of this day where they are: nothing in it is out of their sight."""
    zone = viewer.time_zone
    begins, ends = day_start(on, time_zone=zone), day_start(on + timedelta(days=1), time_zone=zone)
    today = and_(col(Task.due_at) >= begins, col(Task.due_at) < ends)
    return Digest(
        on=on,
        at=datetime.combine(on, DIGEST_HOUR, zone_of(zone)).astimezone(UTC),
        due_today=tasks_seen(session, viewer=viewer, tasks=_open(session, viewer, today)),
        overdue=tasks_seen(session, viewer=viewer, tasks=_open(session, viewer, col(Task.due_at) < begins)),
        waiting=_waiting(session, viewer),
    )


def _open(session: Session, viewer: Viewer, when: ColumnElement[bool]) -> Sequence[Task]:
    query = select(Task).where(
        col(Task.workspace_id) == viewer.workspace_id, is_mine(viewer), col(Task.done_at).is_(None), when
    )
    return session.scalars(query.order_by(col(Task.due_at), col(Task.id)).limit(MAX_LINES)).all()


def _waiting(session: Session, viewer: Viewer) -> list[Waiting]:
    wrote = col(Record.last_email_in_at)
    unanswered = or_(col(Record.last_email_out_at).is_(None), col(Record.last_email_out_at) < wrote)
    query = (
        select(col(Record.id), col(Record.name), wrote)
        .where(col(Record.owner_id) == viewer.member_id, visible(viewer), col(Record.archived_at).is_(None))
        .where(col(Record.kind).in_(PEOPLE), wrote.is_not(None), unanswered)
    )
    return [Waiting(*row) for row in session.execute(query.order_by(wrote).limit(MAX_LINES))]
