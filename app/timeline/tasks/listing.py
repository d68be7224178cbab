"""Lists of tasks: mine, somebody's, a record's; open, done, overdue."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.cursor import cursor_of, moment_in, place_at
from app.core.errors import NotFound
from app.records.service import get_record
from app.timeline.tasks.due import day_of, is_overdue, overdue
from app.timeline.tasks.sight import assigned_to, is_mine, task_seen
from app.workspaces.access import Viewer, visible
from models import Member, Record, Task, TaskAssignee, TaskLink


@dataclass(frozen=True, slots=True)
class WantedTasks:
    """A choice of tasks. `done`: True or False; None takes both."""

    mine: bool = False
    assignee: str | None = None
    record: str | None = None
    overdue: bool = False
    due_before: datetime | None = None
    done: bool | None = None


@dataclass(frozen=True, slots=True)
class TaskSeen:
    """A task as its viewer sees it: of its records (id and name) only those in sight. `due_on`: the day, where its
    assignee is, of a task for a whole day."""

    task: Task
    assignee: str
    due_on: date | None
    overdue: bool
    others: list[tuple[str, str]] = field(default_factory=list)
    records: list[tuple[str, str]] = field(default_factory=list)


def my_open_tasks(session: Session, *, viewer: Viewer, limit: int) -> Sequence[Task]:
    """The viewer's own, soonest first; those without a time come last."""
    query = select(Task).where(col(Task.workspace_id) == viewer.workspace_id, is_mine(viewer))
    return session.scalars(query.where(col(Task.done_at).is_(None)).order_by(*_SOONEST).limit(limit)).all()


def list_tasks(
    session: Session, *, viewer: Viewer, wanted: WantedTasks, cursor: str | None, limit: int
) -> tuple[list[TaskSeen], str | None]:
    """A page of the tasks that the viewer may see, soonest first, and the cursor of the next."""
    if wanted.record:
        record = get_record(session, viewer=viewer, record_id=wanted.record)
        wanted = replace(wanted, record=record.id)
    query = select(Task).where(task_seen(viewer), *_conditions(viewer, wanted))
    if cursor:
        query = query.where(_after(cursor))
    found = session.scalars(query.order_by(*_SOONEST).limit(limit + 1)).all()
    page = found[:limit]
    more = cursor_of(page[-1].due_at, page[-1].id) if len(found) > limit else None
    return tasks_seen(session, viewer=viewer, tasks=page), more


def get_task(session: Session, *, viewer: Viewer, task_id: str) -> TaskSeen:
    task = session.scalar(select(Task).where(col(Task.id) == task_id, task_seen(viewer)))
    if task is None:
        raise NotFound("This task does not exist, or you have no access to it.")
    return tasks_seen(session, viewer=viewer, tasks=[task])[0]


def tasks_seen(session: Session, *, viewer: Viewer, tasks: Sequence[Task]) -> list[TaskSeen]:
    """Tasks with the names around them, in three statements."""
    ids = [task.id for task in tasks]
    people = select(col(Member.id), col(Member.name), col(Member.time_zone))
    assignees = {
        id: (name, zone)
        for id, name, zone in session.execute(people.where(col(Member.id).in_([task.assignee_id for task in tasks])))
    }
    others = select(col(TaskAssignee.task_id), col(Member.id), col(Member.name)).join(
        Member, col(Member.id) == col(TaskAssignee.member_id)
    )
    records = select(col(TaskLink.task_id), col(Record.id), col(Record.name)).join(
        Record, col(Record.id) == col(TaskLink.record_id)
    )
    by_task = _grouped(session.execute(others.where(col(TaskAssignee.task_id).in_(ids)).order_by(col(Member.name))))
    linked = _grouped(
        session.execute(records.where(col(TaskLink.task_id).in_(ids), visible(viewer)).order_by(col(Record.name)))
    )
    return [_seen(task, *assignees[task.assignee_id], by_task[task.id], linked[task.id]) for task in tasks]


def _seen(
    task: Task, assignee: str, zone: str, others: list[tuple[str, str]], records: list[tuple[str, str]]
) -> TaskSeen:
    due_on = day_of(task.due_at, time_zone=zone) if task.due_at and task.all_day else None
    return TaskSeen(task, assignee, due_on, is_overdue(task, now=utcnow(), time_zone=zone), others, records)


def _grouped(rows: Any) -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for task_id, id, name in rows:
        groups[task_id].append((id, name))
    return groups


def _conditions(viewer: Viewer, wanted: WantedTasks) -> Collection[ColumnElement[bool]]:
    conditions = []
    if wanted.mine:
        conditions.append(is_mine(viewer))
    if wanted.assignee:
        conditions.append(assigned_to(wanted.assignee))
    if wanted.record:
        conditions.append(
            exists().where(col(TaskLink.task_id) == col(Task.id), col(TaskLink.record_id) == wanted.record)
        )
    if wanted.overdue:
        conditions.append(overdue(now=utcnow(), time_zone=viewer.time_zone))
    if wanted.due_before:
        conditions.append(col(Task.due_at) < wanted.due_before)
    if wanted.done is not None:
        conditions.append(col(Task.done_at).is_not(None) if wanted.done else col(Task.done_at).is_(None))
    return conditions


_SOONEST = (col(Task.due_at).is_(None), col(Task.due_at), col(Task.id))


def _after(cursor: str) -> ColumnElement[bool]:
    at, id = place_at(cursor, (str, type(None)), str)
    undated = col(Task.due_at).is_(None)
    if at is None:
        return and_(undated, col(Task.id) > id)
    return or_(undated, tuple_(col(Task.due_at), col(Task.id)) > (moment_in(at), id))
