"""Texts that hold several things: items between commas, files line by line, the parts of an address."""

import csv
from collections.abc import Mapping, Sequence
from typing import Any

from app.records.fields.base import MAX_LINE
from app.records.fields.reachable import ADDRESS_PARTS
from gmail_addon.card_types import Widget
from gmail_addon.field_inputs.base import Input, LongTextInput, Typed
from gmail_addon.forms import Form
from gmail_addon.inputs import text_input
from gmail_addon.text import typed as typable
from gmail_addon.wording import t


def joined(items: Sequence[str]) -> str:
    """Items as one text; those with a comma or a quotation mark in quotes, as in CSV (RFC 4180)."""
    return ", ".join(_quoted(item) for item in items)


def items_of(text: str) -> list[str]:
    """The items of such a text, without empty ones."""
    rows = csv.reader([typable(text, multiline=False)], skipinitialspace=True)
    return [item.strip() for row in rows for item in row if item.strip()]


def _quoted(item: str) -> str:
    plain = typable(item, multiline=False)
    return '"{}"'.format(plain.replace('"', '""')) if "," in plain or '"' in plain else plain


class FilesInput(LongTextInput):
    """One file a line: its name if it has one, then its address."""

    def shown(self, value: Any) -> Typed:
        return self.cleaned("\n".join(_line(file) for file in value or ()))

    def value(self, typed: Typed, now: Any) -> object:
        known = {_line(file): file for file in now or ()}
        lines = (line.strip() for text in typed for line in text.split("\n"))
        return [known.get(line) or _file(line) for line in lines if line]

    @property
    def hint(self) -> str:
        return self.field.help or t("One a line: a name and a web address")


def _line(file: Mapping[str, str]) -> str:
    return " ".join(typable(f"{file['name']} {file['url']}", multiline=False).split())


def _file(line: str) -> dict[str, str]:
    name, _, url = line.rpartition(" ")
    return {"name": name.strip(), "url": url}


class AddressInput(Input):
    """One input for each part."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.name}.{part}" for part in ADDRESS_PARTS)

    def shown(self, value: Any) -> Typed:
        return _parts([str((value or {}).get(part) or "") for part in ADDRESS_PARTS])

    def typed(self, form: Form) -> Typed:
        return _parts([form.text(name) or "" for name in self.names])

    def value(self, typed: Typed, now: Any) -> object:  # noqa: ARG002
        return {part: text for part, text in zip(ADDRESS_PARTS, typed, strict=False) if text}

    def widgets(self, typed: Typed) -> list[Widget]:
        said = (
            t("Street"),
            t("City"),
            t("Region"),
            t("Postal code"),
            t("Country"),
        )
        texts = typed or ("",) * len(said)
        rows = [
            text_input(name, f"{self.label} · {part}", value=text, limit=MAX_LINE)
            for name, part, text in zip(self.names, said, texts, strict=True)
        ]
        return self.explained(*rows)


def _parts(texts: Sequence[str]) -> Typed:
    parts = tuple(typable(text, multiline=False).strip() for text in texts)
    return parts if any(parts) else ()
