"""A note where the rep stands: type, and one click."""

from app.core.hot import Reader
from app.core.ids import new_id
from app.records.seen import Seen
from app.timeline.text import MAX_TEXT
from app.workspaces.access import is_writer
from gmail_addon.card_types import Section
from gmail_addon.cards import section
from gmail_addon.clicks import run
from gmail_addon.inputs import text_input
from gmail_addon.lookup import Opened
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list
from gmail_addon.wording import t


def note_section(visit: Visit, _reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """No statement. The input has a new name each time: Gmail keeps what was typed into one of the same name."""
    if not is_writer(visit.viewer):
        return None
    name, hint = f"note.{new_id()}", t("Write @Name to mention a colleague")
    save = visit.write("add_note", required=(name,), record=record.id, input=name)
    note = text_input(name, t("Add a note"), hint=hint, multiline=True, limit=MAX_TEXT)
    return section(note, button_list(button(t("Save note"), run(save))))
