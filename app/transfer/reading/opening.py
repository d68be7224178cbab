"""From a file to its source, by what the file is and not by what it is called."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.core.errors import InvalidInput
from app.transfer.reading.separated import open_separated
from app.transfer.reading.source import Source
from app.transfer.reading.vcard import are_cards, open_cards
from app.transfer.reading.workbook import is_workbook, open_workbook

HEAD = 4096
_NOT_TABLES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file: unpack it first",
    b"7z\xbc\xaf": "a compressed file: unpack it first",
    b"Rar!": "a compressed file: unpack it first",
    b"SQLite format 3": "a database",
    b"{\\rtf": "a text document",
}


def open_source(path: Path, *, name: str, layout: Mapping[str, Any] | None = None) -> Source:
    """The table in a file. `name` is what its owner calls it; `layout` is theirs to set, see `Source`.

    Raises InvalidInput naming what is wrong with the file and how to mend it.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise InvalidInput(f"{name}: this file is empty.", field="file")
    for beginning, what in _NOT_TABLES.items():
        if head.startswith(beginning):
            raise InvalidInput(f"{name}: this is {what}. Send a CSV, an Excel workbook or vCards.", field="file")
    how = open_workbook if is_workbook(head) else open_cards if are_cards(head) else open_separated
    return how(path, name=name, layout=dict(layout or {}))
