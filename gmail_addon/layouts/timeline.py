"""Older entries of a record's timeline, a page at a time."""

from collections.abc import Sequence

from app.timeline.feed import Entry
from gmail_addon.card_types import Card
from gmail_addon.cards import card, header, section
from gmail_addon.layouts.parts import entry_widget, older_button
from gmail_addon.visit import Visit
from gmail_addon.widgets import button_list, text_paragraph
from gmail_addon.wording import t

PAGE = 20


def timeline_card(visit: Visit, *, record_id: str, name: str, entries: Sequence[Entry]) -> Card:
    """`entries` holds one more than a page where there is a next page."""
    rows = [entry_widget(visit, entry) for entry in entries[:PAGE]]
    if len(entries) > PAGE:
        rows.append(button_list(older_button(visit, entries[PAGE - 1], record_id=record_id)))
    nothing = text_paragraph(t("Nothing older."))
    return card(section(*rows or [nothing]), header=header(name, subtitle=t("Timeline")))
