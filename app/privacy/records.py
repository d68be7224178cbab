"""Records that mention a person, and the records of the person."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.clock import utcnow
from app.core.events import emit
from app.privacy.mail import silence
from app.privacy.traces import Traces
from app.records.bin import purge
from app.records.identity import write_keys
from app.records.schema import folder_of, schema_of
from app.records.search.index import write_words
from models import FieldDef, Record

WRITTEN = ("text", "long_text")
"""Types whose values may be any text; of others, a value that is no longer whole goes."""


def clean_record(session: Session, record: Record, traces: Traces) -> bool:
    """Take traces out of a record's values, and out of what it is found by; True if there were any.

    Its history does not tell: it would say what was taken out.
    """
    fields = schema_of(session, folder=folder_of(session, record)).fields
    types = {field.key: field.type for field in fields}
    data = {key: _cleaned(types.get(key, "text"), value, traces) for key, value in record.data.items()}
    data = {key: value for key, value in data.items() if value not in (None, [], {}) or record.data[key] == value}
    name, source = traces.clean(record.name), traces.clean(record.source)
    if (name, source, data) == (record.name, record.source, record.data):
        return False
    record.name, record.source, record.data = name, source, data
    record.version, record.updated_at = record.version + 1, utcnow()
    session.add(record)
    session.flush()
    _find_anew(session, record, fields)
    return True


def _cleaned(type: str, value: Any, traces: Traces) -> Any:
    cleaned = traces.clean(value)
    if cleaned == value or type in WRITTEN:
        return cleaned
    if isinstance(cleaned, list):
        return [item for item in cleaned if item in value]
    return cleaned if isinstance(cleaned, dict) else None


def _find_anew(session: Session, record: Record, fields: Sequence[FieldDef]) -> None:
    if record.deleted_at is None:
        write_words(session, record, fields)
        if write_keys(session, record, fields):
            emit(session, "record.keys_changed", workspace_id=record.workspace_id, subject_id=record.id)


def remove_records(session: Session, *, record_ids: Sequence[str], actor_id: str) -> dict[str, int]:
    """Remove the person's own records for good, with all that hangs on them."""
    records = session.scalars(select(Record).where(among(session, col(Record.id), record_ids)).with_for_update()).all()
    silence(session, record_ids)
    purge(session, [record for record in records if record.merged_into_id is None], actor_id=actor_id)
    return {"records deleted": len(records)}
