"""Making the whole index anew: after a restore, or when what is searched has changed. It may be run at any time."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.database import transaction
from app.records.schema import schema_of
from app.records.search.index import rewrite_words
from app.timeline.search.indexing import searched_types, texts_of
from app.timeline.search.texts import write_texts
from models import Folder, Record, TimelineEntry

AT_ONCE = 1_000


def size(engine: Engine) -> int:
    """Records and entries to go through."""
    with transaction(engine, read_only=True) as session:
        records = session.scalar(select(func.count()).select_from(Record)) or 0
        return records + (session.scalar(select(func.count(col(TimelineEntry.id))).where(_searched())) or 0)


def rebuild(engine: Engine, *, workspace_id: str | None = None) -> Iterator[int]:
    """Index everything again, of one workspace or of all, batch by batch, each in a transaction of its own.

    Yields how many were done in each.
    """
    records = select(col(Record.id))
    entries = select(col(TimelineEntry.id)).where(_searched())
    if workspace_id is not None:
        records = records.where(col(Record.workspace_id) == workspace_id)
        entries = entries.where(col(TimelineEntry.workspace_id) == workspace_id)
    yield from _walk(engine, records, col(Record.id), _records)
    yield from _walk(engine, entries, col(TimelineEntry.id), _entries)


def _walk(engine: Engine, query: Any, id: Any, index: Callable[[Session, Sequence[str]], None]) -> Iterator[int]:
    last = ""
    while True:
        with transaction(engine) as session:
            ids = session.scalars(query.where(id > last).order_by(id).limit(AT_ONCE)).all()
            if ids:
                index(session, ids)
        if not ids:
            return
        last = ids[-1]
        yield len(ids)


def _records(session: Session, ids: Sequence[str]) -> None:
    query = select(Record).where(among(session, col(Record.id), ids)).order_by(col(Record.folder_id))
    for folder_id, records in groupby(session.scalars(query).all(), key=lambda record: record.folder_id):
        fields = schema_of(session, folder=session.get_one(Folder, folder_id)).fields
        rewrite_words(session, list(records), fields)


def _entries(session: Session, ids: Sequence[str]) -> None:
    write_texts(session, texts_of(session, ids))


def _searched() -> Any:
    return col(TimelineEntry.type).in_(searched_types())
