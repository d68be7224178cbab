"""Layout A: a contact or lead that the viewer knows, beside their email or on its own."""

from app.core.hot import Reader
from app.timeline.glance import Glance, Person, glance
from gmail_addon.card_types import Card, CardAction, Icon, Section, Widget
from gmail_addon.cards import card, card_action, fixed_footer, header, section
from gmail_addon.clicks import open_link
from gmail_addon.layouts.frame import top
from gmail_addon.layouts.parts import BRAND, brief, deal_widgets, follow_up_widgets, task_widgets, timeline_section
from gmail_addon.lookup import Opened
from gmail_addon.text import is_linkable
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, decorated_text, icon
from gmail_addon.wording import money, t


def contact_card(visit: Visit, reader: Reader, *, person: Person, opened: Opened | None) -> Card:
    """`opened` is the message it stands beside; None when it is reached from elsewhere. Three statements."""
    known = glance(reader, viewer=visit.viewer, person=person)
    parts = [
        *top(visit, opened),
        _facts(visit, person),
        _deals(visit, known),
        _next(visit, known, person),
        timeline_section(visit, known.entries, record_id=person.id),
    ]
    return card(
        *[part for part in parts if part],
        header=header(person.name, subtitle=subtitle(person)),
        name=visit.at or None,
        actions=_menu(visit, person),
        footer=fixed_footer(
            button(t("New deal"), visit.ask("deal_form", person=person.id), filled=BRAND),
            button(t("Add note"), visit.ask("note_form", record=person.id)),
        ),
    )


def subtitle(person: Person) -> str:
    """`Head of IT at Acme`, as far as it is known."""
    title, company = person.data.get("title"), person.company.name if person.company else None
    if title and company:
        return t("{title} at {company}", title=title, company=company)
    return title or company or (t("Lead") if person.kind == "lead" else t("Contact"))


def _facts(visit: Visit, person: Person) -> Section | None:
    widgets: list[Widget] = []
    if person.company:
        opens = visit.ask("open_company", id=person.company.id)
        widgets.append(decorated_text(brief(person.company.name), icon=icon("STORE", t("Company")), on_click=opens))
    for address in (person.data.get("email") or [])[:2]:
        widgets.append(_reachable(address, f"mailto:{address}", icon("EMAIL", t("Email"))))
    for phone in (person.data.get("phone") or [])[:2]:
        widgets.append(_reachable(phone, f"tel:{''.join(phone.split())}", icon("PHONE", t("Phone"))))
    mine = person.owner_id == visit.viewer.member_id
    owner = t("you") if mine else person.owner_name or t("nobody yet")
    owned = t("Looked after by {owner}", owner=owner)
    widgets.append(decorated_text(owned, icon=icon("PERSON", t("Owner")), bottom_label=person.lifecycle))
    return section(*widgets, shown=3)


def _reachable(text: str, url: str, start: Icon) -> Widget:
    return decorated_text(brief(text), icon=start, on_click=open_link(url) if is_linkable(url) else None)


def _deals(visit: Visit, known: Glance) -> Section | None:
    if not known.deals:
        return None
    rows = [widget for deal in known.deals for widget in deal_widgets(visit, deal)]
    if known.open_count == 1:
        return section(*rows, header=t("Open deal"))
    if known.open_value is None:
        return section(*rows, header=t("{count} open deals", count=known.open_count))
    total = money(known.open_value, known.deals[0].currency)
    return section(*rows, header=t("{count} open deals · {total}", count=known.open_count, total=total))


def _next(visit: Visit, known: Glance, person: Person) -> Section:
    remind = follow_up_widgets(visit, record_id=person.id, title=t("Follow up with {name}", name=person.name))
    return section(*task_widgets(visit, known.tasks), *remind, header=t("Next"))


def _menu(visit: Visit, person: Person) -> list[CardAction]:
    return [
        card_action(t("Add note"), visit.ask("note_form", record=person.id)),
        card_action(t("Refresh"), visit.ask("refresh")),
    ]
