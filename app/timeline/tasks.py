"""Tasks: what a member has to do, on which records, by when."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.core.clock import utcnow, zone_of
from app.core.errors import InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.records.service import get_record
from app.workspaces.access import Viewer, require_writer
from models import Record, Task, TaskLink

MAX_TITLE = 300
MORNING = time(9)
SATURDAY = 5


def follow_up_at(now: datetime, *, time_zone: str, working_days: int) -> datetime:
    """09:00 in the member's zone, so many working days (Monday to Friday) after `now`; in UTC."""
    zone = zone_of(time_zone)
    day = now.astimezone(zone).date()
    while working_days > 0:
        day += timedelta(days=1)
        working_days -= day.weekday() < SATURDAY
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def add_task(
    session: Session,
    *,
    viewer: Viewer,
    title: str,
    due_at: datetime | None,
    record_ids: Sequence[str] = (),
    thread_id: str | None = None,
) -> Task:
    """A task for the viewer, on records that they may see."""
    require_writer(viewer)
    name = title.replace("\0", "").strip()
    if not name:
        raise InvalidInput("Task: give it a title.", field="title")
    records = [get_record(session, viewer=viewer, record_id=record_id) for record_id in dict.fromkeys(record_ids)]
    task = Task(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        title=name[:MAX_TITLE],
        due_at=due_at,
        assignee_id=viewer.member_id,
        thread_id=thread_id,
        created_by=viewer.member_id,
        created_at=utcnow(),
    )
    session.add(task)
    session.flush()
    for record in records:
        session.add(TaskLink(task_id=task.id, record_id=record.id, workspace_id=task.workspace_id))
    _refresh_next(session, [record.id for record in records])
    _emit(session, "task.created", task, viewer)
    return task


def complete_task(session: Session, *, viewer: Viewer, task_id: str) -> Task:
    """Done; completing it again changes nothing. A member completes their own tasks, an admin any."""
    task = session.get(Task, task_id, with_for_update=True)
    if task is None or task.workspace_id != viewer.workspace_id or not _is_theirs(viewer, task):
        raise NotFound("This task does not exist, or belongs to someone else.")
    if task.done_at is None:
        task.done_at, task.done_by = utcnow(), viewer.member_id
        session.add(task)
        session.flush()
        links = select(col(TaskLink.record_id)).where(col(TaskLink.task_id) == task.id)
        _refresh_next(session, session.scalars(links).all())
        _emit(session, "task.completed", task, viewer)
    return task


def my_open_tasks(session: Session, *, viewer: Viewer, limit: int) -> Sequence[Task]:
    """The viewer's own, soonest first; those without a time come last."""
    query = select(Task).where(
        col(Task.workspace_id) == viewer.workspace_id,
        col(Task.assignee_id) == viewer.member_id,
        col(Task.done_at).is_(None),
    )
    return session.scalars(
        query.order_by(col(Task.due_at).is_(None), col(Task.due_at), col(Task.id)).limit(limit)
    ).all()


def _is_theirs(viewer: Viewer, task: Task) -> bool:
    return viewer.is_admin or viewer.member_id in (task.assignee_id, task.created_by)


def _refresh_next(session: Session, record_ids: Sequence[str]) -> None:
    """Keep `next_task_at` of the records at the earliest open task."""
    session.flush()
    earliest = (
        select(col(Task.due_at))
        .join(TaskLink, col(TaskLink.task_id) == col(Task.id))
        .where(col(TaskLink.record_id) == col(Record.id), col(Task.done_at).is_(None), col(Task.due_at).is_not(None))
        .order_by(col(Task.due_at))
        .limit(1)
    )
    session.execute(
        update(Record).where(col(Record.id).in_(record_ids)).values(next_task_at=earliest.scalar_subquery()),
        execution_options={"synchronize_session": False},
    )


def _emit(session: Session, type: str, task: Task, viewer: Viewer) -> None:
    emit(
        session,
        type,
        workspace_id=task.workspace_id,
        subject_id=task.id,
        actor_id=viewer.member_id,
        data={"title": task.title},
    )
