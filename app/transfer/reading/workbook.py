"""Workbooks (.xlsx, .xlsm): a sheet is streamed, row after row.

Workbooks come from strangers. What they unpack to is measured before they are opened, and the texts that cells share,
which alone are held in memory, are bounded further.
"""

import copy
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from app.core.errors import InvalidInput
from app.transfer.reading.source import HEAD_ROWS, MAX_CELL, MAX_COLUMNS, Source
from app.transfer.reading.table import Found, frame_of, table

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNPACKED, MAX_SHARED = 1_000_000_000, 100_000_000
"""Bytes: of everything, some million rows of ten columns; of the shared texts."""
MAX_ROWS = 1_048_576
"""Rows of a sheet, by its format."""
PIECE = 1 << 20
_ESCAPED = re.compile("_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")
"""How XML has characters that it cannot hold, and what looks like them (ECMA-376, ST_Xstring); no half of a pair."""
WORKBOOK, SHARED = "xl/workbook.xml", "xl/sharedStrings.xml"
TOO_LONG = f"a cell of this row has more than {MAX_CELL:,} characters: shorten it."
TOO_WIDE = f"this row has cells beyond column {MAX_COLUMNS:,}."


def is_workbook(head: bytes) -> bool:
    return head.startswith((ZIP, OLE))


def open_workbook(path: Path, *, name: str, layout: dict[str, Any]) -> Source:
    """Raises InvalidInput for what is damaged, locked by a password, too large or no workbook."""
    with path.open("rb") as file:
        if file.read(len(ZIP)) != ZIP:
            raise InvalidInput(
                f"{name}: this is an old .xls workbook, or one with a password. Save it as .xlsx without a password, or"
                " as CSV.",
                field="file",
            )
    _check_size(path, name)
    with _opened(path, name) as book:
        sheets = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        chosen = layout.get("sheet") or _first_filled(book, sheets, name)
        if chosen not in book.sheetnames:
            raise InvalidInput(f"sheet: {name} has {', '.join(book.sheetnames[:20])}.", field="sheet")
        head = [cells for _, cells, _ in islice(_cells(book[chosen]), HEAD_ROWS)]
    blank = min((_blank_before(cells) for cells in head if any(cells)), default=0)
    frame = frame_of([cells[blank:] for cells in head], layout={"ragged": True} | layout, name=name)
    found = {"format": "xlsx", "sheet": chosen, "sheets": sheets, **frame.layout()}
    return Source(frame.headings, found, partial(table, frame, partial(_rows, path, name, chosen, blank)))


def _check_size(path: Path, name: str) -> None:
    """What a packed file says of its sizes is not believed: it is unpacked to see."""
    try:
        with zipfile.ZipFile(path) as archive:
            if WORKBOOK not in archive.namelist():
                raise InvalidInput(
                    f"{name}: this is an archive, but no .xlsx workbook. Unpack it and send the files in it.",
                    field="file",
                )
            left = MAX_UNPACKED
            for item in archive.infolist():
                most = min(left, MAX_SHARED) if item.filename == SHARED else left
                size = _unpacked_size(archive, item, most)
                left -= size
                if size > most:
                    raise InvalidInput(
                        f"{name}: this workbook unpacks to too much. Save the sheet as CSV: that may have any size.",
                        field="file",
                    )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        raise _damaged(name) from None


def _unpacked_size(archive: zipfile.ZipFile, item: zipfile.ZipInfo, most: int) -> int:
    """Up to a little more than `most`."""
    item = copy.copy(item)
    item.file_size = most + PIECE
    size = 0
    with archive.open(item) as file:
        while size <= most and (piece := file.read(PIECE)):
            size += len(piece)
    return size


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Workbook]:
    """A workbook to be read only. There is no telling what a damaged one makes the library raise."""
    try:
        with path.open("rb") as file:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            yield book
    except InvalidInput:
        raise
    except Exception:
        raise _damaged(name) from None


def _first_filled(book: Workbook, sheets: list[str], name: str) -> str:
    for sheet in sheets:
        if any(any(cells) for _, cells, _ in islice(_cells(book[sheet]), HEAD_ROWS)):
            return sheet
    raise InvalidInput(f"{name}: there is nothing in this workbook.", field="file")


def _rows(path: Path, name: str, sheet: str, blank: int) -> Iterator[Found]:
    """Without the blank columns on the left of the table."""
    with _opened(path, name) as book:
        for number, cells, problem in _cells(book[sheet]):
            yield number, cells[blank:], problem


def _blank_before(cells: list[str]) -> int:
    return next(place for place, cell in enumerate(cells) if cell)


def _cells(sheet: Any) -> Iterator[Found]:
    """The rows as the sheet counts them. What it says of its dimensions is often wrong, and not needed."""
    sheet.reset_dimensions()
    for number, values in enumerate(islice(sheet.iter_rows(values_only=True), MAX_ROWS), 1):
        cells = [_text(value) for value in values[:MAX_COLUMNS]]
        problem = TOO_LONG if max(map(len, cells), default=0) > MAX_CELL else ""
        yield number, cells, problem or (TOO_WIDE if any(values[MAX_COLUMNS:]) else "")


def _text(value: Any) -> str:
    """A value as CSV would have it: dates by ISO 8601, numbers with the 15 digits that spreadsheets show."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value).replace("\0", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.isoformat(" ", timespec="seconds") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _damaged(name: str) -> InvalidInput:
    return InvalidInput(f"{name}: this workbook is damaged. Open it in a spreadsheet and save it again.", field="file")
