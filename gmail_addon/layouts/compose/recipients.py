"""Who gets the mail being written: each outside person with their company and deal, and a warning where one is due."""

from app.records.address_kinds import is_group, is_no_reply
from app.workspaces.access import may_create
from gmail_addon.card_types import Button, Section, Widget
from gmail_addon.cards import section
from gmail_addon.composing import Composing
from gmail_addon.layouts.mail.people import company_of
from gmail_addon.layouts.parts import brief
from gmail_addon.lookup import Attendee
from gmail_addon.text import RED, color, lines
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import t


def recipients_section(visit: Visit, made: Composing) -> Section:
    rows = [_row(visit, made, attendee) for attendee in made.people] or [_nobody(visit)]
    again = button(t("Refresh recipients"), visit.ask("refresh"))
    return section(*rows, button_list(again), header=t("Recipients"))


def _nobody(visit: Visit) -> Widget:
    if visit.draft and visit.draft.people:
        return text_paragraph(t("Only colleagues get this mail, so it stays out of Sidenote."))
    return text_paragraph(t("Write to somebody, then refresh: this card cannot see what you type."))


def _row(visit: Visit, made: Composing, attendee: Attendee) -> Widget:
    company = company_of(attendee)
    facts = [_state(attendee), company.name if company else "", _deal(made, attendee)]
    person = attendee.person
    return decorated_text(
        _named(attendee),
        icon=icon("PERSON", attendee.address),
        bottom_label=" · ".join(fact for fact in facts if fact) or attendee.address,
        on_click=visit.ask("open_record", id=person.id) if person else None,
        button=_new_contact(visit, attendee),
    )


def _named(attendee: Attendee) -> str:
    person = attendee.person
    if person and person.data.get("do_not_email"):
        return lines(brief(attendee.name), color(t("Asked not to get email"), RED))
    return brief(attendee.name)


def _state(attendee: Attendee) -> str:
    if attendee.is_hidden:
        return t("With {owner}", owner=attendee.kept_by or t("someone else"))
    return "" if attendee.person else t("Not in Sidenote yet")


def _deal(made: Composing, attendee: Attendee) -> str:
    """Their likeliest open deal. Of those out of the viewer's sight, nothing is told."""
    found = None if attendee.is_hidden else next((one.deal for one in made.deals if one.is_of(attendee)), None)
    return t("{deal}: {stage}", deal=found.name, stage=t(found.stage)) if found else ""


def _new_contact(visit: Visit, attendee: Attendee) -> Button | None:
    folder = visit.catalog.folder_of("contact")
    machine = is_no_reply(attendee.address) or is_group(attendee.address)
    if attendee.person or attendee.is_hidden or machine or not (folder and may_create(visit.viewer, folder.id)):
        return None
    return button(t("New contact"), visit.tell("add_recipient", address=attendee.address))
