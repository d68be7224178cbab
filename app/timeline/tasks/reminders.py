"""Reminding members of their tasks at the time they asked for."""

from sqlalchemy import select
from sqlmodel import Session, col

from app.core import jobs
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.jobs import JobContext
from app.timeline.tasks.parts import others_of
from app.workspaces.notifications import notify
from models import Task

AT_ONCE = 200


@jobs.scheduled("timeline.remind", cron="* * * * *")
def remind(context: JobContext) -> None:
    """Each due reminder becomes one notification for each assignee, once, however often this runs."""
    while True:
        context.check_stop()
        with transaction(context.engine) as session:
            if remind_some(session) < AT_ONCE:
                return


def remind_some(session: Session) -> int:
    """The first reminders that are due; returns how many there were."""
    now = utcnow()
    due = (
        select(Task)
        .where(col(Task.remind_at) <= now, col(Task.reminded_at).is_(None), col(Task.done_at).is_(None))
        .order_by(col(Task.remind_at))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    tasks = session.scalars(due).all()
    for task in tasks:
        task.reminded_at = now
        session.add(task)
        notify(
            session,
            workspace_id=task.workspace_id,
            member_ids=[task.assignee_id, *others_of(session, task.id)],
            type="task_reminder",
            title=f"Reminder: {task.title}",
            data={"task_id": task.id},
        )
    return len(tasks)
