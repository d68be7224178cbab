"""Making, changing and finishing tasks."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Unpack

from sqlmodel import Session

from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.core.events import emit
from app.core.ids import new_id
from app.timeline.tasks.due import day_of, day_start
from app.timeline.tasks.next_task import refresh_next
from app.timeline.tasks.parts import (
    assign,
    link,
    others_for,
    others_of,
    reassign,
    records_for,
    records_of,
    relink,
)
from app.timeline.tasks.repeat import next_time
from app.timeline.tasks.sight import task_to_change
from app.timeline.tasks.values import TaskValues, checked
from app.workspaces.access import Viewer, require_writer
from app.workspaces.notifications import notify
from models import Member, Task


def add_task(session: Session, *, viewer: Viewer, **values: Unpack[TaskValues]) -> Task:
    """A task on records that the viewer may see; for the viewer unless it says for whom. It needs a title."""
    require_writer(viewer)
    columns = checked(session, viewer=viewer, values={"title": "", **values})
    records = records_for(session, viewer, values.get("record_ids", ()))
    others = others_for(session, viewer, values.get("others", ()), columns["assignee_id"])
    task = Task(
        id=new_id(), workspace_id=viewer.workspace_id, created_by=viewer.member_id, created_at=utcnow(), **columns
    )
    _store(session, task, records, others)
    _emit(session, "task.created", task, viewer)
    _tell(session, viewer, task, {task.assignee_id, *others})
    return task


def change_task(session: Session, *, viewer: Viewer, task_id: str, **values: Unpack[TaskValues]) -> Task:
    """Change what is given; `record_ids` and `others` replace those it had, as far as the viewer sees them."""
    task = task_to_change(session, viewer=viewer, task_id=task_id)
    before = {task.assignee_id, *others_of(session, task.id)}
    columns = checked(session, viewer=viewer, values=values, task=task)
    changed = {name: value for name, value in columns.items() if getattr(task, name) != value}
    task.sqlmodel_update(changed)
    session.add(task)
    old_records = set(records_of(session, task.id))
    if "record_ids" in values:
        relink(session, viewer, task, values["record_ids"], old_records)
    others = before - {task.assignee_id}
    if "others" in values:
        others = set(others_for(session, viewer, values["others"], task.assignee_id))
        reassign(session, task, others)
    refresh_next(session, old_records | set(records_of(session, task.id)))
    _emit(session, "task.changed", task, viewer, changed=sorted({*changed, *values} - {"due_on"}))
    _tell(session, viewer, task, {task.assignee_id, *others} - before)
    return task


def complete_task(session: Session, *, viewer: Viewer, task_id: str) -> Task:
    """Done; completing it again changes nothing. One that repeats makes the next, which takes the rule over."""
    task = task_to_change(session, viewer=viewer, task_id=task_id)
    if task.done_at is None:
        task.done_at, task.done_by = utcnow(), viewer.member_id
        records = records_of(session, task.id)
        _repeat(session, viewer, task, records)
        session.add(task)
        refresh_next(session, records)
        _emit(session, "task.completed", task, viewer)
    return task


def reopen_task(session: Session, *, viewer: Viewer, task_id: str) -> Task:
    task = task_to_change(session, viewer=viewer, task_id=task_id)
    if task.done_at is not None:
        task.done_at = task.done_by = None
        session.add(task)
        refresh_next(session, records_of(session, task.id))
        _emit(session, "task.reopened", task, viewer)
    return task


def snooze_task(session: Session, *, viewer: Viewer, task_id: str, until: datetime) -> Task:
    """Put an open task off; its reminder keeps its distance, and its rule goes on as it was."""
    task = task_to_change(session, viewer=viewer, task_id=task_id)
    if task.done_at is not None or until <= utcnow():
        raise InvalidInput("until: put an open task off to a time that is still to come.", field="until")
    if task.all_day:
        zone = session.get_one(Member, task.assignee_id).time_zone
        until = day_start(day_of(until, time_zone=zone), time_zone=zone)
    if task.remind_at:
        task.remind_at = until - (task.due_at - task.remind_at) if task.due_at else until
        task.reminded_at = None
    task.due_at = until
    session.add(task)
    refresh_next(session, records_of(session, task.id))
    _emit(session, "task.snoozed", task, viewer)
    return task


def delete_task(session: Session, *, viewer: Viewer, task_id: str) -> None:
    task = task_to_change(session, viewer=viewer, task_id=task_id)
    records = records_of(session, task.id)
    _emit(session, "task.deleted", task, viewer)
    session.delete(task)
    refresh_next(session, records)


def _repeat(session: Session, viewer: Viewer, task: Task, record_ids: Sequence[str]) -> None:
    """The next task of a series: the first time of the rule that is neither past nor before this one was due."""
    if not task.repeat or task.due_at is None:
        return
    zone = session.get_one(Member, task.assignee_id).time_zone
    started = task.repeat_from or task.due_at
    due_at = next_time(task.repeat, started=started, after=max(task.due_at, utcnow()), time_zone=zone)
    rule, task.repeat = task.repeat, ""
    if due_at is None:
        return
    kept = ("workspace_id", "title", "description", "type", "priority", "all_day", "assignee_id", "thread_id")
    following = Task(
        id=new_id(),
        **{name: getattr(task, name) for name in kept},
        due_at=due_at,
        remind_at=due_at - (task.due_at - task.remind_at) if task.remind_at else None,
        repeat=rule,
        repeat_from=started,
        created_by=task.created_by,
        created_at=utcnow(),
    )
    _store(session, following, record_ids, others_of(session, task.id))
    _emit(session, "task.created", following, viewer, repeats=task.id)


def _store(session: Session, task: Task, record_ids: Sequence[str], others: Collection[str]) -> None:
    session.add(task)
    session.flush()
    link(session, task, record_ids)
    assign(session, task, others)
    refresh_next(session, record_ids)


def _tell(session: Session, viewer: Viewer, task: Task, member_ids: Collection[str]) -> None:
    notify(
        session,
        workspace_id=task.workspace_id,
        member_ids=sorted(set(member_ids) - {viewer.member_id}),
        type="task_assigned",
        title=f"{viewer.name} gave you a task: {task.title}",
        data={"task_id": task.id},
    )


def _emit(session: Session, type: str, task: Task, viewer: Viewer, **more: Any) -> None:
    emit(
        session,
        type,
        workspace_id=task.workspace_id,
        subject_id=task.id,
        actor_id=viewer.member_id,
        data={"title": task.title, **more},
    )
