"""Whatever a spreadsheet or a program writes as CSV is read back as it was meant."""

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
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
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_csv_writes_is_read_back(
    tmp_path: Path, rows: list[list[str]], delimiter: str, quote: str, quoting: int, end: str
) -> None:
    path = written(
        tmp_path / "any.csv",
        [NAMES, *rows],
        delimiter=delimiter,
        quotechar=quote,
        quoting=quoting,
        lineterminator=end,
    )
    source = open_source(path, name="any.csv", layout={"delimiter": delimiter, "quote": quote, "has_header": True})
    assert cells(source) == [row for row in rows if any(map(str.strip, row))]


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


def test_rows_that_are_too_short_are_filled_up_and_too_long_ones_told(tmp_path: Path) -> None:
    lines = list(read(tmp_path / "a.csv", "Name,Email,Notes\nAlice\nBob,b@x.org,n,more\nCarol,c@x.org,n,,\n").rows())
    assert [line.cells for line in lines if not line.problem] == [["Alice", "", ""], ["Carol", "c@x.org", "n"]]
    assert [line.problem for line in lines if line.problem] == ["this row has 4 cells, but the table has 3 columns."]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="empty"):
        read(tmp_path / "a.csv", "\n \n")
