"""Many new records at once, as a rule makes them: the same checks, keys and events as one by one."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from app.core.bulk import insert_rows
from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.core.events import emit_many, event_row
from app.core.ids import new_id
from app.records.folders import fields_of, folder_of_kind
from app.records.identity import keys_of
from app.records.values import parse_value, put_value
from models import FieldDef, Folder, Record, RecordKey


def draft_records(
    session: Session, *, workspace_id: str, kind: str, many: Sequence[Mapping[str, object]]
) -> list[Record | None]:
    """Records made of field keys and values, not stored yet; None where the folder's fields refuse the values.

    The caller may set columns (`owner_id`, `company_id`, …) before `insert_records`, and vouches for them.
    Raises NotFound when the workspace has no folder of this kind.
    """
    folder = folder_of_kind(session, workspace_id=workspace_id, kind=kind)
    fields = fields_of(session, folder_id=folder.id)
    return [_draft(folder, fields, values) for values in many]


def insert_records(session: Session, records: Sequence[Record]) -> None:
    """Store drafts of one kind, in a fixed number of statements."""
    if not records:
        return
    fields = fields_of(session, folder_id=records[0].folder_id)
    insert_rows(session, Record, [record.model_dump() for record in records])
    insert_rows(session, RecordKey, [row for record in records for row in _key_rows(record, fields)])
    emit_many(
        session,
        [
            event_row(
                "record.created",
                workspace_id=record.workspace_id,
                subject_id=record.id,
                data={"kind": record.kind, "name": record.name},
            )
            for record in records
        ],
    )


def _key_rows(record: Record, fields: Sequence[FieldDef]) -> list[dict[str, str]]:
    owned = {"workspace_id": record.workspace_id, "record_id": record.id}
    keys = keys_of(record, fields)
    return [{**owned, "kind": kind, "value": value, "original": text} for (kind, value), text in keys.items()]


def _draft(folder: Folder, fields: Sequence[FieldDef], values: Mapping[str, object]) -> Record | None:
    now = utcnow()
    record = Record(
        id=new_id(),
        workspace_id=folder.workspace_id,
        folder_id=folder.id,
        kind=folder.kind,
        name="",
        created_at=now,
        updated_at=now,
    )
    try:
        for field in fields:
            if field.key in values or field.required:
                put_value(record, field, parse_value(field, values.get(field.key)))
    except InvalidInput:
        return None
    return record
