"""What happened, on which records; and what is still to be done."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, part_of, ref


class TimelineEntry(SQLModel, table=True):
    """An email, note, call, stage change… shown once on every record it is linked to."""

    __tablename__ = "timeline_entry"

    id: str = id_field()
    workspace_id: str = part_of()
    type: str
    occurred_at: datetime = Field(sa_type=UTCDateTime)
    title: str
    summary: str = ""
    message_id: str | None = Field(default=None, foreign_key="message.id", unique=True, max_length=26)
    actor_id: str | None = ref("member.id")
    private: bool = False
    """Only holders of the message see title and summary."""
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=UTCDateTime)


class TimelineLink(SQLModel, table=True):
    """An entry on a record's timeline. The key is in reading order: a page costs the same at any age."""

    __tablename__ = "timeline_link"
    __table_args__ = (Index("ix_timeline_link_entry", "entry_id"), {"sqlite_with_rowid": False})

    record_id: str = ref("record.id", primary_key=True, cascade=True)
    occurred_at: datetime = Field(primary_key=True, sa_type=UTCDateTime)
    entry_id: str = part_of(primary_key=True)
    workspace_id: str = part_of()
    rule: str
    """Why it is here. Mail: `address`, `domain`, `company`, `thread`, `hand`. All else: `author` (written here),
    `subject` (it is about this record), `participant`, `deal`, `related`; see `app.timeline.placing`."""
    member_id: str | None = ref("member.id")
    """Who put it here by hand, if a person did."""
    pinned: bool = False


class EntryAccess(SQLModel, table=True):
    """A member asking to read a private entry; `state` is `asked`, `granted` or `refused`."""

    __tablename__ = "entry_access"

    entry_id: str = part_of(primary_key=True)
    member_id: str = ref("member.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    state: str
    asked_at: datetime = Field(sa_type=UTCDateTime)
    answered_by: str | None = ref("member.id")
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


_OPEN = text("done_at IS NULL")


class Task(SQLModel, table=True):
    """Something a member has to do by a time.

    An `all_day` task is due on the day that begins at `due_at` where its assignee is. `repeat` is an RFC 5545 rule
    (`FREQ=WEEKLY`) that began at `repeat_from`: completing the task makes the next one. `answered_at`: the customer
    wrote before the task was due; one that waits `until_answered` is done with then.
    """

    __table_args__ = (
        Index("ix_task_assignee", "workspace_id", "assignee_id", "done_at", "due_at"),
        Index("ix_task_open", "assignee_id", "due_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_task_remind", "remind_at"),
        Index("ix_task_thread", "thread_id"),
    )

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    title: str
    description: str = ""
    type: str = "Follow-up"
    priority: str = "Normal"
    due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    all_day: bool = False
    repeat: str = ""
    repeat_from: datetime | None = Field(default=None, sa_type=UTCDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    until_answered: bool = False
    assignee_id: str = ref("member.id")
    """Who is responsible; others who take part are in `task_assignee`."""
    thread_id: str | None = Field(default=None, foreign_key="mail_thread.id", max_length=26)
    created_by: str = ref("member.id")
    created_at: datetime = Field(sa_type=UTCDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    done_by: str | None = ref("member.id")


class TaskAssignee(SQLModel, table=True):
    __tablename__ = "task_assignee"

    task_id: str = ref("task.id", primary_key=True, cascade=True)
    member_id: str = ref("member.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")


class TaskLink(SQLModel, table=True):
    __tablename__ = "task_link"
    __table_args__ = (Index("ix_task_link_record", "record_id"),)

    task_id: str = ref("task.id", primary_key=True, cascade=True)
    record_id: str = ref("record.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
