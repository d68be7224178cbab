"""Text with one row a line: CSV in all its spellings."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from app.core.errors import InvalidInput
from app.transfer.reading.dialect import Dialect, check_layout, detect, names_delimiter
from app.transfer.reading.encoding import MEND_NUL, encoding_of
from app.transfer.reading.quoting import split_rows
from app.transfer.reading.source import HEAD_ROWS, Source
from app.transfer.reading.table import Found, frame_of, table, usual_width

HEAD_CHARACTERS = 200_000


def open_separated(path: Path, *, name: str, layout: dict[str, Any]) -> Source:
    """Raises InvalidInput when this is no text, or no table."""
    check_layout(layout)
    encoding = encoding_of(path, name=name, given=layout.get("encoding"))
    head = _head(path, encoding, name)
    if told := names_delimiter(head[0]):
        layout = {"delimiter": told} | layout
    dialect = detect(head[1:] if told else head, layout).but(layout)
    frame = frame_of(_first_rows(head, dialect), layout=layout, name=name)
    read = partial(_rows, path, encoding, dialect, len(frame.headings), name)
    found = {"format": "csv", "encoding": encoding, **dialect.layout(), **frame.layout()}
    return Source(frame.headings, found, partial(table, frame, read))


def _first_rows(head: list[str], dialect: Dialect) -> list[list[str]]:
    """Rows that need mending are read with the width that the others have."""
    rows = list(islice(split_rows(iter(head), dialect), HEAD_ROWS))
    if not any(problem for _, problem in rows):
        return [cells for cells, _ in rows]
    width = usual_width(cells for cells, problem in rows if not problem)
    return [cells for cells, _ in islice(split_rows(iter(head), dialect, width=width), HEAD_ROWS)]


def _rows(path: Path, encoding: str, dialect: Dialect, width: int, name: str) -> Iterator[Found]:
    rows = split_rows(_lines(path, encoding, name), dialect, width=width)
    for number, (cells, problem) in enumerate(rows, 1):
        yield number, cells, problem


def _lines(path: Path, encoding: str, name: str) -> Iterator[str]:
    """The physical lines of the file with their ends, be those LF, CRLF or CR."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            for number, line in enumerate(file):
                if "\0" in line:
                    raise InvalidInput(
                        f"{name}: line {number + 1} has NUL characters in it. {MEND_NUL}", field="encoding"
                    )
                yield line if number else line.removeprefix("\ufeff")
    except UnicodeError:
        raise InvalidInput(
            f"{name}: not all of this file is {encoding} text. Choose another encoding.", field="encoding"
        ) from None


def _head(path: Path, encoding: str, name: str) -> list[str]:
    """Whole lines of the beginning of the file."""
    lines, size = [], 0
    for line in _lines(path, encoding, name):
        lines.append(line)
        size += len(line)
        if size > HEAD_CHARACTERS:
            break
    return lines
