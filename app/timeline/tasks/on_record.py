"""The tasks of one record, for the card that shows it: what is open, and what the viewer has just ticked off."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.core.hot import Reader
from app.timeline.glance import TASK_COLUMNS, DueTask
from app.workspaces.access import ScopedQuery, Viewer
from models import Member, Record, Task, TaskAssignee, TaskLink

MOST = 5


@dataclass(frozen=True, slots=True)
class RecordTask(DueTask):
    """`takes_part`: the viewer does, beside the assignee."""

    done_at: datetime | None
    created_by: str
    takes_part: bool


def tasks_on(reader: Reader, *, viewer: Viewer, record_id: str) -> list[RecordTask]:
    """The first MOST open tasks, soonest first; before them the one that the viewer completed last. One statement."""
    return [RecordTask(*(*row[:-1], bool(row[-1]))) for row in _TASKS(reader, viewer, record=record_id)]


def _tasks(see: Any) -> Any:
    done, link = aliased(Task), aliased(TaskLink)
    me, here = bindparam("viewer_member", type_=String), bindparam("record", type_=String)
    my_last = (
        select(col(done.id))
        .join(link, col(link.task_id) == col(done.id))
        .where(col(link.record_id) == here, col(done.done_by) == me, col(done.done_at).is_not(None))
        .order_by(col(done.done_at).desc(), col(done.id))
        .limit(1)
        .scalar_subquery()
    )
    takes_part = exists().where(col(TaskAssignee.task_id) == col(Task.id), col(TaskAssignee.member_id) == me)
    return (
        select(*TASK_COLUMNS, col(Task.done_at), col(Task.created_by), takes_part)
        .join(TaskLink, col(TaskLink.task_id) == col(Task.id))
        .join(Record, col(Record.id) == col(TaskLink.record_id))
        .join(Member, col(Member.id) == col(Task.assignee_id))
        .where(col(TaskLink.record_id) == here, see(Record))
        .where(or_(col(Task.done_at).is_(None), col(Task.id) == my_last))
        .order_by(col(Task.done_at).is_(None), col(Task.due_at).is_(None), col(Task.due_at), col(Task.id))
        .limit(MOST + 1)
    )


_TASKS = ScopedQuery(_tasks)
