"""Notes."""

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.timeline.notes import add_note
from gmail_addon.actions.registry import Done, writes
from gmail_addon.layouts.note_form import note_form
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter
from gmail_addon.responses import Navigation, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    text = visit.event.form.text("note") or ""
    return update(note_form(visit, record_id=id_parameter(visit, "record"), text=text, error=error))


@writes("add_note", again=_again)
def write_note(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    record_id = id_parameter(visit, "record")
    add_note(session, viewer=visit.viewer, record_ids=[record_id], text=visit.event.form.text("note") or "")
    return Done(t("Note saved"))
