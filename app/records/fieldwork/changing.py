"""Fields that are there: reading, renaming, ordering, putting aside. For another type see `retyping`."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, InvalidInput, NotFound
from app.records.configuring import plain_name, tell
from app.records.fields import type_of
from app.records.fieldwork.checks import (
    MAX_GROUP,
    MAX_HELP,
    check_default,
    check_required,
    check_unique_mark,
    checked_options,
    checked_text,
)
from app.records.fieldwork.filling import fill_in, forget_unique
from app.records.fieldwork.following import hold_fields, settle
from app.records.fieldwork.making import MAX_FIELDS
from app.records.schema import folder_seen
from app.workspaces.access import Viewer, require_power
from models import FieldDef, Folder

REASONING = frozenset({"formula", "of", "do", "field", "filter"})
HARMLESS = REASONING | {"prefix", "digits"}
"""Options that may change without a look at the values that stand in records."""


class FieldChanges(TypedDict, total=False):
    """What may change of a field. `options`: those named, the others stay."""

    name: str
    help: str
    group: str
    required: bool
    unique: str
    default: Any
    options: dict[str, Any]


def field_seen(session: Session, *, viewer: Viewer, field_id: str) -> FieldDef:
    """A field of a folder that the viewer may know of. Raises NotFound; those who configure know of every field."""
    field = session.get(FieldDef, field_id)
    if field is None or field.workspace_id != viewer.workspace_id:
        raise _unknown()
    folder_seen(session, viewer=viewer, folder_id=field.folder_id)
    if not _configures(viewer) and (viewer.access.hides(field.folder_id, field.key) or field.archived_at):
        raise _unknown()
    return field


def options_known(viewer: Viewer, field: FieldDef) -> dict[str, Any]:
    """The options of a field; how it is worked out tells of other fields, and only who configures is told."""
    kept = field.options
    return kept if _configures(viewer) else {name: value for name, value in kept.items() if name not in REASONING}


def all_fields(session: Session, *, viewer: Viewer, folder: Folder) -> Sequence[FieldDef]:
    """Every field of a folder in order, archived ones at the end, for those who configure."""
    require_power(viewer, "config")
    here = select(FieldDef).where(col(FieldDef.folder_id) == folder.id)
    return session.scalars(here.order_by(col(FieldDef.archived_at).is_not(None), col(FieldDef.position))).all()


def change_field(session: Session, *, viewer: Viewer, field_id: str, changes: FieldChanges) -> FieldDef:
    """Change what a field is called, asks for and offers.

    Raises Conflict for options under which values that stand in records would be others: that is a change of type,
    with a preview.
    """
    field = field_to_change(session, viewer=viewer, field_id=field_id)
    before = {name: getattr(field, name) for name in changes}
    unique = field.unique
    with session.no_autoflush:
        _set(session, viewer, field, changes)
    changed = {name: getattr(field, name) for name, old in before.items() if getattr(field, name) != old}
    if changed:
        tell(session, viewer, "field.changed", field, changed)
        settle(session, field=field)
    if unique != field.unique:
        forget_unique(session, field=field)
        fill_in(session, field=field)
    return field


def order_fields(session: Session, *, viewer: Viewer, folder: Folder, keys: Sequence[str]) -> Sequence[FieldDef]:
    """Put the fields of a folder in this order. Raises InvalidInput unless each is named once, by its key."""
    require_power(viewer, "config")
    hold_fields(session, viewer)
    here = select(FieldDef).where(col(FieldDef.folder_id) == folder.id, col(FieldDef.archived_at).is_(None))
    fields = {field.key: field for field in session.scalars(here)}
    if sorted(keys) != sorted(fields):
        raise InvalidInput("order: name the key of each field once, without archived ones.", field="order")
    ordered = [fields[key] for key in keys]
    for position, field in enumerate(ordered):
        if field.position != position:
            field.position = position
            session.add(field)
            tell(session, viewer, "field.changed", field, {"position": position})
    return ordered


def archive_field(session: Session, *, viewer: Viewer, field_id: str) -> FieldDef:
    """Put a field aside; its values stay. Raises Conflict for a fixed one, InvalidInput where formulas need it."""
    field = field_to_change(session, viewer=viewer, field_id=field_id)
    if field.fixed:
        raise Conflict(f"{field.name}: Sidenote itself works with this field; rename it instead.")
    if field.archived_at is None:
        field.archived_at = utcnow()
        tell(session, viewer, "field.archived", field, {"key": field.key, "name": field.name})
        settle(session, field=field)
    return field


def restore_field(session: Session, *, viewer: Viewer, field_id: str) -> FieldDef:
    """Bring an archived field back with its values, after the others."""
    field = field_to_change(session, viewer=viewer, field_id=field_id)
    if field.archived_at is None:
        return field
    others = _others(session, field)
    if len(others) >= MAX_FIELDS:
        raise Conflict(f"A folder has at most {MAX_FIELDS} fields: archive one first.")
    field.name = plain_name(field.name, taken=[other.name for other in others])
    field.archived_at, field.position = None, 1 + max((other.position for other in others), default=-1)
    tell(session, viewer, "field.restored", field, {"key": field.key, "name": field.name})
    settle(session, field=field)
    return field


def field_to_change(session: Session, *, viewer: Viewer, field_id: str) -> FieldDef:
    """The field as it is now, kept from others until the transaction ends. Raises Forbidden, NotFound."""
    require_power(viewer, "config")
    hold_fields(session, viewer)
    field = field_seen(session, viewer=viewer, field_id=field_id)
    session.refresh(field)
    return field


def _set(session: Session, viewer: Viewer, field: FieldDef, changes: FieldChanges) -> None:
    if "name" in changes:
        field.name = plain_name(changes["name"], taken=[other.name for other in _others(session, field)])
    if "help" in changes:
        field.help = checked_text("help", changes["help"], most=MAX_HELP)
    if "group" in changes:
        field.group = checked_text("group", changes["group"], most=MAX_GROUP)
    if "options" in changes:
        field.options = _options(session, field, changes["options"])
    if "required" in changes:
        if field.column == "name" and not changes["required"]:
            raise InvalidInput(f"{field.name}: every record needs one.", field="required")
        field.required = changes["required"]
        check_required(field)
    if "unique" in changes:
        field.unique = changes["unique"]
        check_unique_mark(field)
    if "default" in changes:
        field.default = changes["default"]
    if not {"default", "options", "unique"}.isdisjoint(changes):
        check_default(session, viewer=viewer, field=field)


def _options(session: Session, field: FieldDef, given: Mapping[str, Any]) -> dict[str, Any]:
    known = type_of(field).option_names
    kept = {name: value for name, value in field.options.items() if name in known}
    options = checked_options(session, workspace_id=field.workspace_id, type=field.type, options={**kept, **given})
    before = type_of(field).check_options(kept)
    touched = {name for name in options if options[name] != before.get(name)} - HARMLESS
    if "choices" in touched:
        _check_choices(field, options)
    if field.fixed and touched - {"choices"}:
        raise Conflict(f"{field.name}: Sidenote itself works with this field; only its choices can be labelled anew.")
    if refused := sorted(touched - {"choices", "ranked"} - ({"open"} if options.get("open") else set())):
        raise Conflict(f"{refused[0]}: values may change with it. Preview it as a change of type.", field="options")
    return {**{name: value for name, value in field.options.items() if name not in known}, **options}


def _check_choices(field: FieldDef, options: Mapping[str, Any]) -> None:
    """Choices may be added, labelled, coloured and ordered anew; to take one away is a change of type."""
    before, after = ({choice["value"] for choice in each.get("choices", ())} for each in (field.options, options))
    if gone := sorted(before - after):
        raise Conflict(f"choices: records may have {gone[0]}. Preview it as a change of type.", field="options")
    if field.fixed and after - before and not field.options.get("open"):
        raise Conflict(f"{field.name}: Sidenote itself works with these choices; label them anew.", field="options")


def _others(session: Session, field: FieldDef) -> Sequence[FieldDef]:
    here = select(FieldDef).where(col(FieldDef.folder_id) == field.folder_id, col(FieldDef.id) != field.id)
    return session.scalars(here.where(col(FieldDef.archived_at).is_(None))).all()


def _configures(viewer: Viewer) -> bool:
    return viewer.is_admin or "config" in viewer.access.powers


def _unknown() -> NotFound:
    return NotFound("This field does not exist, or you have no access to it.")
