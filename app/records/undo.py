"""Taking a change back, as a change of its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import Conflict, Forbidden, NotFound
from app.records.deals import move_stage
from app.records.fields import as_json, is_empty
from app.records.links import LINKS, set_link
from app.records.relations import is_relation, linked_ids
from app.records.schema import Schema, folder_of, schema_of
from app.records.service import get_record, keep_changes, record_to_change
from app.records.shelf import ARCHIVED, DELETED, archive_record, restore_record, unarchive_record
from app.records.uniqueness import check_unique
from app.records.writing import Changes, check_reference, read_value, set_value, stored_value
from app.workspaces.access import Viewer
from models import FieldChange, FieldDef, Record

STAGE = "stage"


def undo_batch(session: Session, *, viewer: Viewer, record_id: str, batch: str, under: str | None = None) -> Record:
    """Give a record the values that it had before one save (see `saves_of`), as a new save, `under` a batch of its own.

    Raises NotFound for a save that the record does not have, Forbidden when it changed what the viewer may not, and
    Conflict naming the fields that were changed again since.
    """
    changes = _changes_of(session, record_id, batch)
    if DELETED in changes:
        return _undo_deletion(session, viewer, record_id, changes[DELETED], under)
    record = record_to_change(session, viewer=viewer, record_id=record_id)
    if record.id != record_id:
        raise Conflict(f"This record was merged into {record.name}: undo the merge first.")
    if ARCHIVED in changes:
        return _undo_archiving(session, viewer, record, changes[ARCHIVED], under)
    if LINKS in changes:
        return _undo_link(session, viewer, record, changes[LINKS])
    schema = schema_of(session, folder=folder_of(session, record), viewer=viewer)
    fields = _fields_of(session, schema, changes)
    _check_unchanged(session, record, [(field, changes[field.key].new) for field in fields])
    if moved := changes.get(STAGE):
        _move_back(session, viewer, record, moved, changes)
    _put_back(session, viewer, record, schema, [(field, changes[field.key]) for field in fields], under)
    return record


def _changes_of(session: Session, record_id: str, batch: str) -> dict[str, FieldChange]:
    query = select(FieldChange).where(col(FieldChange.record_id) == record_id, col(FieldChange.batch) == batch)
    changes = {change.key: change for change in session.scalars(query)}
    if not changes:
        raise NotFound("batch: this record has no such change; its history lists them.", field="batch")
    return changes


def _undo_deletion(session: Session, viewer: Viewer, record_id: str, change: FieldChange, under: str | None) -> Record:
    if change.new is None:
        get_record(session, viewer=viewer, record_id=record_id)
        raise Conflict("This record was brought back from the bin: delete it instead.")
    return restore_record(session, viewer=viewer, record_id=record_id, batch=under)


def _undo_archiving(session: Session, viewer: Viewer, record: Record, change: FieldChange, under: str | None) -> Record:
    if as_json(record.archived_at) != change.new:
        raise Conflict("Changed since: Archived.")
    undo = unarchive_record if record.archived_at else archive_record
    return undo(session, viewer=viewer, record_id=record.id, batch=under)


def _undo_link(session: Session, viewer: Viewer, record: Record, change: FieldChange) -> Record:
    link = change.new or change.old
    other = get_record(session, viewer=viewer, record_id=link["record"])
    ends = (other, record) if link["inverse"] else (record, other)
    if not set_link(session, *ends, label=link["label"], on=change.new is None, actor_id=viewer.member_id):
        raise Conflict(f"Changed since: {link['label']}.")
    return record


def _fields_of(session: Session, schema: Schema, changed: Iterable[str]) -> list[FieldDef]:
    """The fields to put back: what Sidenote works out follows by itself."""
    every = {field.key: field for field in schema_of(session, folder=schema.folder).fields}
    fields = [every[key] for key in changed if key in every and not every[key].computed]
    if not all(schema.has(field.key) for field in fields):
        raise Forbidden("This change holds more than your role may change: ask an admin to take it back.")
    return [schema.writable(field.key) for field in fields]


def _check_unchanged(session: Session, record: Record, expected: Sequence[tuple[FieldDef, Any]]) -> None:
    again = [field.name for field, new in expected if not _stands(session, record, field, new)]
    if again:
        raise Conflict(f"Changed since: {', '.join(again)}.")


def _stands(session: Session, record: Record, field: FieldDef, new: Any) -> bool:
    if is_relation(field):
        return set(linked_ids(session, record=record, field=field)) == set(new or ())
    return bool(as_json(read_value(record, field)) == new)


def _move_back(
    session: Session, viewer: Viewer, record: Record, moved: FieldChange, changes: Mapping[str, FieldChange]
) -> None:
    """To the stage that a deal came from; with it come status, probability and what follows from these."""
    if moved.old is None:
        raise Conflict("Stage: it had none before; move it instead.", field=STAGE)
    reason, note = (changes[key].old if key in changes else None for key in ("lost_reason", "lost_note"))
    move_stage(session, viewer=viewer, deal_id=record.id, stage_id=moved.old, reason=reason, note=note)


def _put_back(
    session: Session,
    viewer: Viewer,
    record: Record,
    schema: Schema,
    undone: Sequence[tuple[FieldDef, FieldChange]],
    under: str | None,
) -> None:
    back: Changes = {}
    for field, change in undone:
        now = linked_ids(session, record=record, field=field) if is_relation(field) else read_value(record, field)
        if field.key == STAGE or (as_json(now) or None) == change.old:
            continue
        gone = [id for id in change.old or () if id not in (now or ())] if is_relation(field) else change.old
        if not is_empty(gone):
            check_reference(session, viewer=viewer, record=record, field=field, value=gone)
        if field.unique:
            check_unique(session, viewer=viewer, record=record, values=[(field, change.old)])
        set_value(record, field, stored_value(field, change.old))
        back[field.key] = (as_json(now), change.old)
    if back:
        keep_changes(session, viewer=viewer, record=record, schema=schema, changes=back, batch=under)
