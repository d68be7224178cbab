"""Who may see a task, and who may change it.

Seen by: its assignees, whoever made it, those who may see one of its records, admins, and the managers of its
assignee. Changed by: its assignees, whoever made it, admins, and the managers of its assignee.
"""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlmodel import Session, col

from app.core.errors import Forbidden, InvalidInput, NotFound
from app.workspaces.access import Viewer, visible
from app.workspaces.mail_access import may_read_message
from models import Message, Record, Task, TaskAssignee, TaskLink

Condition = ColumnElement[bool]

TEAM_SCOPES = ("team", "territory", "all")


def task_seen(viewer: Viewer) -> Condition:
    on_seen_record = exists().where(
        col(TaskLink.task_id) == col(Task.id), col(Record.id) == col(TaskLink.record_id), visible(viewer)
    )
    return and_(col(Task.workspace_id) == viewer.workspace_id, or_(_reach(viewer), on_seen_record))


def task_changeable(viewer: Viewer) -> Condition:
    return and_(col(Task.workspace_id) == viewer.workspace_id, _reach(viewer))


def may_change_task(viewer: Viewer, *, assignee_id: str, created_by: str, takes_part: bool) -> bool:
    """`task_changeable`, for a task of the viewer's workspace already at hand."""
    if viewer.is_admin or takes_part or viewer.member_id in (assignee_id, created_by):
        return True
    return _leads(viewer) and assignee_id in viewer.access.team


def is_mine(viewer: Viewer) -> Condition:
    """Tasks that the viewer is responsible for, or takes part in."""
    return assigned_to(viewer.member_id)


def assigned_to(member_id: str) -> Condition:
    takes_part = exists().where(col(TaskAssignee.task_id) == col(Task.id), col(TaskAssignee.member_id) == member_id)
    return or_(col(Task.assignee_id) == member_id, takes_part)


def task_to_change(session: Session, *, viewer: Viewer, task_id: str) -> Task:
    """The task, locked until the transaction ends. NotFound for those who do not see it, Forbidden for onlookers."""
    here = select(Task).where(col(Task.id) == task_id)
    task: Task | None = session.scalar(here.where(task_changeable(viewer)).with_for_update())
    if task is not None:
        return task
    if session.scalar(here.where(task_seen(viewer))) is None:
        raise NotFound("This task does not exist, or belongs to someone else.")
    raise Forbidden("This task belongs to someone else: ask them, their manager or an admin.")


def check_thread(session: Session, *, viewer: Viewer, thread_id: str) -> None:
    """Raises InvalidInput unless the viewer may read some mail of this thread."""
    here = select(col(Message.id)).where(col(Message.thread_id) == thread_id, may_read_message(viewer))
    if session.scalar(here.limit(1)) is None:
        raise InvalidInput("thread: this thread does not exist, or you have no access to its mail.", field="thread_id")


def _reach(viewer: Viewer) -> Condition:
    if viewer.is_admin:
        return true()
    return or_(is_mine(viewer), col(Task.created_by) == viewer.member_id, _of_team(viewer))


def _of_team(viewer: Viewer) -> Condition:
    """Tasks of those whom the viewer manages: their roles let them change what others of their team own."""
    return col(Task.assignee_id).in_(viewer.access.team) if _leads(viewer) else false()


def _leads(viewer: Viewer) -> bool:
    return any(rights["edit"] in TEAM_SCOPES for rights in viewer.access.folders.values())
