"""Spreadsheets are read as their people see them, and what cannot be read is refused with the reason."""

import struct
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from app.core.errors import InvalidInput
from app.transfer.reading import open_source


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A cover, the people two rows down and one column in, and a hidden sheet."""
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        day, moment = (book.add_format({"num_format": form}) for form in ("dd.mm.yyyy", "d/m/yy h:mm"))
        book.add_worksheet("Cover")
        sheet = book.add_worksheet("People")
        sheet.write_row(2, 1, ["Name", "Born", "Seen", "Score", "Ratio", "Total", "Active"])
        sheet.write_row(3, 1, ["Zoë Müller\nBerlin"])
        sheet.write_datetime(3, 2, datetime(1980, 2, 29), day)
        sheet.write_datetime(3, 3, datetime(2026, 2, 3, 14, 5), moment)
        sheet.write_row(3, 4, [42, 0.1 + 0.2])
        sheet.write_formula(3, 6, "=E4*2", None, 84)
        sheet.write_boolean(3, 7, True)
        sheet.write_row(5, 1, ["Bob", "", "", 12345678901234])
        book.add_worksheet("Secret").hide()
    return path


def test_the_first_sheet_that_holds_something_is_read(book: Path) -> None:
    source = open_source(book, name="people.xlsx")
    assert source.headings == ["Name", "Born", "Seen", "Score", "Ratio", "Total", "Active"]
    assert source.layout["sheet"] == "People"
    assert source.layout["sheets"] == ["Cover", "People"]
    assert [(line.number, line.cells) for line in source.rows()] == [
        (4, ["Zoë Müller\nBerlin", "1980-02-29", "2026-02-03 14:05:00", "42", "0.3", "84", "true"]),
        (6, ["Bob", "", "", "12345678901234", "", "", ""]),
    ]


def test_another_sheet_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("Leads", "Deals"):
            book.add_worksheet(name).write_column(0, 0, ["Name", f"One of {name}"])
    assert [line.cells for line in open_source(path, name="two.xlsx", layout={"sheet": "Deals"}).rows()] == [
        ["One of Deals"]
    ]
    with pytest.raises(InvalidInput, match="has Leads, Deals"):
        open_source(path, name="two.xlsx", layout={"sheet": "People"})


def test_a_bomb_is_refused_whatever_it_says_of_its_size(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "")
        archive.writestr("xl/sharedStrings.xml", b" " * 101_000_000)
    packed = path.read_bytes()
    path.write_bytes(packed.replace(struct.pack("<L", 101_000_000), struct.pack("<L", 1000)))
    with pytest.raises(InvalidInput, match="unpacks to too much"):
        open_source(path, name="bomb.xlsx")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04" + b"damaged" * 100, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
    ],
)
def test_what_cannot_be_opened_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=reason):
        open_source(path, name="people.xlsx")


def test_archives_and_empty_workbooks_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "files.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("people.csv", "Name\nAlice\n")
    with pytest.raises(InvalidInput, match="Unpack it"):
        open_source(path, name="files.zip")
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet()
    with pytest.raises(InvalidInput, match="nothing in this workbook"):
        open_source(path, name="files.zip")
