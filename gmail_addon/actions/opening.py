"""Clicks that only show: records, people of the email, older entries, forms."""

from gmail_addon.actions.registry import shows
from gmail_addon.layouts.forms.contact_form import ContactDraft, contact_form
from gmail_addon.layouts.forms.note_form import note_form
from gmail_addon.layouts.places import card_at, root_card
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


@shows("note_form")
def open_note_form(visit: Visit) -> Response:
    return render_action(push(note_form(visit, record_id=id_parameter(visit, "record"))))


@shows("contact_form")
def open_contact_form(visit: Visit) -> Response:
    """What was looked for and not found may be the new contact's name or address."""
    given = visit.event.parameters
    return render_action(
        push(contact_form(visit, ContactDraft(name=given.get("name", ""), email=given.get("email", ""))))
    )
