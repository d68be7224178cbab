"""Threads and messages still to fetch: rows that go in the transaction that records their outcome."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, tuple_, update
from sqlmodel import Session, col

from app.core.bulk import insert_into, insert_missing, table_of
from models import Mailbox, SyncItem

MESSAGE, THREAD = "message", "thread"
PERSON, NEW, BACKFILL = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Item:
    kind: str
    gmail_id: str
    backfill: bool
    forced: bool
    attempts: int

    @property
    def method(self) -> str:
        return f"{self.kind}s.get"

    @property
    def path(self) -> str:
        return f"/gmail/v1/users/me/{self.kind}s/{self.gmail_id}?format=full"


def add(
    session: Session, mailbox: Mailbox, gmail_ids: Collection[str], *, kind: str, priority: int, backfill: bool
) -> None:
    """Queue ids, in this order, behind those of the same priority; an id that is queued keeps its place."""
    if not gmail_ids:
        return
    last = select(func.max(SyncItem.position)).where(_of(mailbox.id), col(SyncItem.priority) == priority)
    start = (session.scalar(last) or 0) + 1
    rows = [
        _row(mailbox, kind, gmail_id) | {"priority": priority, "position": position, "backfill": backfill}
        for position, gmail_id in enumerate(gmail_ids, start)
    ]
    insert_missing(session, SyncItem, rows)


def add_first(session: Session, mailbox: Mailbox, gmail_id: str, *, forced: bool) -> None:
    """Queue a message ahead of everything: a person waits for it."""
    row = _row(mailbox, MESSAGE, gmail_id) | {"priority": PERSON, "position": 0, "forced": forced}
    urgent = {"priority": PERSON, "not_before": None, "attempts": 0} | ({"forced": True} if forced else {})
    insert = insert_into(session, SyncItem).values(row)
    session.execute(insert.on_conflict_do_update(index_elements=["mailbox_id", "kind", "gmail_id"], set_=urgent))


def _row(mailbox: Mailbox, kind: str, gmail_id: str) -> dict[str, object]:
    return {
        "mailbox_id": mailbox.id,
        "workspace_id": mailbox.workspace_id,
        "kind": kind,
        "gmail_id": gmail_id,
        "backfill": False,
        "forced": False,
        "attempts": 0,
    }


def next_items(
    session: Session, mailbox_id: str, *, now: datetime, limit: int, besides: Sequence[Item] = ()
) -> list[Item]:
    """The next items that may be fetched, best first, without those `besides` that are on their way."""
    items = table_of(SyncItem).c
    query = (
        select(items.kind, items.gmail_id, items.backfill, items.forced, items.attempts)
        .where(items.mailbox_id == mailbox_id, or_(items.not_before.is_(None), items.not_before <= now))
        .order_by(items.priority, items.position)
        .limit(limit + len(besides))
    )
    on_their_way = {(item.kind, item.gmail_id) for item in besides}
    ready = (Item(*row) for row in session.execute(query))
    return [item for item in ready if (item.kind, item.gmail_id) not in on_their_way][:limit]


def remove(session: Session, mailbox_id: str, items: Iterable[Item]) -> None:
    keys = [(item.kind, item.gmail_id) for item in items]
    if keys:
        key = tuple_(col(SyncItem.kind), col(SyncItem.gmail_id))
        session.execute(delete(SyncItem).where(_of(mailbox_id), key.in_(keys)))


def remove_messages(session: Session, mailbox_id: str, gmail_ids: Collection[str]) -> None:
    messages = (col(SyncItem.kind) == MESSAGE, col(SyncItem.gmail_id).in_(gmail_ids))
    session.execute(delete(SyncItem).where(_of(mailbox_id), *messages))


def retry(session: Session, mailbox_id: str, item: Item, *, attempts: int, not_before: datetime, error: str) -> None:
    key = (col(SyncItem.kind) == item.kind, col(SyncItem.gmail_id) == item.gmail_id)
    values = {"attempts": attempts, "not_before": not_before, "last_error": error}
    session.execute(update(SyncItem).where(_of(mailbox_id), *key).values(values))


def queued_threads(session: Session, mailbox_id: str, thread_ids: Collection[str]) -> set[str]:
    """Those of these threads that will be fetched whole anyway."""
    threads = (col(SyncItem.kind) == THREAD, col(SyncItem.gmail_id).in_(thread_ids))
    return set(session.scalars(select(col(SyncItem.gmail_id)).where(_of(mailbox_id), *threads)))


def first_position(session: Session, mailbox_id: str) -> int | None:
    """Where the backfill's queue begins; None when it is empty."""
    query = select(func.min(SyncItem.position)).where(_of(mailbox_id), col(SyncItem.priority) == BACKFILL)
    return session.scalar(query)


def wait_for_next(session: Session, mailbox_id: str, *, now: datetime) -> float | None:
    """Seconds until an item may be fetched: 0 when one may now, None when the queue is empty."""
    not_before = col(SyncItem.not_before)
    query = select(not_before).where(_of(mailbox_id)).order_by(not_before.is_not(None), not_before).limit(1)
    first = session.execute(query).first()
    if first is None:
        return None
    return 0.0 if first[0] is None else max(0.0, (first[0] - now).total_seconds())


def _of(mailbox_id: str) -> ColumnElement[bool]:
    return col(SyncItem.mailbox_id) == mailbox_id
