"""A person at a glance: who they are, their company, open deals, what is due, what happened last.

The hottest read of the product: every opened email asks for it. Four statements, whatever the store's size.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from app.core.hot import Reader
from app.records.seen import COMPANY, SEEN_COLUMNS, Seen, seen_from, with_company
from app.timeline.deals import Deal
from app.timeline.feed import Entry, newest_entries
from app.timeline.matters import matters_of
from app.workspaces.access import ScopedQuery, Viewer
from models import (
    Member,
    Record,
    RecordKey,
    Task,
    TaskLink,
)

ENTRIES, TASKS = 10, 3


@dataclass(frozen=True, slots=True)
class DueTask:
    """An open task. `answered_at`: the customer wrote before it was due."""

    id: str
    title: str
    due_at: datetime | None
    all_day: bool
    answered_at: datetime | None
    assignee_id: str
    assignee: str


@dataclass(frozen=True, slots=True)
class Glance:
    """`open_count` and `open_value` (minor units) count every open deal, `deals` shows the first few.

    `open_value` leaves out amounts that are not in the workspace's currency. It is None where amounts are hidden.
    """

    deals: list[Deal]
    open_count: int
    open_value: int | None
    entries: list[Entry]
    tasks: list[DueTask]


def _people(see: Any) -> Any:
    return (
        select(*SEEN_COLUMNS)
        .outerjoin(COMPANY, with_company(see))
        .where(see(Record), col(Record.archived_at).is_(None))
    )


_by_key = ScopedQuery(
    lambda see: (
        _people(see)
        .join(RecordKey, col(RecordKey.record_id) == col(Record.id))
        .where(
            col(RecordKey.workspace_id) == bindparam("viewer_workspace"),
            col(RecordKey.kind) == "email",
            col(RecordKey.value) == bindparam("key"),
        )
        .order_by(col(Record.kind), col(Record.created_at))
        .limit(1)
    )
)

TASK_COLUMNS = (
    col(Task.id),
    col(Task.title),
    col(Task.due_at),
    col(Task.all_day),
    col(Task.answered_at),
    col(Member.id),
    col(Member.name),
)
"""What a `DueTask` is made of, in its order; from a task joined with its assignee."""


def _due_tasks(see: Any) -> Any:
    return (
        select(*TASK_COLUMNS)
        .join(TaskLink, col(TaskLink.task_id) == col(Task.id))
        .join(Record, col(Record.id) == col(TaskLink.record_id))
        .join(Member, col(Member.id) == col(Task.assignee_id))
        .where(col(TaskLink.record_id) == bindparam("record"), col(Task.done_at).is_(None), see(Record))
        .order_by(col(Task.due_at).is_(None), col(Task.due_at), col(Task.id))
        .limit(TASKS)
    )


_tasks = ScopedQuery(_due_tasks)


def person_by_email(reader: Reader, *, viewer: Viewer, key: str) -> Seen | None:
    """The contact (before a lead) with this normalised address, if the viewer may see one."""
    rows = _by_key(reader, viewer, key=key)
    return seen_from(viewer, rows[0]) if rows else None


def glance(reader: Reader, *, viewer: Viewer, person: Seen) -> Glance:
    """What a card shows around a person, in three statements."""
    found = matters_of(reader, viewer=viewer, about=person).deals
    return Glance(
        deals=found.deals,
        open_count=found.count,
        open_value=found.value,
        entries=newest_entries(reader, viewer=viewer, record_id=person.id, limit=ENTRIES),
        tasks=due_tasks(reader, viewer=viewer, record_id=person.id),
    )


def due_tasks(reader: Reader, *, viewer: Viewer, record_id: str) -> list[DueTask]:
    """The first few open tasks on a record, soonest first."""
    return [DueTask(*row) for row in _tasks(reader, viewer, record=record_id)]
