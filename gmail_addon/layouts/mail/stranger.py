"""Layout B: a sender who is in no folder yet. Who it may already be, a filled-in form, and a way never to be asked."""

from app.core.errors import SidenoteError
from app.core.freemail import is_freemail
from app.core.hot import Reader
from app.records.address_kinds import is_no_reply
from app.records.keys import company_name_from_domain
from app.timeline.matters import company_deals
from app.workspaces.access import may_create
from gmail_addon.card_types import Card, CardAction, Footer, Section, Widget
from gmail_addon.cards import card, card_action, fixed_footer, header, section
from gmail_addon.layouts.forms.contact_form import ContactDraft, contact_widgets
from gmail_addon.layouts.frame import top
from gmail_addon.layouts.parts import BRAND, brief, deal_widgets, problem
from gmail_addon.layouts.record.stage import may_make_deals
from gmail_addon.lookup import Attendee, Opened
from gmail_addon.reads import Namesake, namesakes
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import t
from sync.parse.signature import Details
from sync.proposals import letter_held, signature_of
from sync.proposals.signed import is_fuller


def stranger_card(
    visit: Visit,
    reader: Reader,
    *,
    attendee: Attendee,
    opened: Opened,
    draft: ContactDraft | None = None,
    error: SidenoteError | None = None,
) -> Card:
    """Three statements: people of the same name, the deals of the domain's company, and what the sender's mail says."""
    machine = is_no_reply(attendee.address) or opened.is_automatic
    parts = [
        *top(visit, opened),
        _company(visit, reader, attendee),
        _duplicates(visit, reader, attendee),
        _form(visit, draft or draft_for(visit, reader, attendee, opened), error, folded=machine and not error),
        _never(visit, attendee),
    ]
    return card(
        *[part for part in parts if part],
        header=header(attendee.name, subtitle=attendee.address),
        name=visit.at or None,
        actions=[
            *_deal_entry(visit, machine),
            *_lead_entry(visit, attendee),
            card_action(t("Refresh"), visit.ask("refresh")),
        ],
        footer=None if machine or not may_make_deals(visit) else _footer(visit),
    )


def _footer(visit: Visit) -> Footer:
    return fixed_footer(button(t("New deal"), visit.ask("deal_form"), filled=BRAND))


def _deal_entry(visit: Visit, machine: bool) -> list[CardAction]:
    """In the menu alone beside a newsletter, which seldom leads to a deal."""
    return [card_action(t("New deal"), visit.ask("deal_form"))] if machine and may_make_deals(visit) else []


def _lead_entry(visit: Visit, attendee: Attendee) -> list[CardAction]:
    """For someone who may not be a customer yet, where the viewer may make leads."""
    folder = visit.catalog.folder_of("lead")
    if folder is None or not may_create(visit.viewer, folder.id):
        return []
    known = {"preset.name": attendee.name[:200], "preset.email": attendee.address}
    return [card_action(t("New lead"), visit.ask("new_record", kind="lead", **known))]


def draft_for(visit: Visit, reader: Reader, attendee: Attendee, opened: Opened) -> ContactDraft:
    """What the From header, the domain and the signature tell; one statement if they wrote the email themselves."""
    known = _signature(visit, reader, attendee, opened)
    guessed = "" if attendee.firm or is_freemail(attendee.domain) else company_name_from_domain(attendee.domain)
    return ContactDraft(
        name=known.name if is_fuller(known.name, attendee.name) else attendee.name,
        email=attendee.address,
        title=known.title,
        phone=next(iter(known.phones), ""),
        company="" if attendee.firm else known.company or guessed,
        firm=attendee.firm,
    )


def _signature(visit: Visit, reader: Reader, attendee: Attendee, opened: Opened) -> Details:
    if attendee.role != "from" or not opened.is_stored:
        return Details()
    held = letter_held(reader, viewer=visit.viewer, gmail_id=opened.gmail_id)
    return (signature_of(held[0]) if held else None) or Details()


def _company(visit: Visit, reader: Reader, attendee: Attendee) -> Section | None:
    if attendee.firm is None:
        return None
    deals = company_deals(reader, viewer=visit.viewer, company_id=attendee.firm.id)
    opens = visit.ask("open_record", id=attendee.firm.id)
    row = decorated_text(brief(attendee.firm.name), icon=icon("STORE", t("Company")), on_click=opens)
    return section(row, *[widget for deal in deals for widget in deal_widgets(visit, deal)])


def _duplicates(visit: Visit, reader: Reader, attendee: Attendee) -> Section | None:
    found = namesakes(reader, viewer=visit.viewer, name=attendee.name)
    rows = [_duplicate(visit, attendee, namesake) for namesake in found]
    return section(*rows, header=t("Already in Sidenote?")) if rows else None


def _duplicate(visit: Visit, attendee: Attendee, namesake: Namesake) -> Widget:
    same = visit.tell("add_address", id=namesake.id, address=attendee.address)
    known_by = ", ".join(namesake.addresses[:2])
    return decorated_text(
        brief(namesake.name),
        icon=icon("PERSON"),
        bottom_label=" · ".join(part for part in (namesake.company, known_by) if part),
        on_click=visit.ask("open_record", id=namesake.id),
        button=button(t("Same person"), same),
    )


def _form(visit: Visit, draft: ContactDraft, error: SidenoteError | None, *, folded: bool) -> Section:
    """Folded away for newsletters and machines, who seldom become contacts."""
    widgets = [*problem(error), *contact_widgets(visit, draft)]
    return section(*widgets, header=t("New contact"), shown=0 if folded else None)


def _never(visit: Visit, attendee: Attendee) -> Section:
    """A button for the address and one for its domain; in place of each, what the viewer decided already."""
    told, buttons = [], []
    if attendee.never_address:
        told.append(text_paragraph(t("You never log {value}", value=attendee.address)))
    else:
        address = visit.tell("never_log", kind="address", value=attendee.address)
        buttons.append(button(t("Never log this sender"), address))
    if attendee.never_domain:
        told.append(text_paragraph(t("You never log {value}", value=attendee.domain)))
    elif attendee.domain and not is_freemail(attendee.domain):
        domain = visit.tell("never_log", kind="domain", value=attendee.domain)
        buttons.append(button(t("Never log {domain}", domain=attendee.domain), domain))
    return section(*told, *([button_list(*buttons)] if buttons else []))
