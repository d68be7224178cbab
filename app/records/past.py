"""A record as it was: its present values, and every change since taken back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import InvalidInput, NotFound
from app.records.reading import Values, read_records, reading_of
from app.records.schema import folder_of, schema_of
from app.records.service import get_record
from app.records.shelf import ARCHIVED, DELETED
from app.workspaces.access import Viewer
from models import FieldChange, Record


@dataclass(frozen=True, slots=True)
class Past:
    """`record` as it is now, and what it was: `values` are stored ones by field key, without computed fields."""

    record: Record
    version: int
    values: Values
    updated_at: datetime
    archived_at: datetime | None


def record_as_of(session: Session, *, viewer: Viewer, record_id: str, at: datetime) -> Past:
    """What a record held at this moment, as far as the viewer may know of it today.

    Raises InvalidInput for a moment to come, and NotFound when there was no such record then.
    """
    record = get_record(session, viewer=viewer, record_id=record_id)
    if at > utcnow():
        raise InvalidInput("as_of: choose a moment that has passed.", field="as_of")
    if at < record.created_at:
        raise NotFound("as_of: this record did not exist then.", field="as_of")
    schema = schema_of(session, folder=folder_of(session, record), viewer=viewer)
    fields = [field for field in schema.fields if not field.computed]
    keys = [field.key for field in fields]
    values = read_records(session, viewer=viewer, schema=schema, records=[record], keys=keys).values[0]
    values[ARCHIVED] = record.archived_at.isoformat() if record.archived_at else None
    changes = _changes_since(session, record, at)
    for change in changes:
        values[change.key] = change.old
    if values.get(DELETED):
        raise NotFound("as_of: this record was in the bin then.", field="as_of")
    archived_at = values[ARCHIVED] and datetime.fromisoformat(values[ARCHIVED])
    known = {key: values[key] for key in keys}
    reading_of(session, viewer=viewer, fields=fields, values=[known])
    version = record.version - len({change.batch for change in changes})
    return Past(record, version, known, _last_change(session, record, at), archived_at)


def _changes_since(session: Session, record: Record, at: datetime) -> list[FieldChange]:
    """Newest first."""
    query = select(FieldChange).where(col(FieldChange.record_id) == record.id, col(FieldChange.changed_at) > at)
    return list(session.scalars(query.order_by(col(FieldChange.changed_at).desc(), col(FieldChange.id).desc())))


def _last_change(session: Session, record: Record, at: datetime) -> datetime:
    """When it was last changed before this moment."""
    before = col(FieldChange.record_id) == record.id, col(FieldChange.changed_at) <= at
    return session.scalar(select(func.max(col(FieldChange.changed_at))).where(*before)) or record.created_at
