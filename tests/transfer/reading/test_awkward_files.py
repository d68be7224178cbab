"""Awkward files that others have collected: read as those who know them say, or refused with the right reason.

Where a file is damaged on purpose, a row counts as read right when its cells are right, or when it is told to be wrong.
"""

import csv
import json
from pathlib import Path

import pytest

from app.core.errors import InvalidInput
from app.transfer.reading import Line, open_source
from app.transfer.reading.encoding import encoding_of
from tests.transfer.shared_data import shared, unpacked

UNLIKE = {
    "file_header_multirow_2.csv": "the second row of headings is a row like any other",
    "file_multitable_more.csv": "two tables in one file: all rows are there, those of the other width are told",
    "file_quotation_char_0x27.csv": "single quotes, within which double ones are doubled",
    "file_escape_char_0x5C.csv": "a backslash before a letter that needs none is taken away",
}
OTHER_CHARSETS = {
    "SHIFT_JIS": "cp932",
    "TIS-620": "cp874",
    "GB2312": "gb18030",
    "CP949": "cp949",
    "EUC-TW": "",
    "MacCyrillic": "mac-cyrillic",
}
MOJIBAKE = "ministers-overseas-travel-jan-mar-2013.csv"
"""Its dashes were damaged before it was published."""
TOLD_WRONG = {"EUC-TW", "iso-8859-2-slovak"}
"""EUC-TW is read by nothing that Python has; the Slovak text fits two encodings equally well."""


def lines_of(path: Path) -> list[Line]:
    return list(open_source(path, name=path.name).rows())


def as_objects(path: Path) -> list[dict[str, str]]:
    source = open_source(path, name=path.name)
    return [dict(zip(source.headings, line.cells, strict=True)) for line in source.rows()]


def trimmed(cells: list[str]) -> list[str]:
    texts = [cell.strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def test_csv_spectrum(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, "csv_bad", "csv_spectrum.tar.gz")
    files = sorted((folder / "csvs").iterdir())
    assert files
    for path in files:
        expected = json.loads((folder / "json" / f"{path.stem}.json").read_text())
        assert as_objects(path) == expected, path.name


def test_sineemore(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, "csv_bad", "sineemore.tar.gz")
    for path in sorted((folder / "csv").glob("[!b]*.csv")):
        expected = json.loads((folder / "json" / f"{path.stem}.json").read_text())
        rows = [dict(zip(expected[0], row, strict=True)) for row in expected[1:]]
        assert as_objects(path) == [row for row in rows if any(row.values())], path.name
    found = {path.stem: as_objects(path) for path in (folder / "csv").glob("bad-*quote*.csv")}
    assert found == {
        "bad-missing-quote": [{"foo": "1", "bar": '"I forgot to close this one', "baz": "3"}],
        "bad-quotes-with-unescaped-quote": [{"foo": "1", "bar": 'Hey, I missed " it', "baz": "3"}],
        "bad-unescaped-quote": [{"foo": "1", "bar": 'This "quotes" must be escaped', "baz": "3"}],
    }
    with pytest.raises(InvalidInput, match="empty"):
        lines_of(folder / "csv" / "bad-header-no-header.csv")


def test_files_with_one_fault_each(tmp_path: Path) -> None:
    """Pollock: one file with one fault at a time, and what it would be without."""
    folder = unpacked(tmp_path, "csv_bad", "pollock_polluted.tar.gz")
    files = sorted(path for path in (folder / "csv").iterdir() if path.name not in UNLIKE)
    assert len(files) > 60
    for path in files:
        with (folder / "clean" / path.name).open(newline="") as file:
            clean = [trimmed(row) for row in csv.reader(file)]
        body = clean[1:] if path.name != "file_no_header.csv" else clean
        lines = lines_of(path)
        assert len(lines) in (len(body), len(clean)), path.name
        wrong = [line for line in lines if not line.problem and trimmed(line.cells) not in clean]
        assert not wrong, path.name


def test_files_as_governments_and_laboratories_publish_them(tmp_path: Path) -> None:
    """Pollock's survey: no row of the tables in them is lost or torn."""
    folder = unpacked(tmp_path, "csv_bad", "pollock_survey.tar.gz")
    lost = {}
    for path in sorted((folder / "clean").iterdir()):
        with path.open(newline="", encoding="utf-8", errors="replace") as file:
            body = {tuple(trimmed(row)) for row in list(csv.reader(file))[1:]}
        source = open_source(folder / "csv" / path.name, name=path.name)
        found = {tuple(trimmed(line.cells)) for line in source.rows()} | {tuple(source.headings)}
        lost[path.name] = [row for row in body - found if any(row)]
    assert len(lost) > 30
    assert not [name for name, rows in lost.items() if rows and name != MOJIBAKE]


def test_the_files_of_tools_that_read_csv(tmp_path: Path) -> None:
    """csvkit, frictionless, messytables, CleverCSV: every row is there or told, and what is refused has its reason."""
    archives = ("csvkit_examples", "frictionless", "messytables_horror")
    paths = [
        path for name in archives for path in sorted(unpacked(tmp_path, "csv_bad", f"{name}.tar.gz").rglob("*.*sv"))
    ]
    paths += sorted(shared("csv_bad", "clevercsv").glob("*.csv"))
    refused = {}
    for path in paths:
        try:
            source = open_source(path, name=path.name)
            width = len(source.headings)
            assert all(line.problem or len(line.cells) == width for line in source.rows()), path.name
        except InvalidInput as error:
            refused[path.name] = error.message
    assert len(paths) > 85
    assert {name: "NUL" in reason for name, reason in refused.items() if "nothing" not in reason} == {
        "null_byte.csv": True
    }


def test_a_film_list_with_escaped_commas() -> None:
    source = open_source(shared("csv_bad", "clevercsv", "imdb.csv"), name="imdb.csv")
    lines = list(source.rows())
    assert (len(source.headings), len(lines)) == (44, 100)
    assert not any(line.problem for line in lines)


def test_texts_in_sixty_encodings(tmp_path: Path) -> None:
    """The text is what counts: many encodings are parts of others."""
    folder = unpacked(tmp_path, "csv_bad", "chardet_texts.tar.gz") / "tests"
    files = [path for path in sorted(folder.rglob("*.*")) if path.parent.name not in TOLD_WRONG | {"ascii"}]
    assert len(files) > 190
    wrong = []
    for path in files:
        charset = charset_of(path.parent.name)
        text = path.read_bytes()
        told = encoding_of(path, name=path.name)
        if text.decode(told, "replace").lstrip("\ufeff") != text.decode(charset, "replace").lstrip("\ufeff"):
            wrong.append((path.parent.name, path.name, told))
    assert not wrong


def charset_of(label: str) -> str:
    """`windows-1250-czech` -> `windows-1250`."""
    parts = label.split("-")
    return OTHER_CHARSETS.get(label, "-".join(parts[: 2 if parts[0] == "windows" else 3]))


def test_naughty_strings_come_through(tmp_path: Path) -> None:
    strings = [text for text in json.loads(shared("csv_bad", "blns", "blns.json").read_text()) if "\0" not in text]
    path = tmp_path / "blns.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Name", "Notes"], *([f"n{n}", text] for n, text in enumerate(strings))])
    assert [line.cells for line in lines_of(path)] == [[f"n{n}", text] for n, text in enumerate(strings)]


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("accounts", 85, 7),
        ("products", 7, 3),
        ("sales_pipeline", 0, 8),
        ("sales_teams", 35, 3),
        ("data_dictionary", 21, 3),
    ],
)
def test_the_files_of_a_crm(name: str, rows: int, columns: int) -> None:
    path = shared("crm", "sales_opportunities", f"{name}.csv")
    with path.open(newline="", encoding="utf-8-sig") as file:
        expected = list(csv.reader(file))[1:]
    source = open_source(path, name=path.name)
    assert [line.cells for line in source.rows()] == expected
    assert len(source.headings) == columns
    assert len(expected) >= rows
