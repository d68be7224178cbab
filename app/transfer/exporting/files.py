"""Tables as files, written row by row: CSV (RFC 4180) and Excel workbooks (ECMA-376)."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

import xlsxwriter

from app.core.errors import InvalidInput
from app.transfer.cells import harmless

MAX_XLSX_ROWS = 1_048_576
"""With the headings. https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3"""
EXACT_DIGITS = 15
"""Of a number, by the same page; one with more of them goes as text, and stays what it is."""
MAX_XLSX_TEXT = 32_767
"""Characters of a cell."""

Headings = Sequence[tuple[str, str]]
"""Of each column, its heading and the kind of its cells: `text`, `number` or `date`."""
Rows = Iterable[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    media_type: str
    write: Callable[[IO[bytes], Headings, Rows], None]


def write_csv(file: IO[bytes], headings: Headings, rows: Rows) -> None:
    """Commas, quotes where needed, CRLF, UTF-8 with a byte order mark, without which Excel takes it for Latin-1."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([harmless(heading) for heading, _ in headings])
        writer.writerows([harmless(cell) for cell in row] for row in rows)
    finally:
        text.detach()


def write_xlsx(file: IO[bytes], headings: Headings, rows: Rows) -> None:
    """One sheet. Numbers and days are such, to be added up and sorted; everything else is text, and nothing a formula.

    Raises InvalidInput for what no sheet can hold.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "use_zip64": True}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("Records")
        heads, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 1)
        for column, (heading, _) in enumerate(headings):
            sheet.write_string(0, column, harmless(heading), heads)
        for number, row in enumerate(_fitting(rows), start=1):
            for column, ((_, kind), cell) in enumerate(zip(headings, row, strict=True)):
                if not cell:
                    continue
                if kind == "number" and sum(map(str.isdigit, cell)) <= EXACT_DIGITS:
                    sheet.write_number(number, column, float(cell))
                elif kind == "date" and (at := date.fromisoformat(cell)).year >= 1901:
                    sheet.write_datetime(number, column, datetime(at.year, at.month, at.day), day)
                else:
                    sheet.write_string(number, column, harmless(cell))


def _fitting(rows: Rows) -> Iterator[Sequence[str]]:
    for number, row in enumerate(rows, start=2):
        if number > MAX_XLSX_ROWS:
            raise InvalidInput(f"format: a sheet holds {MAX_XLSX_ROWS - 1:,} records; use csv.", field="format")
        if any(len(cell) >= MAX_XLSX_TEXT for cell in row):
            raise InvalidInput(
                f"format: the record {row[0]} has a text too long for a cell of Excel; use csv.", field="format"
            )
        yield row


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "csv": Format("csv", "text/csv", write_csv),
    "xlsx": Format("xlsx", XLSX, write_xlsx),
}
