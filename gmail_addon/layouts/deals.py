"""Deals on cards: those around a person or company, and the stage of one."""

from app.core.hot import Reader
from app.records.seen import Seen
from app.timeline.glance import open_deals
from app.workspaces.access import may
from gmail_addon.card_types import Section
from gmail_addon.cards import section
from gmail_addon.layouts.parts import deal_widgets, stage_dropdown
from gmail_addon.lookup import Opened
from gmail_addon.visit import Visit
from gmail_addon.widgets import decorated_text, icon
from gmail_addon.wording import t, worth


def deals_section(visit: Visit, reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """The open deals of a person and their company, or of a company; one statement."""
    known = open_deals(reader, viewer=visit.viewer, about=record)
    if not known.deals:
        return None
    rows = [widget for deal in known.deals for widget in deal_widgets(visit, deal)]
    if known.count == 1:
        return section(*rows, header=t("Open deal"))
    if known.value is None or known.abroad == known.count:
        return section(*rows, header=t("{count} open deals", count=known.count))
    total = worth(known.value, visit.currency, abroad=known.abroad)
    return section(*rows, header=t("{count} open deals · {total}", count=known.count, total=total))


def stage_section(visit: Visit, _reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """A dropdown that moves it in one click, where the viewer may; no statement."""
    stage = visit.catalog.stages.get(record.stage_id or "")
    if stage is None:
        return None
    if may(visit.viewer, "edit", record) and visit.stages_beside(stage.id):
        return section(stage_dropdown(visit, record.id, stage.id))
    return section(decorated_text(t(stage.name), top_label=t("Stage"), icon=icon("DOLLAR", t("Deal"))))
