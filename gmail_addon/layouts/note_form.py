"""The form for a note on a record."""

from app.core.errors import SidenoteError
from gmail_addon.card_types import Card
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import text_input
from gmail_addon.layouts.parts import BRAND, problem
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list
from gmail_addon.wording import t


def note_form(visit: Visit, *, record_id: str, text: str = "", error: SidenoteError | None = None) -> Card:
    save = visit.write("add_note", required=("note",), record=record_id)
    return card(
        section(
            *problem(error),
            text_input("note", t("Note"), value=text, multiline=True),
            button_list(button(t("Save note"), run(save), filled=BRAND)),
        ),
        header=header(t("Add a note")),
        name="note-form",
    )
