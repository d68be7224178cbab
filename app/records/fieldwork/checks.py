"""What makes a good field: its options, default and uniqueness."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.records.fields import TYPES, is_empty, parse_value, type_of
from app.records.fields.elapsed import ELAPSED
from app.records.folders import KINDS
from app.records.uniqueness import FORBID, WARN, can_be_unique
from app.records.writing import check_reference
from app.workspaces.access import Viewer
from app.workspaces.template.fields import FIELDS, FieldPlan
from models import FieldDef, Folder, Record

MAX_HELP = 1_000
MAX_GROUP = 100
MAX_OPTIONS = 200_000
"""Bytes of JSON."""

STATISTICS: dict[str, FieldPlan] = {
    plan.options["statistic"]: plan
    for plans in FIELDS.values()
    for plan in plans
    if plan.type == "statistics" and (plan.column or plan.key in ELAPSED)
}
"""Those that any folder can have; the others are kept for the fields of one kind."""


def checked_options(session: Session, *, workspace_id: str, type: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a field of this type, complete. Raises InvalidInput naming what is wrong."""
    if type not in TYPES:
        raise InvalidInput(f"type: choose one of {', '.join(TYPES)}.", field="type")
    known = TYPES[type].option_names
    if unknown := sorted(set(options) - known):
        raise InvalidInput(
            f"{unknown[0][:100]}: no option of this type; it has {', '.join(sorted(known)) or 'none'}.",
            field="options",
        )
    if _size(options) > MAX_OPTIONS:
        raise InvalidInput("options: too large.", field="options")
    if type == "statistics" and options.get("statistic") not in STATISTICS:
        raise InvalidInput(f"statistic: choose one of {', '.join(STATISTICS)}.", field="options")
    checked = TYPES[type].check_options(options)
    if TYPES[type].family in ("record", "records"):
        _check_target(session, workspace_id, checked)
    return checked


def _size(options: Mapping[str, Any]) -> int:
    """In bytes of JSON. Raises InvalidInput for what the store's JSON cannot hold, such as numbers of 100 digits."""
    try:
        return len(orjson.dumps(dict(options)))
    except TypeError:
        raise InvalidInput("options: these values cannot be stored.", field="options") from None


def checked_text(name: str, text: str, *, most: int) -> str:
    plain = text.replace("\0", "").strip()
    if len(plain) > most:
        raise InvalidInput(f"{name}: at most {most:,} characters.", field=name)
    return plain


def check_required(field: FieldDef) -> None:
    if field.required and (field.computed or type_of(field).columns & {"stage_id"}):
        raise InvalidInput(f"{field.name}: Sidenote fills this in; nobody can be asked to.", field="required")


def check_unique_mark(field: FieldDef) -> None:
    if field.unique not in ("", WARN, FORBID):
        raise InvalidInput("unique: `warn`, `forbid` or nothing.", field="unique")
    if field.unique and not can_be_unique(field):
        raise InvalidInput(f"unique: values of type {type_of(field).label} cannot be.", field="unique")


def check_default(session: Session, *, viewer: Viewer, field: FieldDef) -> None:
    """A default is kept as a person would write it, and must be understood."""
    if is_empty(field.default):
        field.default = None
        return
    if field.computed or type_of(field).family in ("stage", "records") or field.unique == FORBID:
        raise InvalidInput(f"{field.name}: this field cannot have a default.", field="default")
    try:
        value = parse_value(field, field.default)
        place: dict[str, Any] = {
            "id": "",
            "workspace_id": field.workspace_id,
            "folder_id": field.folder_id,
            "kind": "",
            "name": "",
        }
        blank = Record(**place, created_at=utcnow(), updated_at=utcnow())
        check_reference(session, viewer=viewer, record=blank, field=field, value=value)
    except InvalidInput as error:
        raise InvalidInput(f"default: {error.message}", field="default") from None


def _check_target(session: Session, workspace_id: str, options: dict[str, Any]) -> None:
    """A reference leads to a folder of the workspace, or to records of a kind."""
    if folder_id := options.get("folder"):
        here = select(col(Folder.id)).where(col(Folder.id) == str(folder_id), col(Folder.workspace_id) == workspace_id)
        if session.scalar(here) is None:
            raise InvalidInput("folder: this folder does not exist.", field="options")
    elif options["kind"] not in KINDS:
        raise InvalidInput(f"kind: choose one of {', '.join(KINDS)}.", field="options")
