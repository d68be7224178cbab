"""The form for a note on a record, and for changing one's own."""

from collections.abc import Collection

from app.core.errors import SidenoteError
from app.timeline.text import MAX_TEXT
from gmail_addon.card_types import Card
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.colleagues import colleagues_input
from gmail_addon.inputs import text_input
from gmail_addon.layouts.parts import BRAND, problem
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list
from gmail_addon.wording import t

MENTIONS = "mentions"


def note_form(
    visit: Visit,
    *,
    record_id: str,
    text: str = "",
    mentions: Collection[str] = (),
    entry_id: str = "",
    error: SidenoteError | None = None,
) -> Card:
    """`mentions` are ids of colleagues to tell; `entry_id` is the note to change, "" for a new one."""
    if entry_id:
        save = visit.write("change_note", required=("note",), record=record_id, entry=entry_id)
        colleagues = None
    else:
        save = visit.write("add_note", required=("note",), fields=MENTIONS, record=record_id)
        colleagues = colleagues_input(visit, MENTIONS, t("Mention colleagues"), chosen=mentions)
    hint = t("Write @Name to mention a colleague")
    return card(
        section(
            *problem(error),
            text_input("note", t("Note"), hint=hint, value=text, multiline=True, limit=MAX_TEXT),
            *([colleagues] if colleagues else []),
            button_list(button(t("Save note"), run(save), filled=BRAND)),
        ),
        header=header(t("Change the note") if entry_id else t("Add a note")),
        name="note-form",
    )
