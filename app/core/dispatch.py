"""Handing events to their consumers: each event to each consumer exactly once, soon after its commit.

A delivery is one transaction that claims the outbox row, runs the consumer and deletes the row; a worker that dies in
it leaves the row to the others. It needs no more durability than that, so it does not go through the job engine.
"""

import threading
from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, Engine, and_, delete, or_, select, update
from sqlmodel import Session, col

from app.core import events
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.failures import describe
from models import Event, Outbox

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 10
FIRST_RETRY_SECONDS = 1.0


def drain(engine: Engine, *, stop: threading.Event | None = None) -> int:
    """Deliver everything that is due, oldest first, until done or told to stop. Returns the number delivered.

    A consumer that fails hears the event again after 1, 2, 4… seconds, MAX_ATTEMPTS times in all; it hears later
    events meanwhile. Events for consumers that this process does not know are left to those that do.
    """
    with transaction(engine, read_only=True) as session:
        if _next_due(session) is None:
            return 0
    delivered = 0
    while not (stop and stop.is_set()) and (outcome := _deliver_next(engine)) is not None:
        delivered += outcome
    return delivered


def _deliver_next(engine: Engine) -> bool | None:
    """Whether the next delivery succeeded; None when nothing is due."""
    row: tuple[str, str] | None = None
    try:
        with transaction(engine) as session:
            row = _next_due(session)
            if row is None:
                return None
            consumer, event_id = row
            events.handler_of(consumer)(session, session.get_one(Event, event_id))
            session.execute(delete(Outbox).where(_is(consumer, event_id)))
    except Exception as error:
        if row is None:
            raise
        _put_off(engine, *row, error)
        return False
    return True


def _next_due(session: Session) -> tuple[str, str] | None:
    """(consumer, event id), locked for this transaction."""
    query = (
        select(col(Outbox.consumer), col(Outbox.event_id))
        .where(
            col(Outbox.consumer).in_(events.consumers()),
            col(Outbox.attempts) < MAX_ATTEMPTS,
            or_(col(Outbox.not_before).is_(None), col(Outbox.not_before) <= utcnow()),
        )
        .order_by(col(Outbox.event_id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def _put_off(engine: Engine, consumer: str, event_id: str, error: Exception) -> None:
    failure = describe(error)
    with transaction(engine) as session:
        tried = session.execute(select(col(Outbox.attempts)).where(_is(consumer, event_id)))
        attempts = tried.scalar() or 0
        wait = timedelta(seconds=FIRST_RETRY_SECONDS * 2**attempts)
        session.execute(
            update(Outbox)
            .where(_is(consumer, event_id))
            .values(attempts=attempts + 1, last_error=failure, not_before=utcnow() + wait)
        )
    log.warning("event not delivered", consumer=consumer, event_id=event_id, error=failure)


def _is(consumer: str, event_id: str) -> ColumnElement[bool]:
    return and_(col(Outbox.consumer) == consumer, col(Outbox.event_id) == event_id)
