"""Address books: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), each card a row."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from app.core.errors import InvalidInput
from app.transfer.reading.encoding import encoding_of
from app.transfer.reading.source import MAX_CELL, Line, Source
from app.transfer.reading.vcard_lines import Property, properties

NAME = ("Last name", "First name", "Middle name", "Name prefix", "Name suffix")
ADDRESS = ("PO box", "Address line 2", "Street", "City", "Region", "Postal code", "Country")
"""The parts of N and of ADR, in their order (RFC 6350 6.2.2 and 6.3.1)."""
LISTS = {"EMAIL": "Email", "TEL": "Phone", "URL": "Website", "CATEGORIES": "Tags"}
TEXTS = {"FN": "Name", "NICKNAME": "Nickname", "TITLE": "Title", "ROLE": "Role", "BDAY": "Birthday", "NOTE": "Notes"}
HEADINGS = [
    *("Name", "First name", "Middle name", "Last name", "Name prefix", "Name suffix", "Nickname", "Email", "Phone"),
    *("Fax", "Company", "Department", "Title", "Role", "Street", "Address line 2", "City", "Region", "Postal code"),
    *("Country", "Other addresses", "Birthday", "Website", "LinkedIn", "Tags", "Notes"),
]
TOO_LONG = f"this card has more than {MAX_CELL:,} characters in one place: shorten it."
SEPARATOR = "; "


def are_cards(head: bytes) -> bool:
    return b"".join(head.split(b"\0")).lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").upper().startswith(b"BEGIN:VCARD")


def open_cards(path: Path, *, name: str, layout: dict[str, Any]) -> Source:
    """Raises InvalidInput for what is not text."""
    encoding = encoding_of(path, name=name, given=layout.get("encoding"))
    rows = partial(_rows, path, encoding)
    if next(rows(), None) is None:
        raise InvalidInput(f"{name}: there is no complete card in this file.", field="file")
    return Source(HEADINGS, {"format": "vcard", "encoding": encoding}, rows)


def _rows(path: Path, encoding: str) -> Iterator[Line]:
    """Cards within cards (AGENT of vCard 2.1) belong to the outer one and are passed over."""
    card: list[Property] = []
    depth = number = 0
    for one in properties(path, encoding):
        if one.name == "BEGIN":
            depth += 1
        elif one.name == "END":
            depth = max(0, depth - 1)
            if not depth:
                number += 1
                yield _line(number, card)
                card = []
        elif depth == 1:
            card.append(one)
    if card:
        yield _line(number + 1, card)


def _line(number: int, card: list[Property]) -> Line:
    found: dict[str, list[str]] = {heading: [] for heading in HEADINGS}
    addresses = []
    for one in sorted(card, key=lambda one: not one.is_preferred):
        if one.name == "ADR":
            addresses.append(one.parts())
        else:
            _note(one, found)
    if addresses:
        for part, text in zip(ADDRESS, addresses[0], strict=False):
            _add(found, "Address line 2" if part == "PO box" else part, text)
        found["Other addresses"] = [", ".join(filter(None, other)) for other in addresses[1:]]
    cells = [_cell(heading, texts) for heading, texts in found.items()]
    too_long = any(len(cell) > MAX_CELL for cell in cells)
    return Line(number, [cell[:MAX_CELL] for cell in cells], TOO_LONG if too_long else "")


def _note(one: Property, found: dict[str, list[str]]) -> None:
    if one.name == "N":
        for part, text in zip(NAME, one.parts(), strict=False):
            _add(found, part, text)
    elif one.name == "ORG":
        company, *departments = one.parts()
        if company and not found["Company"]:
            _add(found, "Company", company)
            _add(found, "Department", ", ".join(filter(None, departments)))
    elif one.name == "TEL":
        number = one.text().removeprefix("tel:").split(";ext=")[0]
        _add(found, "Fax" if "FAX" in one.types else "Phone", number)
    elif "linkedin.com/" in one.value.lower():
        _add(found, "LinkedIn", one.text())
    elif one.name == "CATEGORIES":
        for category in one.parts(","):
            _add(found, "Tags", category)
    elif one.name in LISTS:
        _add(found, LISTS[one.name], one.text().removeprefix("mailto:"))
    elif one.name in TEXTS:
        _add(found, TEXTS[one.name], one.text())


def _add(found: dict[str, list[str]], heading: str, text: str) -> None:
    if text and text not in found[heading]:
        found[heading].append(text)


def _cell(heading: str, texts: list[str]) -> str:
    """Several of a kind stand in one cell; of names, titles, birthdays and websites the first counts."""
    if heading in ("Email", "Phone", "Fax", "Tags"):
        return SEPARATOR.join(texts)
    if heading in ("Notes", "Other addresses"):
        return "\n".join(texts)
    if heading == "Address line 2":
        return ", ".join(texts)
    return texts[0] if texts else ""
