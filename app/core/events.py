"""The event spine: every state change writes one event in its own transaction; consumers hear each exactly once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.ids import new_id
from models import Event, Outbox

Handler = Callable[[Session, Event], None]


@dataclass(frozen=True, slots=True)
class Consumer:
    name: str
    types: frozenset[str]
    handle: Handler


_consumers: dict[str, Consumer] = {}


def subscribe(name: str, *types: str) -> Callable[[Handler], Handler]:
    """Register `handler(session, event)` as consumer `name`. It runs in the transaction that ticks the event off."""

    def register(handler: Handler) -> Handler:
        _consumers[name] = Consumer(name, frozenset(types), handler)
        return handler

    return register


def emit(
    session: Session,
    type: str,
    *,
    workspace_id: str,
    subject_id: str,
    actor_id: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    row = event_row(type, workspace_id=workspace_id, subject_id=subject_id, actor_id=actor_id, data=data)
    emit_many(session, [row])


def event_row(
    type: str,
    *,
    workspace_id: str,
    subject_id: str,
    actor_id: str | None = None,
    data: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A row for `emit_many`."""
    return {
        "id": new_id(),
        "workspace_id": workspace_id,
        "type": type,
        "subject_id": subject_id,
        "actor_id": actor_id,
        "data": data or {},
        "occurred_at": utcnow(),
    }


def emit_many(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write events, and one outbox row for each consumer that listens to their type."""
    if not rows:
        return
    session.flush()
    session.execute(insert(Event), rows)
    waiting = [{"consumer": name, "event_id": row["id"]} for row in rows for name in _listeners(row["type"])]
    if waiting:
        session.execute(insert(Outbox), waiting)


def next_waiting(session: Session, *, limit: int) -> list[tuple[str, str]]:
    """(consumer, event id) pairs that still have to be handled, oldest first."""
    query = select(col(Outbox.consumer), col(Outbox.event_id)).where(col(Outbox.attempts) < MAX_ATTEMPTS)
    return [(name, event_id) for name, event_id in session.execute(query.order_by(col(Outbox.event_id)).limit(limit))]


def deliver(session: Session, consumer: str, event_id: str) -> bool:
    """Hand one event to one consumer and tick it off, in the caller's transaction.

    False when another process has it, or had it already.
    """
    waiting = (col(Outbox.consumer) == consumer, col(Outbox.event_id) == event_id)
    if session.execute(select(Outbox).where(*waiting).with_for_update(skip_locked=True)).first() is None:
        return False
    event = session.get_one(Event, event_id)
    if consumer in _consumers:
        _consumers[consumer].handle(session, event)
    session.execute(delete(Outbox).where(*waiting))
    return True


MAX_ATTEMPTS = 10


def _listeners(type: str) -> Iterable[str]:
    return (name for name, consumer in _consumers.items() if type in consumer.types)
