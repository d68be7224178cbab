"""Form fields of a card. See https://developers.google.com/workspace/add-ons/concepts/widgets

What a person entered comes back under the field's name in `events.Form`.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from gmail_addon.card_types import Action, Option, Switch, Widget
from gmail_addon.errors import CardError
from gmail_addon.text import encodable, line, typed

MAX_OPTIONS = 100

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,99}")


def text_input(
    name: str,
    label: str | None = None,
    *,
    hint: str | None = None,
    value: str = "",
    multiline: bool = False,
    limit: int | None = None,
    kind: Literal["TEXT", "INTEGER", "FLOAT", "EMAIL"] = "TEXT",
    suggestions: Sequence[str] = (),
    autocomplete: Action | None = None,
    on_change: Action | None = None,
) -> Widget:
    """A label, a hint below the field, or both. `limit` (characters) and `kind` are checked by Gmail as the
    person types; `autocomplete` is asked for suggestions (responses.autocomplete), which needs a single line."""
    if not label and not hint:
        raise CardError(f"input {name!r} needs a label or a hint")
    if multiline and (suggestions or autocomplete):
        raise CardError(f"input {name!r} cannot both suggest and have several lines")
    made: dict[str, Any] = {"name": _checked(name), "type": "MULTIPLE_LINE" if multiline else "SINGLE_LINE"}
    if label:
        made["label"] = line(label)
    if hint:
        made["hintText"] = line(hint)
    if value:
        made["value"] = typed(value, multiline=multiline)
    if limit is not None or kind != "TEXT":
        made["validation"] = {"inputType": kind} if limit is None else {"inputType": kind, "characterLimit": limit}
    if suggestions:
        made["initialSuggestions"] = {"items": [{"text": line(text)} for text in suggestions[:MAX_OPTIONS]]}
    if autocomplete is not None:
        made["autoCompleteAction"] = autocomplete
    return Widget({"textInput": _reporting(made, on_change)})


def dropdown(name: str, *options: Option, label: str, on_change: Action | None = None) -> Widget:
    return _selection("DROPDOWN", name, options, label, on_change)


def check_boxes(name: str, *options: Option, label: str, on_change: Action | None = None) -> Widget:
    return _selection("CHECK_BOX", name, options, label, on_change)


def multi_select(name: str, *options: Option, label: str, on_change: Action | None = None) -> Widget:
    return _selection("MULTI_SELECT", name, options, label, on_change)


def option(value: str, text: str, *, selected: bool = False, detail: str | None = None) -> Option:
    """`value` comes back when chosen; `detail` is a second line that only `multi_select` shows."""
    made: dict[str, Any] = {"text": line(text), "value": encodable(value), "selected": selected}
    if detail:
        made["bottomText"] = line(detail)
    return Option(made)


def switch(name: str, *, value: str = "on", selected: bool = False, on_change: Action | None = None) -> Switch:
    """The switch at the end of a decorated text; `value` comes back when it is on, nothing when off."""
    made = {"name": _checked(name), "value": encodable(value), "selected": selected, "controlType": "SWITCH"}
    return Switch(_reporting(made, on_change))


def date_picker(name: str, label: str, *, value: date | None = None, on_change: Action | None = None) -> Widget:
    made: dict[str, Any] = {"name": _checked(name), "label": line(label), "type": "DATE_ONLY"}
    if value is not None:
        made["valueMsEpoch"] = _milliseconds(datetime.combine(value, time(), UTC))
    return Widget({"dateTimePicker": _reporting(made, on_change)})


def datetime_picker(
    name: str,
    label: str,
    *,
    zone: ZoneInfo,
    value: datetime | None = None,
    on_change: Action | None = None,
) -> Widget:
    """`value` is aware and shown in `zone`, the person's; read it back with `Form.datetime(name, zone)`."""
    made: dict[str, Any] = {"name": _checked(name), "label": line(label), "type": "DATE_AND_TIME"}
    if value is not None:
        offset = value.astimezone(zone).utcoffset()
        made["valueMsEpoch"] = _milliseconds(value)
        made["timezoneOffsetDate"] = int(offset.total_seconds() // 60) if offset else 0
    return Widget({"dateTimePicker": _reporting(made, on_change)})


def _selection(kind: str, name: str, options: Sequence[Option], label: str, on_change: Action | None) -> Widget:
    if not 1 <= len(options) <= MAX_OPTIONS:
        raise CardError(f"input {name!r} must offer 1 to {MAX_OPTIONS} options, not {len(options)}")
    if len({choice["value"] for choice in options}) < len(options):
        raise CardError(f"input {name!r} offers a value twice")
    if kind in ("DROPDOWN", "RADIO_BUTTON") and sum(choice["selected"] for choice in options) > 1:
        raise CardError(f"input {name!r} takes one choice")
    made: dict[str, Any] = {"name": _checked(name), "label": line(label), "type": kind}
    if kind == "MULTI_SELECT":
        made["multiSelectMaxSelectedItems"] = len(options)
    elif any("bottomText" in choice for choice in options):
        raise CardError(f"input {name!r} cannot show details: only a multi-select can")
    made["items"] = list(options)
    return Widget({"selectionInput": _reporting(made, on_change)})


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise CardError(f"an input's name is a letter, then letters, digits or _.:- ; got {name!r}")
    return name


def _reporting(made: dict[str, Any], on_change: Action | None) -> dict[str, Any]:
    return made if on_change is None else {**made, "onChangeAction": on_change}


def _milliseconds(moment: datetime) -> str:
    """int64 travels as a string in Google's JSON."""
    return str(int(moment.timestamp() * 1000))
