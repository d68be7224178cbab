"""Giving a field another type or stricter options: first a look at what would be lost, then the change itself.

The field and its values change in one transaction, so that nobody ever reads a value of one type as another. Where
there are many records, a job carries it out.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import insert_rows
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import Conflict, InvalidInput
from app.core.ids import new_id
from app.core.jobs import JobContext, enqueue, job
from app.records.computed import refresh
from app.records.configuring import tell
from app.records.fields import type_of
from app.records.fieldwork.changing import field_to_change
from app.records.fieldwork.checks import check_default, checked_options
from app.records.fieldwork.converting import can_become
from app.records.fieldwork.filling import count_records, forget_unique, next_records, write_down
from app.records.fieldwork.following import settle
from app.records.fieldwork.outcomes import Example, TypeChange, outcomes
from app.records.uniqueness import can_be_unique
from app.records.uses import uses_of_field
from app.workspaces.access import Viewer, viewer_by_id
from models import FieldChange, FieldDef, Record

AT_ONCE = 2_000
LOOKED_AT = 20_000
Options = Mapping[str, Any] | None


def preview_type_change(
    session: Session, *, viewer: Viewer, field_id: str, type: str, options: Options = None
) -> TypeChange:
    """What `change_type` would do. Raises Conflict where the field cannot have this type, InvalidInput for options."""
    field = field_to_change(session, viewer=viewer, field_id=field_id)
    return _preview(session, field, _planned(session, field, type, options))


def change_type(session: Session, *, viewer: Viewer, field_id: str, type: str, options: Options = None) -> TypeChange:
    """Give a field another type, and its values with it; history keeps what they were.

    Above AT_ONCE records a job does it, and the answer is the preview in the state `running`. Raises what
    `preview_type_change` does, and InvalidInput where formulas need the field as it was.
    """
    field = field_to_change(session, viewer=viewer, field_id=field_id)
    new = _planned(session, field, type, options)
    if count_records(session, field) <= AT_ONCE:
        return _carry_out(session, viewer, field, new)
    given = dict(options or {})
    enqueue(session, retype_field, field.id, type, given, viewer.member_id, key=f"{field.id}:{new_id()}")
    change = _preview(session, field, new)
    change.state = "running"
    return change


@job("records.retype-field")
def retype_field(context: JobContext, field_id: str, type: str, options: dict[str, Any], member_id: str) -> None:
    """In one transaction, a batch at a time."""
    with transaction(context.engine) as session:
        viewer = viewer_by_id(session, member_id)
        field = field_to_change(session, viewer=viewer, field_id=field_id)
        _carry_out(session, viewer, field, _planned(session, field, type, options))


def _planned(session: Session, field: FieldDef, type: str, options: Options) -> FieldDef:
    """The field as it is to be, beside the stored one."""
    given = dict(options or {})
    if type == field.type:
        known = type_of(field).option_names
        given = {name: value for name, value in field.options.items() if name in known} | given
    if type in ("dropdown", "tags") and "choices" not in given:
        given.setdefault("open", True)
    checked = checked_options(session, workspace_id=field.workspace_id, type=type, options=given)
    if not can_become(field, type):
        raise Conflict(f"{field.name}: a field of type {type_of(field).label} cannot become {type}.", field="type")
    return FieldDef(**{**field.model_dump(), "type": type, "options": checked, "computed": False})


def _preview(session: Session, field: FieldDef, new: FieldDef) -> TypeChange:
    here = select(col(Record.id), col(Record.data)).where(col(Record.folder_id) == field.folder_id)
    rows = session.execute(here.order_by(col(Record.id).desc()).limit(LOOKED_AT)).all()
    change = TypeChange(count_records(session, field), looked_at=len(rows), used_by=uses_of_field(session, field))
    for outcome in outcomes(session, field, new, [(row.id, row.data) for row in rows]):
        change.note(outcome)
    return change


def _carry_out(session: Session, viewer: Viewer, field: FieldDef, new: FieldDef) -> TypeChange:
    """Values first, then the field and what depends on it."""
    change = TypeChange(count_records(session, field), state="done", used_by=uses_of_field(session, field))
    changed = _convert_values(session, viewer, field, new, change)
    before = field.type
    forget_unique(session, field=field)
    field.type, field.options, field.computed = new.type, new.options, new.computed
    field.unique = field.unique if can_be_unique(new) else ""
    _keep_default(session, viewer, field)
    counts = {"kept": change.kept, "converted": change.converted, "lost": change.lost}
    tell(session, viewer, "field.retyped", field, {"from": before, "to": field.type, **counts})
    settle(session, field=field)
    write_down(session, field=field, before=before)
    refresh(session, workspace_id=field.workspace_id, record_ids=changed, changes={field.key: (None, None)})
    return change


def _convert_values(session: Session, viewer: Viewer, field: FieldDef, new: FieldDef, change: TypeChange) -> list[str]:
    """Returns the ids of the records whose value is another one now."""
    changed: list[str] = []
    after, batch = "", new_id()
    while records := next_records(session, field, after):
        found = {each.record_id: each for each in outcomes(session, field, new, [(r.id, r.data) for r in records])}
        moved = {record_id: each for record_id, each in found.items() if each.after != each.before}
        for outcome in found.values():
            change.note(outcome)
        for record in records:
            if record.id in moved:
                record.data = {**record.data, field.key: moved[record.id].after}
                record.version += 1
                session.add(record)
        insert_rows(session, FieldChange, [_history(viewer, field, batch, each) for each in moved.values()])
        session.flush()
        change.looked_at += len(records)
        changed += moved
        after = records[-1].id
    return changed


def _history(viewer: Viewer, field: FieldDef, batch: str, outcome: Example) -> dict[str, Any]:
    return {
        "id": new_id(),
        "workspace_id": field.workspace_id,
        "record_id": outcome.record_id,
        "batch": batch,
        "key": field.key,
        "old": outcome.before,
        "new": outcome.after,
        "member_id": viewer.member_id,
        "changed_at": utcnow(),
    }


def _keep_default(session: Session, viewer: Viewer, field: FieldDef) -> None:
    """A default that the new type does not understand goes."""
    try:
        check_default(session, viewer=viewer, field=field)
    except InvalidInput:
        field.default = None
