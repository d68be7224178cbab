"""The records that a task is about, and the colleagues who take part in it."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.core.errors import InvalidInput
from app.records.service import get_record
from app.timeline.tasks.values import members_of
from app.workspaces.access import Viewer, visible
from models import Record, Task, TaskAssignee, TaskLink

MAX_RECORDS = 20


def records_for(session: Session, viewer: Viewer, ids: Sequence[str]) -> list[str]:
    """The ids of these records, once each. NotFound for one that the viewer does not see."""
    if len(ids) > MAX_RECORDS:
        raise InvalidInput(f"records: at most {MAX_RECORDS} for a task.", field="record_ids")
    return [get_record(session, viewer=viewer, record_id=id).id for id in dict.fromkeys(ids)]


def records_of(session: Session, task_id: str) -> list[str]:
    return list(session.scalars(select(col(TaskLink.record_id)).where(col(TaskLink.task_id) == task_id)))


def link(session: Session, task: Task, record_ids: Collection[str]) -> None:
    for record_id in record_ids:
        session.add(TaskLink(task_id=task.id, record_id=record_id, workspace_id=task.workspace_id))
    session.flush()


def relink(session: Session, viewer: Viewer, task: Task, wanted: Sequence[str], present: Collection[str]) -> None:
    """Make these the records of a task; those that the viewer cannot see stay."""
    new = set(records_for(session, viewer, wanted))
    link(session, task, sorted(new - set(present)))
    seen = select(col(Record.id)).where(col(Record.id).in_(set(present) - new), visible(viewer))
    gone = (col(TaskLink.task_id) == task.id, col(TaskLink.record_id).in_(seen))
    session.execute(delete(TaskLink).where(*gone), execution_options={"synchronize_session": False})


def others_for(session: Session, viewer: Viewer, ids: Sequence[str], assignee_id: str) -> list[str]:
    """The ids of colleagues who take part beside the assignee."""
    return sorted({member.id for member in members_of(session, viewer=viewer, ids=ids)} - {assignee_id})


def others_of(session: Session, task_id: str) -> list[str]:
    return list(session.scalars(select(col(TaskAssignee.member_id)).where(col(TaskAssignee.task_id) == task_id)))


def assign(session: Session, task: Task, others: Collection[str]) -> None:
    for member_id in sorted(others):
        session.add(TaskAssignee(task_id=task.id, member_id=member_id, workspace_id=task.workspace_id))
    session.flush()


def reassign(session: Session, task: Task, others: Collection[str]) -> None:
    """Make these the ones who take part beside the assignee."""
    present = set(others_of(session, task.id))
    gone = (col(TaskAssignee.task_id) == task.id, col(TaskAssignee.member_id).in_(present - set(others)))
    session.execute(delete(TaskAssignee).where(*gone))
    assign(session, task, set(others) - present)
