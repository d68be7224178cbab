"""Whatever a spreadsheet or a program writes as CSV is read back as it was meant."""

import csv
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from app.transfer.reading import Source, open_source

NAMES = ["Name", "Email", "Notes"]
PEOPLE = [["Alice", "alice@acme.com", "Met at the fair"], ["Bob", "bob@acme.com", "Calls on Mondays"]]


def read(path: Path, text: str, *, encoding: str = "utf-8", **layout: Any) -> Source:
    path.write_bytes(text.encode(encoding))
    return open_source(path, name="people.csv", layout=layout)


def cells(source: Source) -> list[list[str]]:
    return [line.cells for line in source.rows()]


def written(path: Path, rows: list[list[str]], **how: Any) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, **how).writerows(rows)
    return path


WORDS = st.text(
    st.characters(exclude_characters="\0\x01\x1f\x85\u2028\r", exclude_categories=["Cs", "Cc"]), max_size=20
)
CELLS = st.one_of(WORDS, st.tuples(WORDS, st.sampled_from(["\n", '"', ",", ";", "'", "\\"]), WORDS).map("".join))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    quote=st.sampled_from("\"'"),
    escape=st.sampled_from(["doubled", "backslash"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_csv_writes_is_read_back(
    tmp_path: Path, rows: list[list[str]], delimiter: str, quote: str, escape: str, quoting: int, end: str
) -> None:
    assume("\n" in end or quoting != csv.QUOTE_MINIMAL or not any("\n" in cell for row in rows for cell in row))
    how = {"doublequote": False, "escapechar": "\\"} if escape == "backslash" else {}
    path = written(
        tmp_path / "any.csv",
        [NAMES, *rows],
        delimiter=delimiter,
        quotechar=quote,
        quoting=quoting,
        lineterminator=end,
        **how,
    )
    layout = {"delimiter": delimiter, "quote": quote, "escape": escape, "has_header": True, "skip": 0}
    lines = list(open_source(path, name="any.csv", layout=layout).rows())
    assert [line.cells for line in lines] == [row for row in rows if any(map(str.strip, row))]
    assert not any(line.problem for line in lines)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~"])
@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_dialect_is_found(tmp_path: Path, delimiter: str, quote: str, end: str) -> None:
    rows = [NAMES, *PEOPLE, ["Carol", "carol@acme.com", f"Says {quote}hi{quote}{delimiter} then{end}leaves"]]
    path = written(
        tmp_path / "any.csv", rows, delimiter=delimiter, quotechar=quote, lineterminator=end, quoting=csv.QUOTE_ALL
    )
    source = open_source(path, name="any.csv")
    assert (source.headings, cells(source)) == (rows[0], rows[1:])
    assert (source.layout["delimiter"], source.layout["quote"]) == (delimiter, quote)


def test_a_quote_that_is_never_closed_costs_its_row_alone(tmp_path: Path) -> None:
    text = 'Name,Email,Notes\nAlice,alice@acme.com,"tall, and "so" on\nBob,bob@acme.com,"x, y"\nCarol,c@acme.com,z\n'
    lines = list(read(tmp_path / "a.csv", text).rows())
    assert [line.cells[0] for line in lines] == ["Alice", "Bob", "Carol"]
    assert [line.number for line in lines] == [2, 3, 4]
    assert "quotes" in lines[0].problem
    assert lines[1].cells[2] == "x, y"


def test_a_row_that_has_lost_a_cell_is_told(tmp_path: Path) -> None:
    rows = [NAMES, *PEOPLE, ["Carolcarol@acme.com", "x"], ["Dan", "", "dan@acme.com", ""]]
    lines = list(open_source(written(tmp_path / "a.csv", rows), name="a.csv").rows())
    assert [line.number for line in lines if not line.problem] == [2, 3]
    assert [line.problem for line in lines if line.problem] == [
        "this row has 2 cells, but the table has 3 columns.",
        "this row has 4 cells, but the table has 3 columns.",
    ]


def test_rows_of_a_ragged_table_are_filled_up(tmp_path: Path) -> None:
    rows = [
        NAMES,
        *PEOPLE,
        ["Carol"],
        ["Dan", "dan@acme.com"],
        ["Eve", "e@acme.com", "", "", ""],
        ["F", "", "", "more"],
    ]
    lines = list(open_source(written(tmp_path / "a.csv", rows), name="a.csv").rows())
    assert [line.cells for line in lines if not line.problem] == [
        *PEOPLE,
        ["Carol", "", ""],
        ["Dan", "dan@acme.com", ""],
        ["Eve", "e@acme.com", ""],
    ]
    assert [line.number for line in lines if line.problem] == [7]


def test_blank_rows_count_but_are_left_out(tmp_path: Path) -> None:
    source = read(tmp_path / "a.csv", "Name,Email,Notes\n\nAlice,alice@acme.com,n\n,,\nBob,bob@acme.com,n\n")
    assert [(line.number, line.cells[0]) for line in source.rows()] == [(3, "Alice"), (5, "Bob")]


def test_what_stands_above_the_table_is_passed_over(tmp_path: Path) -> None:
    text = "Contacts of ACME\nExported on Monday\n\nName;Email;Notes\nAlice;alice@acme.com;n\nBob;bob@acme.com;n\n"
    source = read(tmp_path / "a.csv", text)
    assert (source.headings, source.layout["skip"]) == (NAMES, 3)
    assert [line.number for line in source.rows()] == [5, 6]


def test_a_first_line_may_name_the_delimiter(tmp_path: Path) -> None:
    source = read(tmp_path / "a.csv", "sep=^\nName^Email\nAlice, Dr.^alice@acme.com\n")
    assert (source.headings, cells(source)) == (["Name", "Email"], [["Alice, Dr.", "alice@acme.com"]])


def test_a_table_without_headings_gets_some(tmp_path: Path) -> None:
    source = read(tmp_path / "a.csv", "Alice,alice@acme.com,3\nBob,bob@acme.com,4\nCarol,carol@acme.com,5\n")
    assert (source.headings, source.layout["has_header"]) == (["Column 1", "Column 2", "Column 3"], False)
    assert len(cells(source)) == 3


def test_headings_that_are_blank_or_twice_there_are_told_apart(tmp_path: Path) -> None:
    source = read(tmp_path / "a.csv", "Name,Email,Email,\nAlice,alice@acme.com,a@home.org,x\n")
    assert source.headings == ["Name", "Email", "Email 2", "Column 4"]


def test_what_a_person_sets_overrides_what_is_found(tmp_path: Path) -> None:
    text = "Name,Email;Notes\nAlice,alice@acme.com;n\n"
    source = read(tmp_path / "a.csv", text, delimiter=";", has_header=False)
    assert cells(source) == [["Name,Email", "Notes"], ["Alice,alice@acme.com", "n"]]
    with pytest.raises(InvalidInput, match="single character"):
        read(tmp_path / "a.csv", text, delimiter=";;")
    with pytest.raises(InvalidInput, match="not known"):
        open_source(tmp_path / "a.csv", name="a.csv", layout={"encoding": "klingon"})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b",,\n,,\n", "nothing in this table"),
        (b"Name,Email\nAl\0ice,a@b.org\n", "NUL bytes"),
        (b"%PDF-1.7 whatever", "a PDF"),
        (b"\x1f\x8b\x08\0\0\0", "compressed"),
        (bytes(range(1, 32)) * 40, "no text"),
        (b",".join(b"h%d" % number for number in range(2001)) + b"\n1,2\n", "at most 2,000"),
        (b"x" * (18 << 20), "no line ends"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=reason):
        open_source(path, name="a.csv")


def test_a_cell_that_is_too_long_costs_its_row_alone(tmp_path: Path) -> None:
    rows = [NAMES, ["Alice", "alice@acme.com", "x" * 140_000], *PEOPLE]
    lines = list(open_source(written(tmp_path / "a.csv", rows), name="a.csv").rows())
    assert "131,072 characters" in lines[0].problem
    assert [line.cells for line in lines[1:]] == PEOPLE


def test_a_long_file_is_never_held_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write("Name,Email,Notes\n")
        file.writelines(f"Alice {number},alice{number}@acme.com,{'n' * 60}\n" for number in range(60_000))
    tracemalloc.start()
    count = sum(1 for _ in open_source(path, name="a.csv").rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_000
    assert peak < 4_000_000 < path.stat().st_size
