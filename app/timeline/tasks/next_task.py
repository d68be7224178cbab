"""The time of the next task, kept on each record."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.records.statistics import follow_statistics
from models import Record, Task, TaskLink


def refresh_next(session: Session, record_ids: Collection[str]) -> None:
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
    follow_statistics(session, record_ids=record_ids, keys=("next_task_at",))
