"""Formulas and roll-ups that are worked out from statistics."""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlmodel import Session, col

from app.records.computed import refresh
from models import Record


def follow_statistics(
    session: Session, *, record_ids: Collection[str], keys: Iterable[str], workspace_id: str | None = None
) -> None:
    """Call after statistics of records of one workspace changed by statements past the object mapper."""
    if not record_ids:
        return
    here = workspace_id or session.scalar(select(col(Record.workspace_id)).where(col(Record.id) == min(record_ids)))
    if here:
        refresh(session, workspace_id=here, record_ids=record_ids, changes=dict.fromkeys(keys, (None, None)))
