"""The card beside the open message: which layout fits it."""

from app.core.errors import NotFound, SidenoteError
from app.core.hot import Reader
from app.records.seen import seen_by_id
from gmail_addon.card_types import Card
from gmail_addon.cards import card, card_action, header, section
from gmail_addon.layouts.forms.contact_form import ContactDraft
from gmail_addon.layouts.frame import top
from gmail_addon.layouts.mail.hidden import hidden_card
from gmail_addon.layouts.mail.people import people_card
from gmail_addon.layouts.mail.stranger import stranger_card
from gmail_addon.layouts.record.card import record_card
from gmail_addon.lookup import Attendee, Opened
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, text_paragraph
from gmail_addon.wording import t


def message_card(visit: Visit, reader: Reader, *, opened: Opened) -> Card:
    home = opened.deal
    if home and home.id and (deal := seen_by_id(reader, viewer=visit.viewer, record_id=home.id)):
        return record_card(visit, reader, record=deal, opened=opened)
    if len(opened.people) == 1:
        return attendee_card(visit, reader, attendee=opened.people[0], opened=opened)
    if opened.people:
        return people_card(visit, reader, opened=opened)
    return _nobody(visit, opened)


def attendee_card(visit: Visit, reader: Reader, *, attendee: Attendee, opened: Opened) -> Card:
    """Layout A, B or H for one person of the open message."""
    if attendee.person:
        return record_card(visit, reader, record=attendee.person, opened=opened)
    if attendee.is_hidden:
        return hidden_card(visit, attendee=attendee, opened=opened)
    return stranger_card(visit, reader, attendee=attendee, opened=opened)


def refused_card(visit: Visit, reader: Reader, *, opened: Opened, draft: ContactDraft, error: SidenoteError) -> Card:
    """Layout B with the form as it was filled in, and what is wrong with it."""
    key = visit.at.removeprefix("attendee:") if visit.at else ""
    strangers = [attendee for attendee in opened.people if key in ("", attendee.address)]
    if not strangers:
        raise NotFound("This person does not take part in the open email.")
    return stranger_card(visit, reader, attendee=strangers[0], opened=opened, draft=draft, error=error)


def _nobody(visit: Visit, opened: Opened) -> Card:
    """Only colleagues take part, or nobody could tell us who does."""
    if opened.is_stored or opened.headers:
        told, title = t("Only colleagues take part in this email."), opened.subject or t("(no subject)")
    else:
        told, title = t("Gmail could not be asked who takes part in this email."), t("This email")
    retry = button_list(button(t("Retry"), visit.ask("refresh")))
    widgets = [text_paragraph(told)] if opened.is_stored or opened.headers else [text_paragraph(told), retry]
    return card(
        *top(visit, opened),
        section(*widgets),
        header=header(title),
        actions=[card_action(t("Refresh"), visit.ask("refresh"))],
    )
