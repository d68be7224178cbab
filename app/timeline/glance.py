"""A person at a glance: who they are, their company, open deals, what is due, what happened last.

The hottest read of the product: every opened email asks for it. Four statements, whatever the store's size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select, union
from sqlmodel import col

from app.core.hot import Reader
from app.records.redact import redacted
from app.records.seen import COMPANY, SEEN_COLUMNS, Seen, seen_from, with_company
from app.records.worth import home_amount, is_abroad
from app.timeline.feed import Entry, newest_entries
from app.workspaces.access import ScopedQuery, Viewer
from models import (
    Member,
    Record,
    RecordKey,
    RecordLink,
    Stage,
    Task,
    TaskLink,
)

DEALS, ENTRIES, TASKS = 3, 10, 3


@dataclass(frozen=True, slots=True)
class Deal:
    """`amount` in minor units of `currency`."""

    id: str
    name: str
    stage_id: str
    stage: str
    amount: int | None
    currency: str | None
    close_on: date | None
    folder_id: str
    owner_id: str | None
    territory_id: str | None


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
class OpenDeals:
    """The first few open deals; `count` and `value` (minor units; None where amounts are hidden) are of all.

    `value` is of those in the workspace's currency; `abroad` counts those in another.
    """

    deals: list[Deal]
    count: int
    value: int | None
    abroad: int


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

DEAL_COLUMNS = (
    col(Record.id),
    col(Record.name),
    col(Stage.id),
    col(Stage.name),
    col(Record.amount),
    col(Record.currency),
    col(Record.close_on),
    col(Record.folder_id),
    col(Record.owner_id),
    col(Record.territory_id),
)
"""What a `Deal` is made of, in its order; from a record joined with its stage."""


def _open_deals(see: Any) -> Any:
    """The person's own deals and their company's, soonest close first."""
    own = select(col(RecordLink.from_id)).where(
        col(RecordLink.to_id) == bindparam("person"), col(RecordLink.label) == "participant"
    )
    companys = select(col(Record.id)).where(
        col(Record.company_id) == bindparam("company"), col(Record.kind) == "deal", col(Record.status) == "open"
    )
    # Joined, not IN: SQLite without statistics would walk the whole workspace instead.
    about = union(own, companys).subquery("about")
    abroad = case((is_abroad(), 1))
    return (
        select(*DEAL_COLUMNS, func.count().over(), func.sum(home_amount()).over(), func.count(abroad).over())
        .select_from(about)
        .join(Record, col(Record.id) == about.c.from_id)
        .join(Stage, col(Stage.id) == col(Record.stage_id))
        .where(col(Record.status) == "open", col(Record.archived_at).is_(None), see(Record))
        .order_by(col(Record.close_on).is_(None), col(Record.close_on), col(Record.id))
        .limit(DEALS)
    )


_deals = ScopedQuery(_open_deals)


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
    found = open_deals(reader, viewer=viewer, about=person)
    return Glance(
        deals=found.deals,
        open_count=found.count,
        open_value=found.value,
        entries=newest_entries(reader, viewer=viewer, record_id=person.id, limit=ENTRIES),
        tasks=due_tasks(reader, viewer=viewer, record_id=person.id),
    )


def open_deals(reader: Reader, *, viewer: Viewer, about: Seen) -> OpenDeals:
    """The open deals of a company, or of a person and their company; soonest close first. One statement."""
    company = about.id if about.kind == "company" else about.company and about.company.id
    rows = _deals(reader, viewer, person=about.id, company=company)
    return _open_deals_of(viewer, rows)


def company_deals(reader: Reader, *, viewer: Viewer, company_id: str) -> list[Deal]:
    """A company's first few open deals, soonest close first."""
    return _open_deals_of(viewer, _deals(reader, viewer, person=None, company=company_id)).deals


def _open_deals_of(viewer: Viewer, rows: Sequence[Sequence[Any]]) -> OpenDeals:
    deals = [deal_from(viewer, row[:10]) for row in rows]
    count, value, abroad = rows[0][10:] if rows else (0, 0, 0)
    return OpenDeals(deals, count, None if _amounts_are_hidden(viewer) else int(value or 0), abroad)


def due_tasks(reader: Reader, *, viewer: Viewer, record_id: str) -> list[DueTask]:
    """The first few open tasks on a record, soonest first."""
    return [DueTask(*row) for row in _tasks(reader, viewer, record=record_id)]


def deal_from(viewer: Viewer, row: Sequence[Any]) -> Deal:
    """A deal from the values of DEAL_COLUMNS, as far as the viewer may know them."""
    return redacted(viewer, Deal(*row))


def _amounts_are_hidden(viewer: Viewer) -> bool:
    return any("amount" in hidden.values() for hidden in viewer.access.hidden.values())
