"""Records put aside: archived, or thrown into the bin and brought back from it."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import NotFound
from app.core.events import emit
from app.records.fields import as_json
from app.records.history import note_changes
from app.records.identity import drop_keys, write_keys
from app.records.schema import folder_of, schema_of
from app.records.service import check_version, get_record, record_to_change
from app.records.uniqueness import check_unique
from app.records.writing import read_value
from app.workspaces.access import Viewer, binned
from models import Record

ARCHIVED, DELETED = "archived_at", "deleted_at"


def archive_record(
    session: Session, *, viewer: Viewer, record_id: str, version: int | None = None, batch: str | None = None
) -> Record:
    """Put a record aside: lists leave it out, its page and its mail stay. Archiving it again changes nothing."""
    record = record_to_change(session, viewer=viewer, record_id=record_id)
    check_version(record, version)
    if record.archived_at is None:
        _mark(session, viewer, record, ARCHIVED, utcnow(), told="record.archived", batch=batch)
    return record


def unarchive_record(
    session: Session, *, viewer: Viewer, record_id: str, version: int | None = None, batch: str | None = None
) -> Record:
    record = record_to_change(session, viewer=viewer, record_id=record_id)
    check_version(record, version)
    if record.archived_at is not None:
        _mark(session, viewer, record, ARCHIVED, None, told="record.unarchived", batch=batch)
    return record


def delete_record(
    session: Session, *, viewer: Viewer, record_id: str, version: int | None = None, batch: str | None = None
) -> Record:
    """Throw a record into the bin, where nobody sees it; its links and its mail wait there with it.

    Its addresses and names lead nowhere meanwhile, and may be given to another record.
    """
    record = record_to_change(session, viewer=viewer, record_id=record_id, right="delete")
    check_version(record, version)
    record.deleted_by = viewer.member_id
    drop_keys(session, record)
    _mark(session, viewer, record, DELETED, utcnow(), told="record.deleted", batch=batch)
    return record


def restore_record(session: Session, *, viewer: Viewer, record_id: str, batch: str | None = None) -> Record:
    """Bring a record back with its links, to where it was. One that is not in the bin stays as it is.

    Raises Taken when another record was given one of its unique values meanwhile.
    """
    here = select(Record).where(col(Record.id) == record_id, binned(viewer)).with_for_update()
    record: Record | None = session.scalar(here.execution_options(populate_existing=True))
    if record is None:
        return _not_binned(session, viewer, record_id)
    fields = schema_of(session, folder=folder_of(session, record)).fields
    unique = [(field, read_value(record, field)) for field in fields if field.unique]
    check_unique(session, viewer=viewer, record=record, values=unique)
    record.deleted_by = None
    write_keys(session, record, fields)
    _mark(session, viewer, record, DELETED, None, told="record.restored", batch=batch)
    return record


def _not_binned(session: Session, viewer: Viewer, record_id: str) -> Record:
    try:
        return get_record(session, viewer=viewer, record_id=record_id)
    except NotFound:
        raise NotFound("This record is not in the bin, or not yours to bring back.") from None


def _mark(
    session: Session,
    viewer: Viewer,
    record: Record,
    key: str,
    at: datetime | None,
    *,
    told: str,
    batch: str | None = None,
) -> None:
    """Set one of the two times, with history and an event of its own."""
    change = (as_json(getattr(record, key)), as_json(at))
    setattr(record, key, at)
    note_changes(session, record=record, changes={key: change}, actor_id=viewer.member_id, batch=batch)
    emit(
        session,
        told,
        workspace_id=record.workspace_id,
        subject_id=record.id,
        actor_id=viewer.member_id,
        data={"kind": record.kind, "name": record.name},
    )
