"""The event spine: every state change writes one event in its own transaction.

Two ways to listen: a *reaction* runs at once, inside the transaction that emits (what must be true together);
a *consumer* runs later, in a job, exactly once per event (what may take its time).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, SQLModel

from app.core.bulk import insert_together
from app.core.clock import utcnow
from app.core.ids import new_id
from models import Event, Outbox

Handler = Callable[[Session, Event], None]
EventRow = dict[str, Any]
Tables = Mapping[type[SQLModel], Sequence[Mapping[str, Any]]]
"""Rows to be inserted, by table."""
Reaction = Callable[[Session, EventRow], None]
JointReaction = Callable[[Session, list[EventRow]], None]


@dataclass(frozen=True, slots=True)
class Consumer:
    name: str
    types: frozenset[str]
    handle: Handler
    when: Callable[[EventRow], bool]


_consumers: dict[str, Consumer] = {}
_reactions: dict[str, list[Reaction]] = {}
_joint_reactions: dict[str, list[JointReaction]] = {}


def react(*types: str) -> Callable[[Reaction], Reaction]:
    """Register `reaction(session, event row)`: it runs within the transaction of the change."""

    def register(reaction: Reaction) -> Reaction:
        for type in types:
            _reactions.setdefault(type, []).append(reaction)
        return reaction

    return register


def react_together(*types: str) -> Callable[[JointReaction], JointReaction]:
    """Like `react`, for what is cheaper done once for all events of a type that were emitted together."""

    def register(reaction: JointReaction) -> JointReaction:
        for type in types:
            _joint_reactions.setdefault(type, []).append(reaction)
        return reaction

    return register


def subscribe(
    name: str, *types: str, when: Callable[[EventRow], bool] = lambda _event: True
) -> Callable[[Handler], Handler]:
    """Register `handler(session, event)` as consumer `name`. It runs in the transaction that ticks the event off.

    `when` looks at an event row as it is written: what it turns down costs this consumer nothing.
    """

    def register(handler: Handler) -> Handler:
        _consumers[name] = Consumer(name, frozenset(types), handler, when)
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
    beside: Tables | None = None,
) -> None:
    """Write one event; see `emit_many`."""
    row = event_row(type, workspace_id=workspace_id, subject_id=subject_id, actor_id=actor_id, data=data)
    emit_many(session, [row], beside=beside)


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


def emit_many(session: Session, rows: list[EventRow], *, beside: Tables | None = None) -> None:
    """Write events, note them for the consumers that listen to their type, and run the reactions.

    `beside` are new rows that tell the same in other tables: they go to the database together.
    """
    if not rows:
        return
    session.flush()
    listening = {type: _listeners(type) for type in {row["type"] for row in rows}}
    waiting = [
        {"consumer": consumer.name, "event_id": row["id"]}
        for row in rows
        for consumer in listening[row["type"]]
        if consumer.when(row)
    ]
    insert_together(session, {**(beside or {}), Event: rows, Outbox: waiting})
    for row in rows:
        for reaction in _reactions.get(row["type"], ()):
            reaction(session, row)
    for type in dict.fromkeys(row["type"] for row in rows):
        for together in _joint_reactions.get(type, ()):
            together(session, [row for row in rows if row["type"] == type])


def handler_of(consumer: str) -> Handler:
    return _consumers[consumer].handle


def consumers() -> list[str]:
    """Names of the consumers this process knows."""
    return list(_consumers)


def _listeners(type: str) -> list[Consumer]:
    return [consumer for consumer in _consumers.values() if type in consumer.types]
