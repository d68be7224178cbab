"""New fields."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import Conflict, InvalidInput
from app.core.ids import new_id
from app.records.configuring import plain_name, tell
from app.records.fieldwork.checks import (
    MAX_GROUP,
    MAX_HELP,
    STATISTICS,
    check_default,
    check_required,
    check_unique_mark,
    checked_options,
    checked_text,
)
from app.records.fieldwork.filling import fill_in
from app.records.fieldwork.following import hold_fields, settle
from app.records.fieldwork.naming import key_for
from app.records.schema import folder_of_kind, folder_seen
from app.workspaces.access import Viewer, require_power
from models import FieldDef, Folder

MAX_FIELDS = 300
COMPUTED = ("formula", "rollup", "statistics", "auto_number")


@dataclass(frozen=True, slots=True)
class NewField:
    """A field to be made; the attributes are those of `FieldDef`.

    `options` are those of the type. Of `records` also `inverse_name`: what the other folder calls its side.
    """

    name: str
    type: str
    options: dict[str, Any] = field(default_factory=dict)
    required: bool = False
    unique: str = ""
    default: Any = None
    help: str = ""
    group: str = ""
    key: str | None = None
    """Only to make a field as it was elsewhere; by itself it follows from the name."""


def create_field(session: Session, *, viewer: Viewer, folder_id: str, plan: NewField) -> FieldDef:
    """A field after the others of a folder. Raises Forbidden, NotFound, InvalidInput, Conflict beyond MAX_FIELDS."""
    require_power(viewer, "config")
    folder = folder_seen(session, viewer=viewer, folder_id=folder_id)
    hold_fields(session, viewer)
    options = dict(plan.options)
    inverse_name = options.pop("inverse_name", None) if plan.type == "records" else None
    made = _make(session, viewer, folder, plan, options)
    if inverse_name is not None:
        _make_inverse(session, viewer, folder, made, str(inverse_name))
    return made


def _make(session: Session, viewer: Viewer, folder: Folder, plan: NewField, options: dict[str, Any]) -> FieldDef:
    others = _fields_in(session, folder)
    active = [other for other in others if other.archived_at is None]
    if len(active) >= MAX_FIELDS:
        raise Conflict(f"A folder has at most {MAX_FIELDS} fields: archive one first.")
    key = _key(plan, [other.key for other in others])
    if plan.type == "records":
        options.setdefault("label", key)
    made = FieldDef(
        id=new_id(),
        workspace_id=folder.workspace_id,
        folder_id=folder.id,
        key=key,
        name=plain_name(plan.name, taken=[other.name for other in active]),
        type=plan.type,
        options=checked_options(session, workspace_id=folder.workspace_id, type=plan.type, options=options),
        required=plan.required,
        unique=plan.unique,
        default=plan.default,
        help=checked_text("help", plan.help, most=MAX_HELP),
        group=checked_text("group", plan.group, most=MAX_GROUP),
        computed=plan.type in COMPUTED,
        position=1 + max((other.position for other in others), default=-1),
    )
    _complete(session, viewer, made, active)
    session.add(made)
    session.flush()
    tell(session, viewer, "field.created", made, {"folder_id": folder.id, "key": key, "name": made.name})
    settle(session, field=made)
    fill_in(session, field=made)
    return made


def _complete(session: Session, viewer: Viewer, made: FieldDef, active: Sequence[FieldDef]) -> None:
    if made.type == "statistics":
        plan = STATISTICS[made.options["statistic"]]
        made.column, made.options = plan.column, dict(plan.options)
    if made.type == "records" and any(_is_same_link(made, other) for other in active):
        raise InvalidInput("label: another field shows these links already: choose another label.", field="options")
    check_required(made)
    check_unique_mark(made)
    check_default(session, viewer=viewer, field=made)


def _make_inverse(session: Session, viewer: Viewer, folder: Folder, made: FieldDef, name: str) -> None:
    options = made.options
    if options.get("folder"):
        other = folder_seen(session, viewer=viewer, folder_id=options["folder"])
    else:
        other = folder_of_kind(session, workspace_id=folder.workspace_id, kind=options["kind"])
    back = {"folder": folder.id, "label": options["label"], "inverse": not options["inverse"]}
    _make(session, viewer, other, NewField(name=name, type="records"), back)


def _fields_in(session: Session, folder: Folder) -> Sequence[FieldDef]:
    return session.scalars(select(FieldDef).where(col(FieldDef.folder_id) == folder.id)).all()


def _key(plan: NewField, taken: list[str]) -> str:
    if plan.key is None:
        return key_for(plan.name, taken=taken)
    if key_for(plan.key, taken=taken) != plan.key:
        raise InvalidInput(f"key: {plan.key[:100]} is taken or not made of a-z, 0-9 and _.", field="key")
    return plan.key


def _is_same_link(made: FieldDef, other: FieldDef) -> bool:
    same = ("label", "inverse", "folder", "kind")
    return other.type == "records" and all(made.options.get(name) == other.options.get(name) for name in same)
