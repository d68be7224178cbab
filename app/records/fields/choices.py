"""One of a list, several of a list, yes or no."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.core.errors import InvalidInput
from app.records.fields.base import MAX_LINE, FieldType, listed
from app.records.fields.formats import Formats
from app.records.fields.refusals import refusal
from models import FieldDef

MAX_CHOICES = 500
MAX_TAGS = 50
_YES = {"true", "yes", "y", "1", "on", "x", "✓"}
_NO = {"false", "no", "n", "0", "off"}


class Dropdown(FieldType):
    """One of the option `choices`, a list of `{"value", "label", "color"}`. The value is stored and never changes.

    With `open`, a new choice may be written in; with `ranked`, choices sort in the order of the list.
    """

    name, label, family, card = "dropdown", "Dropdown", "choice", "dropdown"
    columns = frozenset({"status", "priority", "lifecycle", "source"})
    option_names = frozenset({"choices", "open", "ranked"})

    def parse(self, field: FieldDef, value: Any) -> Any:
        return choose(field, str(value))

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:
        return formats.word(label_of(field, value))

    def cell(self, field: FieldDef, value: Any) -> str:
        return label_of(field, value)

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        given = options.get("choices", [])
        if not isinstance(given, list):
            raise InvalidInput("choices: write a list of them.", field="options")
        choices = [_choice(item) for item in given]
        values = [choice["value"] for choice in choices]
        if len(choices) > MAX_CHOICES or len(set(values)) < len(values) or not (choices or options.get("open")):
            raise InvalidInput(f"choices: give 1 to {MAX_CHOICES} different ones.", field="options")
        flags = {name: bool(options.get(name, False)) for name in ("open", "ranked")}
        return {**options, "choices": choices, **flags}


class Tags(Dropdown):
    """Several choices; by default whatever people write. Text holds them apart by commas, or is a list in JSON."""

    name, label, family, sql, card = "tags", "Multi-select / tags", "choices", "json", "multiselect"
    columns = frozenset()

    def parse(self, field: FieldDef, value: Any) -> list[str]:
        items = value if isinstance(value, list) else listed(str(value)) or re.split(r"[,;\n]", str(value))
        tags = [choose(field, str(item)) for item in items if str(item).strip()]
        if len(tags) > MAX_TAGS:
            raise refusal("too_many", field, count=MAX_TAGS)
        return list(dict.fromkeys(tags))

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:
        return ", ".join(formats.word(label_of(field, item)) for item in value)

    def cell(self, field: FieldDef, value: Any) -> str:
        return "; ".join(label_of(field, item) for item in value)

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return super().check_options({**options, "open": options.get("open", not options.get("choices"))})


class Checkbox(FieldType):
    name, label, family, sql, card = "checkbox", "Checkbox", "flag", "flag", "checkbox"

    def parse(self, field: FieldDef, value: Any) -> bool:
        text = str(value).strip().lower()
        if text not in _YES | _NO:
            raise self.refuse(field, "say yes or no.")
        return text in _YES

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        return "✓" if value else "✗"

    def cell(self, field: FieldDef, value: Any) -> str:  # noqa: ARG002
        return "yes" if value else "no"


def choices_of(field: FieldDef) -> list[dict[str, str]]:
    choices: list[dict[str, str]] = field.options.get("choices", [])
    return choices


def label_of(field: FieldDef, value: str) -> str:
    return next((choice["label"] for choice in choices_of(field) if choice["value"] == value), value)


def choose(field: FieldDef, text: str) -> str:
    """The value of the choice that `text` names by value or label, whatever its case; a new one where those may be."""
    wanted = text.replace("\0", "").strip()
    for choice in choices_of(field):
        if wanted.casefold() in (choice["value"].casefold(), choice["label"].casefold()):
            return choice["value"]
    if field.options.get("open") or (field.type == "tags" and not choices_of(field)):
        if len(wanted) > MAX_LINE:
            raise refusal("too_long", field, count=MAX_LINE)
        return wanted
    raise refusal("one_of", field, choices=_listed(choice["label"] for choice in choices_of(field)))


def _listed(labels: Iterable[str]) -> str:
    names = list(labels)
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")


def _choice(item: Any) -> dict[str, str]:
    given = item if isinstance(item, Mapping) else {"label": item}
    label = str(given.get("label") or given.get("value") or "").replace("\0", "").strip()
    if not label or len(label) > MAX_LINE:
        raise InvalidInput(f"choices: each needs a label of up to {MAX_LINE} characters.", field="options")
    choice = {"value": str(given.get("value") or label), "label": label}
    return choice | ({"color": str(given["color"])} if given.get("color") else {})
