"""The status of tickets and leads."""

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.records.leads import qualify
from app.records.service import get_record, update_record
from gmail_addon.actions.registry import Done, writes
from gmail_addon.layouts.record.status import KINDS, STATUS, reason_form
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter
from gmail_addon.responses import Navigation, push, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t


def _chosen(visit: Visit) -> str:
    """From the form that asked for a reason, or else from the dropdown."""
    named = visit.event.parameters.get(STATUS) or visit.event.form.choice(f"status.{id_parameter(visit, 'record')}")
    if not named:
        raise InvalidInput("This button is out of date: refresh the card and try again.", field=STATUS)
    return named


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    """Asks for the reason, where one is missing."""
    if error.field != "unqualified_reason":
        return None
    asked = bool(visit.event.parameters.get(STATUS))
    form = reason_form(
        visit,
        record_id=id_parameter(visit, "record"),
        status=_chosen(visit),
        reason=visit.event.form.text("reason") or "",
        error=error if asked else None,
    )
    return update(form) if asked else push(form)


@writes("set_status", again=_again, choice=_chosen)
def set_status(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    record_id, status, viewer = id_parameter(visit, "record"), _chosen(visit), visit.viewer
    record = get_record(session, viewer=viewer, record_id=record_id)
    if record.kind not in KINDS:
        raise InvalidInput("This button is out of date: refresh the card and try again.", field=STATUS)
    if record.kind == "lead":
        reason = (visit.event.form.text("reason") or "").strip() or None
        changed = qualify(session, viewer=viewer, lead_id=record_id, status=status, reason=reason)
    else:
        changed = update_record(session, viewer=viewer, record_id=record_id, values={STATUS: status})
    return Done(t("{name}: {status}", name=changed.name, status=t(changed.status or "")))
