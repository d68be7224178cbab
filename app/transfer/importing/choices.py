"""What a file needs that its folder does not have yet: fields for its columns, and choices of dropdowns."""

from collections.abc import Mapping

from sqlmodel import Session

from app.records.fields.choices import choices_of
from app.records.fieldwork.changing import change_field
from app.records.fieldwork.making import NewField, create_field
from app.records.schema import folder_seen, schema_of
from app.transfer.mapping import Plan
from app.workspaces.access import Viewer
from models import Import


def make_fields(session: Session, *, viewer: Viewer, taken: Import, plan: Plan) -> Plan:
    """The plan with a field for each column that asks for a new one; they are made first.

    Raises Forbidden unless the viewer may configure, InvalidInput or Conflict where a field cannot be made.
    """
    asked = [column for column in plan.columns if column.create and not column.field]
    if not asked or not plan.create_fields:
        return plan
    for column in asked:
        if column.create:
            wanted = NewField(name=column.create.name, type=column.create.type, options=column.create.options)
            made = create_field(session, viewer=viewer, folder_id=taken.folder_id, plan=wanted)
            column.field, column.create = made.key, None
    taken.plan = plan.model_dump(mode="json")
    session.add(taken)
    session.flush()
    return plan


def add_choices(session: Session, *, viewer: Viewer, folder_id: str, wanted: Mapping[str, Mapping[str, str]]) -> bool:
    """Give fields the choices that they do not have, by key and case-folded label; whether there were any.

    Raises Forbidden unless the viewer may configure, Conflict where a field would get too many.
    """
    schema = schema_of(session, folder=folder_seen(session, viewer=viewer, folder_id=folder_id), viewer=viewer)
    added = False
    for key, labels in wanted.items():
        if not labels or not schema.has(key):
            continue
        field = schema.field(key)
        known = {choice[name].casefold() for choice in choices_of(field) for name in ("value", "label")}
        fresh = [{"value": label, "label": label} for folded, label in labels.items() if folded not in known]
        if fresh:
            choices = [*choices_of(field), *fresh]
            change_field(session, viewer=viewer, field_id=field.id, changes={"options": {"choices": choices}})
            added = True
    return added
