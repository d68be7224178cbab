"""Creating, changing and linking records. Every surface and every rule comes through here."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.records.folders import fields_of, folder_of_kind
from app.records.identity import write_keys
from app.records.values import parse_value
from app.workspaces.access import Viewer, require_edit, require_writer, visible
from models import FieldChange, FieldDef, Member, Record, RecordLink


def get_record(session: Session, *, viewer: Viewer, record_id: str) -> Record:
    """The record, or NotFound: for the viewer, what may not be seen does not exist."""
    return _found(session, select(Record).where(col(Record.id) == record_id, visible(viewer)))


def record_to_change(session: Session, *, viewer: Viewer, record_id: str) -> Record:
    """The record as it is now, locked until the transaction ends. NotFound, or Forbidden to those who only see it."""
    query = select(Record).where(col(Record.id) == record_id, visible(viewer)).with_for_update()
    record = _found(session, query.execution_options(populate_existing=True))
    require_edit(viewer, record)
    return record


def create_record(
    session: Session, *, workspace_id: str, kind: str, values: Mapping[str, object], viewer: Viewer | None = None
) -> Record:
    """A new record from field keys and values. Without a viewer a rule creates it, and nobody owns it."""
    if viewer:
        require_writer(viewer)
    folder = folder_of_kind(session, workspace_id=workspace_id, kind=kind)
    fields = fields_of(session, folder_id=folder.id)
    now = utcnow()
    record = Record(
        id=new_id(),
        workspace_id=workspace_id,
        folder_id=folder.id,
        kind=kind,
        name="",
        owner_id=viewer.member_id if viewer else None,
        territory_id=viewer.territory_id if viewer else None,
        created_by=viewer.member_id if viewer else None,
        created_at=now,
        updated_at=now,
    )
    _check_known(fields, values)
    for field in fields:
        if field.key in values or field.required:
            _set(session, viewer, record, field, parse_value(field, values.get(field.key)))
    session.add(record)
    session.flush()
    write_keys(session, record, fields)
    _emit(session, "record.created", record, viewer, {"kind": kind, "name": record.name})
    return record


def update_record(
    session: Session, *, viewer: Viewer, record_id: str, values: Mapping[str, object], version: int | None = None
) -> Record:
    """Change fields of a record, with its history. `version`: refuse when someone changed it since."""
    record = record_to_change(session, viewer=viewer, record_id=record_id)
    if version is not None and version != record.version:
        raise Conflict("Someone changed this record meanwhile: look at the new values and save again.")
    fields = fields_of(session, folder_id=record.folder_id)
    _check_known(fields, values)
    changes = {}
    for field in fields:
        if field.key in values:
            old, new = _get(record, field), parse_value(field, values[field.key])
            if old != new:
                _set(session, viewer, record, field, new)
                changes[field.key] = (_json(old), _json(new))
    if changes:
        _note_changes(session, viewer, record, changes)
        if write_keys(session, record, fields):
            _emit(session, "record.keys_changed", record, viewer, {})
    return record


def link_records(session: Session, *, workspace_id: str, from_id: str, to_id: str, label: str) -> bool:
    """Relate two records; False when they are related so already."""
    if session.get(RecordLink, (from_id, to_id, label)):
        return False
    session.add(RecordLink(from_id=from_id, to_id=to_id, label=label, workspace_id=workspace_id, created_at=utcnow()))
    emit(
        session,
        "record.linked",
        workspace_id=workspace_id,
        subject_id=from_id,
        data={"to": to_id, "label": label},
    )
    return True


def linked_records(session: Session, *, viewer: Viewer, record_id: str, label: str) -> Sequence[Record]:
    """The records on either side of the links with this label, as far as the viewer may see them."""
    out = select(col(RecordLink.to_id)).where(col(RecordLink.from_id) == record_id, col(RecordLink.label) == label)
    back = select(col(RecordLink.from_id)).where(col(RecordLink.to_id) == record_id, col(RecordLink.label) == label)
    query = select(Record).where(
        or_(col(Record.id).in_(out), col(Record.id).in_(back)), visible(viewer), col(Record.archived_at).is_(None)
    )
    return session.scalars(query.order_by(col(Record.name))).all()


def _found(session: Session, query: Select[Any]) -> Record:
    record: Record | None = session.scalar(query)
    if record is None:
        raise NotFound("This record does not exist, or you have no access to it.")
    return record


def _check_known(fields: Sequence[FieldDef], values: Mapping[str, object]) -> None:
    """Refuse what the folder does not have, and the stage: moving a deal has rules of its own."""
    unknown = set(values) - {field.key for field in fields if field.type != "stage"}
    if unknown:
        raise InvalidInput(f"{min(unknown)}: this folder has no such field to fill in.", field=min(unknown))


def _get(record: Record, field: FieldDef) -> Any:
    return getattr(record, field.column) if field.column else record.data.get(field.key)


def _set(session: Session, viewer: Viewer | None, record: Record, field: FieldDef, value: Any) -> None:
    if value is not None and field.type in ("record", "user"):
        _check_reference(session, viewer, record, field, value)
    if field.column:
        setattr(record, field.column, value)
    else:
        record.data = {**record.data, field.key: value}


def _check_reference(session: Session, viewer: Viewer | None, record: Record, field: FieldDef, value: str) -> None:
    """A reference must lead to something of its kind, in the same workspace, that the viewer may see."""
    table = Record if field.type == "record" else Member
    query = select(col(table.id)).where(col(table.id) == value, col(table.workspace_id) == record.workspace_id)
    if table is Record:
        query = query.where(col(Record.kind) == field.options["kind"])
        query = query.where(visible(viewer)) if viewer else query
    if session.scalar(query) is None:
        raise InvalidInput(f"{field.name}: choose one from the list.", field=field.key)


def _note_changes(
    session: Session, viewer: Viewer, record: Record, changes: Mapping[str, tuple[object, object]]
) -> None:
    record.version += 1
    record.updated_at = utcnow()
    session.add(record)
    for key, (old, new) in changes.items():
        session.add(
            FieldChange(
                id=new_id(),
                workspace_id=record.workspace_id,
                record_id=record.id,
                key=key,
                old=old,
                new=new,
                member_id=viewer.member_id,
                changed_at=record.updated_at,
            )
        )
    _emit(session, "record.updated", record, viewer, {"changes": {key: list(pair) for key, pair in changes.items()}})


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _emit(session: Session, type: str, record: Record, viewer: Viewer | None, data: dict[str, Any]) -> None:
    emit(
        session,
        type,
        workspace_id=record.workspace_id,
        subject_id=record.id,
        actor_id=viewer.member_id if viewer else None,
        data=data,
    )
