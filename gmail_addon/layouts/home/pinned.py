"""My pinned views on the homepage, and how many records each shows."""

from app.core.hot import Reader
from app.records.pin_counts import COUNTED_UP_TO
from gmail_addon.card_types import Section
from gmail_addon.cards import section
from gmail_addon.home_reads import pinned_views
from gmail_addon.layouts.parts import brief
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon
from gmail_addon.wording import t


def pinned_section(visit: Visit, reader: Reader) -> Section:
    """One statement."""
    rows = [
        decorated_text(
            brief(view.name),
            icon=icon("BOOKMARK", t("View")),
            bottom_label=count_words(view.count) or t(visit.catalog.folders[view.folder_id].name),
            on_click=visit.ask("view", id=view.id),
        )
        for view in pinned_views(reader, visit=visit)
    ]
    return section(*rows, button_list(button(t("All views"), visit.ask("views"))), header=t("Views"))


def count_words(count: int | None) -> str:
    if count is None:
        return ""
    if count > COUNTED_UP_TO:
        return t("{count}+ records", count=COUNTED_UP_TO)
    return t("1 record") if count == 1 else t("{count} records", count=count)
