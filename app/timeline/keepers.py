"""What members hold of timelines: the open tasks that they are responsible for, or take part in."""

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from app.core.events import emit_many, event_row
from app.timeline.tasks.parts import others_of, reassign
from app.workspaces.holdings import Handover, Held, keep
from models import Member, Task, TaskAssignee

TASKS = "tasks"


def count_tasks(session: Session, member: Member) -> list[Held]:
    return [Held(TASKS, "Open tasks", session.scalar(select(func.count()).select_from(Task).where(_open(member))) or 0)]


def hand_over_tasks(session: Session, handover: Handover, limit: int) -> int:
    leaver, heir = handover.member, handover.heir(TASKS)
    if not heir:
        return 0
    found = session.scalars(select(Task).where(_open(leaver)).limit(limit).with_for_update()).all()
    for task in found:
        if task.assignee_id == leaver.id:
            task.assignee_id = heir
            session.add(task)
        others = {heir if id == leaver.id else id for id in others_of(session, task.id)}
        reassign(session, task, others - {task.assignee_id})
    emit_many(session, [_changed(task, handover) for task in found])
    return len(found)


def _open(member: Member) -> ColumnElement[bool]:
    takes_part = select(col(TaskAssignee.task_id)).where(col(TaskAssignee.member_id) == member.id)
    theirs = or_(col(Task.assignee_id) == member.id, col(Task.id).in_(takes_part))
    return and_(col(Task.workspace_id) == member.workspace_id, theirs, col(Task.done_at).is_(None))


def _changed(task: Task, handover: Handover) -> dict[str, object]:
    facts = {"title": task.title, "changed": ["assignee_id"]}
    who = {"subject_id": task.id, "actor_id": handover.actor_id}
    return event_row("task.changed", workspace_id=task.workspace_id, data=facts, **who)


keep(TASKS, count=count_tasks, hand_over=hand_over_tasks)
