"""Layout D: the deal that the thread is on, above the people in it; or a deal on its own."""

from app.core.hot import Reader
from app.timeline.feed import newest_entries
from app.timeline.glance import Deal, due_tasks
from gmail_addon.card_types import Card, Section, Widget
from gmail_addon.cards import card, card_action, fixed_footer, header, section
from gmail_addon.layouts.frame import top
from gmail_addon.layouts.parts import (
    BRAND,
    SHOWN_ENTRIES,
    deal_facts,
    follow_up_widgets,
    is_movable,
    stage_dropdown,
    task_widgets,
    timeline_section,
)
from gmail_addon.layouts.people import people_section
from gmail_addon.lookup import Opened
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, decorated_text, icon
from gmail_addon.wording import t


def deal_card(visit: Visit, reader: Reader, *, deal: Deal, opened: Opened | None) -> Card:
    """Two statements: the tasks and the timeline of the deal."""
    entries = newest_entries(reader, viewer=visit.viewer, record_id=deal.id, limit=SHOWN_ENTRIES + 1)
    parts = [
        *top(visit, opened),
        section(_stage(visit, deal)),
        _next(visit, reader, deal),
        people_section(visit, opened.people) if opened and opened.people else None,
        timeline_section(visit, entries, record_id=deal.id),
    ]
    return card(
        *[part for part in parts if part],
        header=header(deal.name, subtitle=" · ".join(filter(None, (t(deal.stage), deal_facts(visit, deal))))),
        name=visit.at or None,
        actions=[card_action(t("Refresh"), visit.ask("refresh"))],
        footer=fixed_footer(button(t("Add note"), visit.ask("note_form", record=deal.id), filled=BRAND)),
    )


def _stage(visit: Visit, deal: Deal) -> Widget:
    if is_movable(visit, deal):
        return stage_dropdown(visit, deal)
    return decorated_text(t(deal.stage), top_label=t("Stage"), icon=icon("DOLLAR", t("Deal")))


def _next(visit: Visit, reader: Reader, deal: Deal) -> Section:
    tasks = due_tasks(reader, viewer=visit.viewer, record_id=deal.id)
    remind = follow_up_widgets(visit, record_id=deal.id, title=t("Follow up on {deal}", deal=deal.name))
    return section(*task_widgets(visit, tasks), *remind, header=t("Next"))
