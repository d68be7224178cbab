"""Whether people have worked with records since an import made them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.bulk import among
from models import FieldChange, Import, Record, RecordLink, TaskLink, ThreadLink, TimelineLink

_BY_PEOPLE = ("author", "hand")
"""Rules of timeline entries that were written on a record or put there by hand."""


def touched(session: Session, *, records: Sequence[Record], taken: Import) -> dict[str, str]:
    """Why records that this import made are not its alone any more, by their ids; the others are absent."""
    ids = [record.id for record in records]
    reasons: dict[str, str] = {}
    if ids:
        for reason, query in _uses(session, ids, taken):
            reasons |= {id: reason for id in session.scalars(query) if id in set(ids) - reasons.keys()}
    return reasons


def _uses(session: Session, ids: Sequence[str], taken: Import) -> Iterable[tuple[str, Select[Any]]]:
    changed = col(FieldChange.record_id)
    yield "it was changed since", _among(session, changed, ids).where(col(FieldChange.batch) != taken.id)
    entries = _among(session, col(TimelineLink.record_id), ids)
    yield "its timeline has entries", entries.where(col(TimelineLink.rule).in_(_BY_PEOPLE))
    yield "it has tasks", _among(session, col(TaskLink.record_id), ids)
    yield "it has mail", _among(session, col(ThreadLink.record_id), ids).where(col(ThreadLink.rule) == "hand")
    employed = col(Record.company_id)
    yield "other records lead to it", _among(session, employed, ids).where(col(Record.deleted_at).is_(None))
    mine, later = aliased(Record), aliased(Record)
    ends = ((col(RecordLink.from_id), col(RecordLink.to_id)), (col(RecordLink.to_id), col(RecordLink.from_id)))
    for here, there in ends:
        linked = _among(session, here, ids).join(mine, col(mine.id) == here).join(later, col(later.id) == there)
        yield "it was linked since", linked.where(col(later.created_at) > col(mine.created_at))


def _among(session: Session, column: Any, ids: Sequence[str]) -> Select[Any]:
    query: Select[Any] = select(column).distinct()
    return query.where(among(session, column, ids))
