"""A company: what is known of it, its open deals, people and timeline."""

from app.core.hot import Reader
from app.timeline.feed import newest_entries
from app.timeline.glance import due_tasks, open_deals
from gmail_addon.card_types import Card, Section, Widget
from gmail_addon.cards import card, fixed_footer, header, section
from gmail_addon.layouts.frame import reconnect_sections
from gmail_addon.layouts.parts import (
    BRAND,
    SHOWN_ENTRIES,
    brief,
    deal_widgets,
    follow_up_widgets,
    task_widgets,
    timeline_section,
)
from gmail_addon.reads import CompanySeen, colleagues_at
from gmail_addon.text import link
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, decorated_text, icon
from gmail_addon.wording import t


def company_card(visit: Visit, reader: Reader, *, company: CompanySeen) -> Card:
    entries = newest_entries(reader, viewer=visit.viewer, record_id=company.id, limit=SHOWN_ENTRIES + 1)
    deals = open_deals(reader, viewer=visit.viewer, company_id=company.id)
    rows = [widget for deal in deals for widget in deal_widgets(visit, deal)]
    tasks = due_tasks(reader, viewer=visit.viewer, record_id=company.id)
    remind = follow_up_widgets(visit, record_id=company.id, title=t("Follow up with {name}", name=company.name))
    parts = [
        *reconnect_sections(visit),
        _facts(visit, company),
        section(*rows, header=t("Open deals")) if rows else None,
        _people(visit, reader, company),
        section(*task_widgets(visit, tasks), *remind, header=t("Next")),
        timeline_section(visit, entries, record_id=company.id),
    ]
    return card(
        *[part for part in parts if part],
        header=header(company.name, subtitle=company.data.get("industry") or t("Company")),
        name=visit.at,
        footer=fixed_footer(button(t("Add note"), visit.ask("note_form", record=company.id), filled=BRAND)),
    )


def _facts(visit: Visit, company: CompanySeen) -> Section:
    widgets: list[Widget] = []
    if domain := company.data.get("domain"):
        widgets.append(decorated_text(link(domain, f"https://{domain}/"), icon=icon("STORE", t("Website"))))
    for phone in company.data.get("phone") or []:
        widgets.append(decorated_text(brief(phone), icon=icon("PHONE", t("Phone"))))
    owner = t("you") if company.owner_id == visit.viewer.member_id else company.owner_name or t("nobody yet")
    widgets.append(decorated_text(t("Looked after by {owner}", owner=owner), icon=icon("PERSON", t("Owner"))))
    return section(*widgets)


def _people(visit: Visit, reader: Reader, company: CompanySeen) -> Section | None:
    people = colleagues_at(reader, viewer=visit.viewer, company_id=company.id)
    rows = [
        decorated_text(
            brief(person.name),
            icon=icon("PERSON"),
            bottom_label=person.title,
            on_click=visit.ask("open_person", id=person.id),
        )
        for person in people
    ]
    return section(*rows, header=t("People"), shown=3) if rows else None
