"""Clicks that only show: records, people of the email, older entries, forms."""

from datetime import UTC, datetime

from app.core.database import confine, transaction
from app.core.errors import InvalidInput
from app.records.service import get_record
from app.timeline.feed import entries_before
from gmail_addon.actions.registry import shows
from gmail_addon.layouts.contact_form import ContactDraft, contact_form
from gmail_addon.layouts.note_form import note_form
from gmail_addon.layouts.places import card_at, root_card
from gmail_addon.layouts.timeline import PAGE, timeline_card
from gmail_addon.parameters import id_parameter, parameter
from gmail_addon.responses import Response, push, render_action, update
from gmail_addon.visit import Visit


@shows("open_record")
def open_record(visit: Visit) -> Response:
    return render_action(push(card_at(visit, f"record:{id_parameter(visit, 'id')}")))


@shows("open_attendee")
def open_attendee(visit: Visit) -> Response:
    return render_action(push(card_at(visit, f"attendee:{parameter(visit, 'address')}")))


@shows("refresh")
def refresh(visit: Visit) -> Response:
    return render_action(update(card_at(visit, visit.at) if visit.at else root_card(visit)))


@shows("timeline")
def timeline(visit: Visit) -> Response:
    """The page of a record's timeline that follows the entry shown last."""
    record_id = id_parameter(visit, "record")
    before = (_moment(parameter(visit, "before")), id_parameter(visit, "entry"))
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        name = get_record(session, viewer=visit.viewer, record_id=record_id).name
        entries = entries_before(session, viewer=visit.viewer, record_id=record_id, before=before, limit=PAGE + 1)
    return render_action(push(timeline_card(visit, record_id=record_id, name=name, entries=entries)))


@shows("note_form")
def open_note_form(visit: Visit) -> Response:
    return render_action(push(note_form(visit, record_id=id_parameter(visit, "record"))))


@shows("contact_form")
def open_contact_form(visit: Visit) -> Response:
    return render_action(push(contact_form(visit, ContactDraft())))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput("This button is out of date: refresh the card and try again.", field="before") from None
