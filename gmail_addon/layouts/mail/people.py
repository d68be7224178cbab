"""Layout C: several people outside the team, one row each; their shared company and its deals stand above."""

from app.core.hot import Reader
from app.records.seen import Seen
from app.timeline.matters import company_deals
from gmail_addon.card_types import Card, Footer, Section, Widget
from gmail_addon.cards import card, card_action, fixed_footer, header, section
from gmail_addon.layouts.frame import top
from gmail_addon.layouts.mail.thread import other_deal_entry
from gmail_addon.layouts.parts import BRAND, brief, deal_widgets
from gmail_addon.layouts.record.stage import may_make_deals
from gmail_addon.lookup import Attendee, Firm, Opened
from gmail_addon.reads import PersonSeen, colleagues_at
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, decorated_text, icon, text_paragraph
from gmail_addon.wording import t, when

SHOWN_PEOPLE = 8


def people_card(visit: Visit, reader: Reader, *, opened: Opened) -> Card:
    """One statement, for the deals of the company that they share."""
    return card(
        *top(visit, opened),
        *_shared(visit, reader, opened),
        people_section(visit, opened.people),
        header=header(
            opened.subject or t("(no subject)"),
            subtitle=t("{count} people outside your team", count=len(opened.people)),
        ),
        actions=[*filter(None, [other_deal_entry(visit, opened)]), card_action(t("Refresh"), visit.ask("refresh"))],
        footer=_footer(visit) if may_make_deals(visit) and not opened.is_automatic else None,
    )


def _footer(visit: Visit) -> Footer:
    return fixed_footer(button(t("New deal"), visit.ask("deal_form"), filled=BRAND))


def people_section(visit: Visit, people: tuple[Attendee, ...]) -> Section:
    rows = [_row(visit, attendee) for attendee in people[:SHOWN_PEOPLE]]
    if len(people) > SHOWN_PEOPLE:
        rows.append(text_paragraph(t("+{count} more", count=len(people) - SHOWN_PEOPLE)))
    return section(*rows, header=t("People"))


def thread_people_section(visit: Visit, _reader: Reader, _record: Seen, opened: Opened | None) -> Section | None:
    """Who takes part in the open email; no statement."""
    return people_section(visit, opened.people) if opened and opened.people else None


def company_people_section(visit: Visit, reader: Reader, company: Seen, _opened: Opened | None) -> Section | None:
    """Those whom we last wrote with; one statement."""
    people = colleagues_at(reader, viewer=visit.viewer, company_id=company.id)
    rows = [
        decorated_text(
            brief(person.name),
            icon=icon("PERSON"),
            bottom_label=" · ".join(filter(None, (person.title, _last_contact(visit, person)))) or None,
            on_click=visit.ask("open_record", id=person.id),
        )
        for person in people
    ]
    return section(*rows, header=t("People"), shown=3) if rows else None


def _last_contact(visit: Visit, person: PersonSeen) -> str:
    last = person.last_activity_at
    return t("Last contact {when}", when=when(last, visit.now, visit.zone)) if last else ""


def company_of(attendee: Attendee) -> Firm | None:
    """The company on their record, else that of their domain."""
    company = attendee.person.company if attendee.person else None
    return Firm(company.id, company.name) if company else attendee.firm


def _row(visit: Visit, attendee: Attendee) -> Widget:
    company = company_of(attendee)
    if attendee.person:
        opens = visit.ask("open_record", id=attendee.person.id)
        state = t("Lead") if attendee.person.kind == "lead" else t("Contact")
    else:
        opens = visit.ask("open_attendee", address=attendee.address)
        state = t("Not in Sidenote yet")
    if attendee.is_hidden:
        state = t("With {owner}", owner=attendee.kept_by or t("someone else"))
    return decorated_text(
        brief(attendee.name),
        icon=icon("PERSON", state),
        bottom_label=" · ".join((state, company.name)) if company else state,
        on_click=opens,
    )


def _shared(visit: Visit, reader: Reader, opened: Opened) -> list[Section]:
    companies = {company for attendee in opened.people if (company := company_of(attendee))}
    if len(companies) != 1:
        return []
    company = companies.pop()
    deals = company_deals(reader, viewer=visit.viewer, company_id=company.id)
    row = decorated_text(
        brief(company.name), icon=icon("STORE", t("Company")), on_click=visit.ask("open_record", id=company.id)
    )
    return [section(row, *[widget for deal in deals for widget in deal_widgets(visit, deal)])]
