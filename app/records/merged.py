"""Records that became part of another one: their ids lead to the one that stays."""

from collections.abc import Collection

from sqlalchemy import String, bindparam, select
from sqlmodel import Session, col

from app.core.bulk import among, table_of
from app.core.hot import HotQuery, Reader, reader_of
from models import Record


def heir_of(reader: Reader, record_id: str) -> str | None:
    """The record at the end of the chain of merges that this one went into; None for one that went into none."""
    heir = None
    while rows := _INTO(reader, id=heir or record_id):
        heir = str(rows[0][0])
    return heir


def heir_in(session: Session, record_id: str) -> str | None:
    """`heir_of`, within the transaction of a session."""
    return heir_of(reader_of(session), record_id)


def absorbed_by(session: Session, record_ids: Collection[str]) -> list[str]:
    """The records that went into these, at any depth."""
    found: list[str] = []
    layer = list(record_ids)
    while layer:
        into = select(col(Record.id)).where(among(session, table_of(Record).c.merged_into_id, layer))
        layer = list(session.scalars(into.where(col(Record.merged_into_id).is_not(None))))
        found += layer
    return found


_INTO = HotQuery(
    select(col(Record.merged_into_id)).where(
        col(Record.id) == bindparam("id", type_=String), col(Record.merged_into_id).is_not(None)
    )
)
