"""Reads of single records and of the viewer's own work, for the cards that show them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import String, bindparam, select
from sqlmodel import col

from app.core.hot import Reader
from app.records.identity import PEOPLE, name_key
from app.records.redact import known_data
from app.records.seen import COMPANY, with_company
from app.timeline.glance import TASK_COLUMNS, DueTask
from app.workspaces.access import ScopedQuery, Viewer
from gmail_addon.visit import Visit
from models import Member, Record, RecordKey, Task

MOST_TASKS, MOST_PEOPLE, MOST_NAMESAKES = 8, 5, 3


@dataclass(frozen=True, slots=True)
class PersonSeen:
    id: str
    name: str
    title: str | None
    last_activity_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecentPerson:
    id: str
    name: str
    last_activity_at: datetime


@dataclass(frozen=True, slots=True)
class Namesake:
    """Someone of the same name, whatever its case, accents and order of words."""

    id: str
    name: str
    company: str | None
    addresses: list[str]


def colleagues_at(reader: Reader, *, viewer: Viewer, company_id: str) -> list[PersonSeen]:
    rows = _PEOPLE_AT(reader, viewer, company=company_id)
    return [
        PersonSeen(
            id,
            name,
            known_data(viewer, folder, data).get("title"),
            None if viewer.access.hides(folder, "last_activity_at") else last_activity_at,
        )
        for id, name, folder, data, last_activity_at in rows
    ]


def namesakes(reader: Reader, *, viewer: Viewer, name: str) -> list[Namesake]:
    key = name_key(name)
    rows = _NAMESAKES(reader, viewer, key=key) if key else []
    return [
        Namesake(id, known, company, known_data(viewer, folder, data).get("email") or [])
        for id, known, company, folder, data in rows
    ]


def my_recent_people(reader: Reader, *, viewer: Viewer) -> list[RecentPerson]:
    return [RecentPerson(*row) for row in _RECENT(reader, viewer)]


def my_due_tasks(reader: Reader, *, visit: Visit) -> list[DueTask]:
    """My first few open tasks that are overdue or due today, where I am."""
    tomorrow = visit.now.astimezone(visit.zone).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), visit.zone)
    tasks = [DueTask(*row) for row in _MY_TASKS(reader, visit.viewer)]
    return [task for task in tasks if task.due_at and task.due_at < midnight]


_ROW = (col(Record.id), col(Record.name), col(Record.folder_id), col(Record.data))
_me, _here = bindparam("viewer_member", type_=String), bindparam("viewer_workspace", type_=String)


def _people_at(see: Any) -> Any:
    return (
        select(*_ROW, col(Record.last_activity_at))
        .where(see(Record), col(Record.company_id) == bindparam("company"), col(Record.kind).in_(PEOPLE))
        .where(col(Record.archived_at).is_(None))
        .order_by(col(Record.last_activity_at).is_(None), col(Record.last_activity_at).desc())
        .limit(MOST_PEOPLE)
    )


def _recent(see: Any) -> Any:
    return (
        select(col(Record.id), col(Record.name), col(Record.last_activity_at))
        .where(see(Record), col(Record.workspace_id) == _here, col(Record.owner_id) == _me)
        .where(col(Record.kind) == "contact", col(Record.last_activity_at).is_not(None))
        .where(col(Record.archived_at).is_(None))
        .order_by(col(Record.last_activity_at).desc())
        .limit(MOST_PEOPLE)
    )


def _namesakes(see: Any) -> Any:
    return (
        select(col(Record.id), col(Record.name), col(COMPANY.name), col(Record.folder_id), col(Record.data))
        .join(RecordKey, col(RecordKey.record_id) == col(Record.id))
        .outerjoin(COMPANY, with_company(see))
        .where(
            col(RecordKey.workspace_id) == _here,
            col(RecordKey.kind) == "name",
            col(RecordKey.value) == bindparam("key"),
        )
        .where(see(Record), col(Record.kind).in_(PEOPLE), col(Record.archived_at).is_(None))
        .order_by(col(Record.created_at))
        .limit(MOST_NAMESAKES)
    )


def _my_tasks(_see: Any) -> Any:
    return (
        select(*TASK_COLUMNS)
        .join(Member, col(Member.id) == col(Task.assignee_id))
        .where(col(Task.workspace_id) == _here, col(Task.assignee_id) == _me)
        .where(col(Task.done_at).is_(None), col(Task.due_at).is_not(None))
        .order_by(col(Task.due_at))
        .limit(MOST_TASKS)
    )


_PEOPLE_AT = ScopedQuery(_people_at)
_RECENT = ScopedQuery(_recent)
_NAMESAKES = ScopedQuery(_namesakes)
_MY_TASKS = ScopedQuery(_my_tasks)
