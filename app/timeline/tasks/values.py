"""What a task says, checked."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import InvalidInput
from app.core.text import one_line
from app.timeline.tasks.due import day_start
from app.timeline.tasks.repeat import checked_rule
from app.timeline.tasks.sight import check_thread
from app.timeline.text import written
from app.workspaces.access import Viewer
from models import Member, Task

MAX_TITLE = 300
MAX_ASSIGNEES = 20
TYPES = ("Follow-up", "Call", "Email", "Meeting", "Demo", "Lunch", "Thank you", "Ship")
PRIORITIES = ("Low", "Normal", "High", "Urgent")


class TaskValues(TypedDict, total=False):
    """`due_on` is for tasks of a whole day, `due_at` for all others. `others` take part beside the assignee."""

    title: str
    description: str
    type: str
    priority: str
    due_at: datetime | None
    due_on: date | None
    remind_at: datetime | None
    repeat: str
    assignee_id: str
    others: Sequence[str]
    thread_id: str | None
    record_ids: Sequence[str]


def checked(session: Session, *, viewer: Viewer, values: TaskValues, task: Task | None = None) -> dict[str, Any]:
    """Columns of a new task, or of `task` to change. Raises InvalidInput naming what is wrong."""
    columns: dict[str, Any] = {}
    if "title" in values:
        columns["title"] = _title(values["title"])
    if "description" in values:
        columns["description"] = written(values["description"], name="Description", field="description", required=False)
    if "type" in values:
        columns["type"] = _chosen("type", values["type"], TYPES)
    if "priority" in values:
        columns["priority"] = _chosen("priority", values["priority"], PRIORITIES)
    if "thread_id" in values and values["thread_id"] != (task.thread_id if task else None):
        if values["thread_id"]:
            check_thread(session, viewer=viewer, thread_id=values["thread_id"])
        columns["thread_id"] = values["thread_id"]
    assignee = values.get("assignee_id") or (task.assignee_id if task else viewer.member_id)
    (member,) = members_of(session, viewer=viewer, ids=[assignee])
    columns["assignee_id"] = member.id
    columns |= _times(values, time_zone=member.time_zone, task=task)
    return columns


def members_of(session: Session, *, viewer: Viewer, ids: Sequence[str]) -> Sequence[Member]:
    """Active colleagues. Raises InvalidInput for an id that is nobody's."""
    if len(set(ids)) > MAX_ASSIGNEES:
        raise InvalidInput(f"assignees: at most {MAX_ASSIGNEES} colleagues.", field="others")
    here = select(Member).where(col(Member.workspace_id) == viewer.workspace_id, col(Member.active))
    members = session.scalars(here.where(col(Member.id).in_(ids))).all()
    if len(members) != len(set(ids)):
        raise InvalidInput("assignee: choose a colleague of this workspace.", field="assignee_id")
    return members


def _title(title: str) -> str:
    name = one_line(title)
    if not name:
        raise InvalidInput("Task: give it a title.", field="title")
    return name[:MAX_TITLE]


def _chosen(name: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise InvalidInput(f"{name}: choose one of {', '.join(choices)}.", field=name)
    return value


def _times(values: TaskValues, *, time_zone: str, task: Task | None) -> dict[str, Any]:
    due = _due(values, time_zone)
    if "remind_at" in values:
        due |= {"remind_at": values["remind_at"], "reminded_at": None}
    rule = checked_rule(values["repeat"]) if "repeat" in values else task.repeat if task else ""
    due_at = due.get("due_at", task.due_at if task else None)
    if rule and due_at is None:
        raise InvalidInput("repeat: a task that comes again needs a time when it is due.", field="repeat")
    if "repeat" in values or "due_at" in due:
        due |= {"repeat": rule, "repeat_from": due_at if rule else None}
    return due


def _due(values: TaskValues, time_zone: str) -> dict[str, Any]:
    if values.get("due_on") and values.get("due_at"):
        raise InvalidInput("due_on: give a day or a time, not both.", field="due_on")
    if day := values.get("due_on"):
        return {"due_at": day_start(day, time_zone=time_zone), "all_day": True}
    if "due_at" in values or "due_on" in values:
        return {"due_at": values.get("due_at"), "all_day": False}
    return {}
