"""Events, written with the change they tell of, and the consumers that still have to hear them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, part_of, ref


class Event(SQLModel, table=True):
    """A change of state, e.g. `record.created`. `actor_id` is empty when a rule acted."""

    __table_args__ = (Index("ix_event_subject", "subject_id"),)

    id: str = id_field()
    workspace_id: str = part_of()
    type: str
    subject_id: str
    actor_id: str | None = ref("member.id")
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    occurred_at: datetime = Field(sa_type=UTCDateTime)


class Outbox(SQLModel, table=True):
    """An event that a consumer has not handled yet; the row goes in the transaction that handles it."""

    __table_args__ = (Index("ix_outbox_event", "event_id"),)

    consumer: str = Field(primary_key=True)
    event_id: str = ref("event.id", primary_key=True, cascade=True)
    attempts: int = 0
    last_error: str | None = None
    """Class and place of the error; never its message."""
    not_before: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """Set after a failure: when to try again."""


class Executor(SQLModel, table=True):
    """A process that runs jobs, known by a stable slot name; a silent one has its work recovered."""

    slot: str = Field(primary_key=True)
    heartbeat_at: datetime = Field(sa_type=UTCDateTime)
