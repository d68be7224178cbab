"""Values that reps change most, each saved the moment that it is chosen."""

from app.core.errors import SidenoteError
from app.core.hot import Reader
from app.records.seen import Seen
from app.records.writing import read_value
from app.workspaces.access import may
from gmail_addon.card_types import Action, Card, Section, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.field_inputs import Input, Typed
from gmail_addon.layouts.parts import BRAND, problem
from gmail_addon.lookup import Opened
from gmail_addon.record_form import digest, inputs_for, schema_for
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list
from gmail_addon.wording import t

KEYS = ("amount", "close_on", "owner", "priority", "tags")
UNFOLDED = 2


def quick_section(visit: Visit, _reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """Those of KEYS that the folder has and the viewer may change; no statement."""
    if not may(visit.viewer, "edit", record):
        return None
    schema = schema_for(visit, visit.catalog.folders[record.folder_id])
    rows = [row for one in inputs_for(visit, schema, KEYS) for row in _saving(visit, record, one)]
    return section(*rows, header=t("Change at once"), shown=UNFOLDED) if rows else None


def field_form(visit: Visit, *, record_id: str, one: Input, typed: Typed, was: str, error: SidenoteError) -> Card:
    """The one field once more, with what was refused."""
    save = visit.write("set_field", fields=one.name, record=record_id, field=one.key, was=was, form="1")
    return card(
        section(
            *problem(error),
            *one.widgets(typed),
            button_list(button(t("Save"), run(save), filled=BRAND)),
        ),
        header=header(one.label),
        name="field-form",
    )


def _saving(visit: Visit, record: Seen, one: Input) -> list[Widget]:
    shown = one.shown(read_value(record, one.field))
    save = visit.write("set_field", fields=one.name, record=record.id, field=one.key, was=digest(shown))
    first, *more = one.widgets(shown)
    return [_on_change(first, save), *more]


def _on_change(widget: Widget, save: Action) -> Widget:
    [(kind, made)] = widget.items()
    return Widget({kind: {**made, "onChangeAction": save}})
