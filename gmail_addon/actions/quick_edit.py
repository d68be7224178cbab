"""A value of a record changed where it stands."""

from sqlmodel import Session

from app.core.errors import Conflict, InvalidInput
from app.core.hot import reading
from app.records.seen import seen_by_id
from app.records.service import record_to_change, update_record
from app.records.writing import read_value
from gmail_addon.actions.registry import Done, writes
from gmail_addon.field_inputs import Input
from gmail_addon.layouts.record.quick_edit import KEYS, field_form
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, parameter
from gmail_addon.record_form import digest, inputs_for, schema_for
from gmail_addon.responses import Navigation, push, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t


def _chosen(visit: Visit) -> str:
    """Tells apart what one input was changed to, one after the other."""
    values = visit.event.form.choices(f"f.{parameter(visit, 'field')}") or ()
    moment = visit.event.form.date(f"f.{parameter(visit, 'field')}")
    return digest((*values, str(moment or "")))


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    record_id = id_parameter(visit, "record")
    with reading(visit.addon.engine) as reader:
        record = seen_by_id(reader, viewer=visit.viewer, record_id=record_id)
    if record is None:
        return None
    one, form = _input(visit, record.folder_id), visit.event.form
    was = parameter(visit, "was")
    again = field_form(visit, record_id=record_id, one=one, typed=one.typed(form), was=was, error=error)
    return update(again) if visit.event.parameters.get("form") else push(again)


@writes("set_field", again=_again, choice=_chosen)
def set_field(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """Refused where somebody else changed the very field since the card was drawn."""
    record = record_to_change(session, viewer=visit.viewer, record_id=id_parameter(visit, "record"))
    one = _input(visit, record.folder_id)
    now, typed = read_value(record, one.field), one.typed(visit.event.form)
    if digest(one.shown(now)) not in (parameter(visit, "was"), digest(typed)):
        raise Conflict(t("{field} was changed meanwhile: refresh the card and look.", field=one.field.name))
    update_record(
        session, viewer=visit.viewer, record_id=record.id, values={one.key: one.value(typed, now)}, via="card"
    )
    return Done(t("{field} saved", field=t(one.field.name)))


def _input(visit: Visit, folder_id: str) -> Input:
    key = parameter(visit, "field")
    schema = schema_for(visit, visit.catalog.folders[folder_id])
    inputs = inputs_for(visit, schema, [key] if key in KEYS else [])
    if not inputs:
        raise InvalidInput("This button is out of date: refresh the card and try again.", field="field")
    return inputs[0]
