"""A record's history as people read it: each save once, with who, when, and what changed from what to what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from app.core.bulk import among
from app.records.fields import type_of
from app.records.fields.formats import Formats
from app.records.links import LINKS
from app.records.merged import absorbed_by
from app.records.reading import reading_of
from app.records.service import get_record
from app.records.shelf import ARCHIVED, DELETED
from app.workspaces.access import Viewer
from models import FieldChange, FieldDef, Member, Record, Workspace

MARKS = {
    key: FieldDef(id="", workspace_id="", folder_id="", key=key, name=name, type=type, position=0)
    for key, name, type in (
        (ARCHIVED, "Archived", "datetime"),
        (DELETED, "Deleted", "datetime"),
        (LINKS, "Related record", "record"),
    )
}
"""What changes without being a field, in the form of fields."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One value; `old` and `new` as stored, `old_text` and `new_text` as a person reads them."""

    key: str
    name: str
    old: Any
    new: Any
    old_text: str
    new_text: str


@dataclass(frozen=True, slots=True)
class Save:
    """What was changed at once; `batch` names it to `undo_batch`."""

    batch: str
    at: datetime
    member_id: str | None
    member: str | None
    changes: list[Changed]


Place = tuple[datetime, str]
"""Time and batch of a save: where a page of history ends."""


def saves_of(
    session: Session, *, viewer: Viewer, record_id: str, limit: int, before: Place | None = None
) -> list[Save]:
    """The saves of a record that the viewer may know of, last first, without fields that are hidden from them."""
    record = get_record(session, viewer=viewer, record_id=record_id)
    fields = known_fields(session, viewer=viewer, folder_id=record.folder_id)
    order = [*fields, *MARKS]
    changes = _changes(session, record, order, limit, before)
    texts = _texts(session, viewer, record, fields, changes)
    names = _member_names(session, changes)
    saves: dict[Place, list[FieldChange]] = {}
    for change in sorted(changes, key=lambda change: order.index(change.key)):
        saves.setdefault((change.changed_at, change.batch), []).append(change)
    return [
        Save(batch, at, many[0].member_id, names.get(many[0].member_id), [texts[change.id] for change in many])
        for (at, batch), many in sorted(saves.items(), reverse=True)
    ]


def known_fields(session: Session, *, viewer: Viewer, folder_id: str) -> dict[str, FieldDef]:
    """The fields of a folder that the viewer may know of, also archived ones, by key."""
    query = select(FieldDef).where(col(FieldDef.folder_id) == folder_id).order_by(col(FieldDef.position))
    fields = {field.key: field for field in session.scalars(query)}
    if viewer.is_admin:
        return fields
    return {key: field for key, field in fields.items() if not viewer.access.hides(folder_id, key)}


def _changes(
    session: Session, record: Record, keys: Iterable[str], limit: int, before: Place | None
) -> Sequence[FieldChange]:
    """The changes of so many saves, the newest, in no order; those of records that were merged into this one, too."""
    at, batch = col(FieldChange.changed_at), col(FieldChange.batch)
    family = [record.id, *absorbed_by(session, [record.id])]
    mine = and_(among(session, col(FieldChange.record_id), family), col(FieldChange.key).in_(list(keys)))
    if before:
        mine = and_(mine, or_(at < before[0], and_(at == before[0], batch < before[1])))
    saves = select(batch).where(mine).group_by(batch, at).order_by(at.desc(), batch.desc()).limit(limit)
    return session.scalars(select(FieldChange).where(mine, batch.in_(saves))).all()


def _texts(
    session: Session, viewer: Viewer, record: Record, fields: dict[str, FieldDef], changes: Sequence[FieldChange]
) -> dict[str, Changed]:
    """Each change by its id, without ids and names of records out of the viewer's sight."""
    every = {**fields, **MARKS}
    rows = [{change.key: _plain(change, value)} for change in changes for value in (change.old, change.new)]
    reading = reading_of(session, viewer=viewer, fields=list(every.values()), values=rows)
    currency = record.currency or session.get_one(Workspace, record.workspace_id).currency
    formats = Formats(viewer.locale, viewer.time_zone, currency, reading.names)
    texts = {}
    for change, before, after in zip(changes, reading.values[::2], reading.values[1::2], strict=True):
        field, old, new = every[change.key], before[change.key], after[change.key]
        name = (change.new or change.old)["label"] if change.key == LINKS else field.name
        texts[change.id] = Changed(change.key, name, old, new, _text(field, old, formats), _text(field, new, formats))
    return texts


def _plain(change: FieldChange, value: Any) -> Any:
    return value["record"] if change.key == LINKS and value else value


def _text(field: FieldDef, value: Any, formats: Formats) -> str:
    """As people read it; a value from before the field changed its type as it is."""
    if value is None:
        return ""
    try:
        return type_of(field).show(field, value, formats)
    except (TypeError, ValueError, AttributeError):
        return str(value)


def _member_names(session: Session, changes: Iterable[FieldChange]) -> dict[str | None, str]:
    who = col(Member.id).in_({change.member_id for change in changes if change.member_id})
    return {member.id: member.name for member in session.scalars(select(Member).where(who))}
