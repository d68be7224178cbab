"""Spreadsheets: .xlsx above all, and .xlsm, .xlsb, .xls and .ods, which the same library reads.

A sheet is held in memory while it is read, so the size that a workbook unpacks to is bounded; larger ones are to be
saved as CSV, which is streamed.
"""

import copy
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
    XmlError,
    ZipError,
)

from app.core.errors import InvalidInput
from app.transfer.reading.source import HEAD_ROWS, MAX_CELL, Source
from app.transfer.reading.table import Found, frame_of, table

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNPACKED = 200_000_000
"""Bytes: about 400,000 rows of ten columns, which take some 300 MB of memory."""
PIECE = 1 << 20
_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
TOO_LONG = f"a cell of this row has more than {MAX_CELL:,} characters: shorten it."


def is_workbook(head: bytes) -> bool:
    return head.startswith((ZIP, OLE))


def open_workbook(path: Path, *, name: str, layout: dict[str, Any]) -> Source:
    """Raises InvalidInput for what is damaged, locked by a password, too large or no workbook."""
    with path.open("rb") as file:
        packed = file.read(len(ZIP)) == ZIP
    if packed:
        _check_size(path, name)
    else:
        _refuse_encrypted(path, name)
    with _opened(path, name) as book:
        sheets = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        chosen = layout.get("sheet") or _first_filled(book, sheets, name)
        if chosen not in book.sheet_names:
            raise InvalidInput(f"sheet: {name} has {', '.join(book.sheet_names[:20])}.", field="sheet")
        head = [cells for _, cells, _ in islice(_cells(book.get_sheet_by_name(chosen)), HEAD_ROWS)]
    frame = frame_of(head, layout=layout, name=name)
    found = {"format": "xlsx", "sheet": chosen, "sheets": sheets, **frame.layout()}
    return Source(frame.headings, found, partial(table, frame, partial(_rows, path, name, chosen)))


def _check_size(path: Path, name: str) -> None:
    """What a packed file says of its sizes is not believed: it is unpacked to see."""
    try:
        with zipfile.ZipFile(path) as archive:
            if not any(part in archive.namelist() for part in _PARTS):
                raise InvalidInput(
                    f"{name}: this is an archive, but no workbook. Unpack it and send the files in it.", field="file"
                )
            size = 0
            for item in archive.infolist():
                size += _unpacked_size(archive, item, MAX_UNPACKED - size)
                if size > MAX_UNPACKED:
                    raise InvalidInput(
                        f"{name}: this workbook unpacks to more than {MAX_UNPACKED // 1_000_000} MB. Save the sheet as"
                        " CSV: that may have any size.",
                        field="file",
                    )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
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


def _refuse_encrypted(path: Path, name: str) -> None:
    """A workbook with a password is a file of the older kind, with the real one in it."""
    if path.stat().st_size > MAX_UNPACKED:
        raise InvalidInput(f"{name}: this file is too large. Save the sheet as CSV.", field="file")
    if _ENCRYPTED in path.read_bytes():
        raise _locked(name)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[CalamineWorkbook]:
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            yield book
    except PasswordError:
        raise _locked(name) from None
    except (CalamineError, ZipError, XmlError, OSError):
        raise _damaged(name) from None


def _first_filled(book: CalamineWorkbook, sheets: list[str], name: str) -> str:
    for sheet in sheets:
        if book.get_sheet_by_name(sheet).height:
            return sheet
    raise InvalidInput(f"{name}: there is nothing in this workbook.", field="file")


def _rows(path: Path, name: str, sheet: str) -> Iterator[Found]:
    with _opened(path, name) as book:
        yield from _cells(book.get_sheet_by_name(sheet))


def _cells(sheet: CalamineSheet) -> Iterator[Found]:
    """The rows as the sheet counts them, from its first column on."""
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = [value if isinstance(value, str) else _text(value) for value in values]
        yield number, cells, TOO_LONG if max(map(len, cells), default=0) > MAX_CELL else ""


def _text(value: Any) -> str:
    """A value as CSV would have it: dates by ISO 8601, numbers with the 15 digits that spreadsheets show."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.isoformat(" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _locked(name: str) -> InvalidInput:
    return InvalidInput(f"{name}: this workbook has a password. Save it without one, or as CSV.", field="file")


def _damaged(name: str) -> InvalidInput:
    return InvalidInput(f"{name}: this workbook is damaged. Open it in a spreadsheet and save it again.", field="file")
