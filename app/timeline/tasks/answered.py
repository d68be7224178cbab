"""Tasks that the customer answered by writing first."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, or_, select, update
from sqlmodel import Session, col

from app.core.events import emit, subscribe
from app.records.identity import PEOPLE
from app.timeline.tasks.next_task import refresh_next
from app.timeline.tasks.parts import records_of
from models import Event, Message, Record, Task, TaskLink, TimelineEntry, TimelineLink

ONE_SECOND = timedelta(seconds=1)
"""Mail is dated to the second."""


def _is_news_from_outside(event: dict[str, Any]) -> bool:
    facts = event["data"]
    return facts["direction"] == "in" and facts["kind"] == "human" and not facts["backfill"]


@subscribe("answer-tasks", "message.stored", when=_is_news_from_outside)
def answer_tasks(session: Session, event: Event) -> None:
    """Note on open tasks that the customer wrote after they were made and before they were due.

    Those are the tasks of the message's thread, and those about a person who takes part in it. What waited for nothing
    but an answer is done.
    """
    message = session.get(Message, event.subject_id)
    if message is None:
        return
    in_time = or_(col(Task.due_at).is_(None), col(Task.due_at) >= message.sent_at)
    waiting = and_(
        col(Task.workspace_id) == message.workspace_id,
        col(Task.done_at).is_(None),
        col(Task.answered_at).is_(None),
        col(Task.created_at) < message.sent_at + ONE_SECOND,
        in_time,
    )
    about_writer = exists().where(
        col(TaskLink.task_id) == col(Task.id),
        col(Record.id) == col(TaskLink.record_id),
        col(Record.kind).in_(PEOPLE),
        col(TimelineLink.record_id) == col(Record.id),
        col(TimelineEntry.id) == col(TimelineLink.entry_id),
        col(TimelineEntry.message_id) == message.id,
    )
    query = select(Task).where(waiting, or_(col(Task.thread_id) == message.thread_id, about_writer))
    for task in session.scalars(query.with_for_update()).all():
        session.execute(update(Task).where(col(Task.id) == task.id).values(answered_at=message.sent_at))
        facts = {"title": task.title, "message_id": message.id}
        emit(session, "task.answered", workspace_id=task.workspace_id, subject_id=task.id, data=facts)
        if task.until_answered:
            _finish(session, task, at=message.sent_at)


def _finish(session: Session, task: Task, *, at: datetime) -> None:
    """Done by no member."""
    session.execute(update(Task).where(col(Task.id) == task.id).values(done_at=at))
    refresh_next(session, records_of(session, task.id))
    emit(session, "task.completed", workspace_id=task.workspace_id, subject_id=task.id, data={"title": task.title})
