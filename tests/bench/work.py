"""What the bench's reps have to do, beside their deals: tasks, leads, tickets and quotes, and words to search for."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from app.core.bulk import insert_rows
from app.core.database import make_engine, transaction
from app.timeline.search.rebuilding import rebuild
from models import Folder, Member, QuoteLine, Record, SearchWord, Task, TaskLink
from tests.bench import store

TASKS, EACH = 50_000, 4_000
"""Tasks of all reps; leads, tickets and quotes, so many of each."""
STATUSES = {"lead": "New", "ticket": "New", "quote": "Draft"}

Row = dict[str, Any]


def add_work(url: str) -> None:
    """Complete a filled store, unless that was done."""
    engine = make_engine(url)
    with transaction(engine) as session:
        if session.get(Task, store.key("task", 0)) is None:
            _add(session)
    _index_records(engine)
    engine.dispose()


def _index_records(engine: Engine) -> None:
    """For the search box, which finds records before mail; that of mail is measured in `search`."""
    with transaction(engine, read_only=True) as session:
        missing = session.scalar(select(func.count()).select_from(Record)) or 0
        if session.scalars(select(col(SearchWord.record_id)).limit(1)).first():
            return
    for done in rebuild(engine):
        missing -= done
        if missing <= 0:
            return


def _add(session: Session) -> None:
    first = session.scalars(select(Member).where(col(Member.google_sub) == "sub0")).one()
    members = [first.id, *(store.key("m", number) for number in range(1, store.REPS))]
    folders = {folder.kind: folder.id for folder in session.scalars(select(Folder)).all()}
    here = {"workspace_id": first.workspace_id}
    insert_rows(session, Task, [_task(n, members) | here for n in range(TASKS)])
    insert_rows(session, TaskLink, [_about(n) | here for n in range(TASKS)])
    for kind, status in STATUSES.items():
        rows = [_record(kind, n, status, folders[kind], members) | here for n in range(EACH)]
        insert_rows(session, Record, rows)
    insert_rows(session, QuoteLine, [line | here for line in _lines()])


def _task(number: int, members: list[str]) -> Row:
    due_at = store.START + timedelta(hours=number * 7919 % (600 * 24))
    member = members[number % store.REPS]
    return {
        "id": store.key("task", number),
        "title": f"Call back about offer {number}",
        "due_at": due_at,
        "assignee_id": member,
        "created_by": member,
        "created_at": store.START,
    }


def _about(number: int) -> Row:
    return {"task_id": store.key("task", number), "record_id": store.key("contact", number)}


def _record(kind: str, number: int, status: str, folder: str, members: list[str]) -> Row:
    return {
        "id": store.key(kind, number),
        "folder_id": folder,
        "kind": kind,
        "name": f"{kind.capitalize()} {number}",
        "owner_id": members[number % store.REPS],
        "company_id": store.key("company", number) if kind != "lead" else None,
        "status": status,
        "priority": "High" if number % 10 == 0 else "Normal",
        "data": _data(kind, number),
        "created_at": store.START,
        "updated_at": store.START,
    }


def _data(kind: str, number: int) -> Row:
    if kind == "lead":
        return {"email": [f"lead{number}@prospect{number}.example"]}
    return {"contact": store.key("contact", number), "number": f"{kind[0].upper()}-{number:04}"}


def _lines() -> Iterator[Row]:
    for number in range(EACH * 3):
        yield {
            "id": store.key("line", number),
            "quote_id": store.key("quote", number // 3),
            "position": number % 3,
            "description": f"Device {number}",
            "quantity": "4",
            "unit_price": 12_500,
        }
