"""Many records written by one request: each on its own, so that one that is refused does not stop the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.errors import InvalidInput, NotFound, SidenoteError
from app.records.deals import create_staged
from app.records.service import get_record, update_record
from app.workspaces.access import Viewer, allowed
from models import Folder, Record


@dataclass(frozen=True, slots=True)
class Row:
    """A new record, or with an `id` changes to one; with a `version` only as long as it has that one."""

    values: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: a record, or why not."""

    record_id: str | None = None
    version: int | None = None
    is_new: bool = False
    refusal: SidenoteError | None = None


def write_rows(session: Session, *, viewer: Viewer, folder: Folder, rows: Sequence[Row]) -> list[Outcome]:
    """Create and change records of a folder, in order, within the caller's transaction; an outcome for each row.

    Those to change are locked first, in the order of their ids: two batches of the same records cannot wait for each
    other.
    """
    ids = [row.id for row in rows if row.id]
    mine = select(col(Record.id)).where(among(session, col(Record.id), ids), allowed(viewer, "edit"))
    session.execute(mine.order_by(col(Record.id)).with_for_update(key_share=True)).all()
    return [_write(session, viewer, folder, row) for row in rows]


def _write(session: Session, viewer: Viewer, folder: Folder, row: Row) -> Outcome:
    try:
        with session.begin_nested():
            record = _update(session, viewer, folder, row) if row.id else _create(session, viewer, folder, row)
            session.flush()
            return Outcome(record.id, record.version, is_new=not row.id)
    except SidenoteError as refusal:
        return Outcome(refusal=refusal)
    except (IntegrityError, DataError):
        return Outcome(refusal=InvalidInput("These values cannot be stored together in a record."))


def _create(session: Session, viewer: Viewer, folder: Folder, row: Row) -> Record:
    return create_staged(session, viewer=viewer, folder=folder, values=row.values, via="api")


def _update(session: Session, viewer: Viewer, folder: Folder, row: Row) -> Record:
    record_id = str(row.id)
    if get_record(session, viewer=viewer, record_id=record_id).folder_id != folder.id:
        raise NotFound(f"id: this record is not in {folder.name}.", field="id")
    return update_record(session, viewer=viewer, record_id=record_id, values=row.values, version=row.version, via="api")
