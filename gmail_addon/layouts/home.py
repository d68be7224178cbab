"""Layout F: the homepage. What I have to do, where my deals stand, whom I wrote with, and how sync is doing."""

from app.core.hot import Reader
from gmail_addon.card_types import Card, Section, Widget
from gmail_addon.cards import card, card_action, fixed_footer, header, section
from gmail_addon.layouts.frame import RECONNECT, reconnect_sections
from gmail_addon.layouts.parts import BRAND, brief, deal_facts, deal_row, task_widgets
from gmail_addon.reads import my_deals, my_due_tasks, my_recent_people
from gmail_addon.visit import Box, Visit
from gmail_addon.widgets import button, decorated_text, icon, text_paragraph
from gmail_addon.wording import t, when

SYNC_WORDS = {
    "new": "Your mail will be imported in a moment",
    "backfill": "Importing your mail, newest first",
    "resync": "Comparing with Gmail to be sure that nothing is missing",
    RECONNECT: "Waiting for you to reconnect Gmail",
}


def home_card(visit: Visit, reader: Reader) -> Card:
    """Three statements."""
    parts = [
        *reconnect_sections(visit),
        _tasks(visit, reader),
        _deals(visit, reader),
        _recent(visit, reader),
        section(*[_sync_row(visit, box) for box in visit.boxes], header=t("Your mail")),
    ]
    return card(
        *[part for part in parts if part],
        header=header(t("Hello, {name}", name=visit.viewer.name.split()[0])),
        actions=[card_action(t("Refresh"), visit.ask("refresh"))],
        footer=fixed_footer(
            button(t("New contact"), visit.ask("contact_form"), filled=BRAND),
            button(t("New deal"), visit.ask("deal_form")),
        ),
    )


def _tasks(visit: Visit, reader: Reader) -> Section:
    tasks = my_due_tasks(reader, visit=visit)
    if not tasks:
        return section(text_paragraph(t("Nothing is due today.")), header=t("Today"))
    return section(*task_widgets(visit, tasks), header=t("Today"))


def _deals(visit: Visit, reader: Reader) -> Section | None:
    deals = my_deals(reader, viewer=visit.viewer)
    rows = [deal_row(visit, deal, t(deal.stage), deal_facts(visit, deal)) for deal in deals]
    return section(*rows, header=t("My open deals")) if rows else None


def _recent(visit: Visit, reader: Reader) -> Section | None:
    rows = [
        decorated_text(
            brief(person.name),
            icon=icon("PERSON"),
            bottom_label=when(person.last_activity_at, visit.now, visit.zone),
            on_click=visit.ask("open_record", id=person.id),
        )
        for person in my_recent_people(reader, viewer=visit.viewer)
    ]
    return section(*rows, header=t("Recently active"), shown=3) if rows else None


def _sync_row(visit: Visit, box: Box) -> Widget:
    if box.state in SYNC_WORDS:
        words = t(SYNC_WORDS[box.state])
    elif box.paused_until and box.paused_until > visit.now:
        words = t("Gmail asked us to wait until {time}", time=when(box.paused_until, visit.now, visit.zone))
    elif box.synced_at:
        words = t("Up to date, checked {time}", time=when(box.synced_at, visit.now, visit.zone))
    else:
        words = t("Up to date")
    return decorated_text(words, icon=icon("EMAIL"), bottom_label=box.address)
