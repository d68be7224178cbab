"""Deals: whether the viewer may make some, and the stage of one, or of another record that has a pipeline."""

from app.core.hot import Reader
from app.records.seen import Seen
from app.workspaces.access import may, may_create
from gmail_addon.card_types import Section
from gmail_addon.cards import section
from gmail_addon.layouts.parts import stage_dropdown
from gmail_addon.lookup import Opened
from gmail_addon.visit import Visit
from gmail_addon.widgets import decorated_text, icon
from gmail_addon.wording import t


def may_make_deals(visit: Visit) -> bool:
    folder = visit.catalog.folder_of("deal")
    return folder is not None and may_create(visit.viewer, folder.id)


def stage_section(visit: Visit, _reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """A dropdown that moves it in one click, where the viewer may; no statement."""
    stage = visit.catalog.stages.get(record.stage_id or "")
    if stage is None:
        return None
    if may(visit.viewer, "edit", record) and visit.stages_beside(stage.id):
        return section(stage_dropdown(visit, record.id, stage.id))
    return section(decorated_text(t(stage.name), top_label=t("Stage"), icon=icon("DOLLAR", t("Deal"))))
