"""Where in a sheet the table is: the rows above it, its headings, its width."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.errors import InvalidInput
from app.transfer.reading.shapes import shape_of
from app.transfer.reading.source import MAX_COLUMNS, Line

Found = tuple[int, list[str], str]
"""A row as a format gives it: its number, its cells, what is wrong with it."""
MAX_HEADING = 200
RAGGED = 0.1
"""The share of rows of other lengths from which a table counts as ragged."""
_YEAR = re.compile(r"(19|20)\d\d")
"""What numbers stand in for headings, of tables that go on to the right year by year."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`usual` is how many cells rows have, blank ones at their end included; with `ragged`, any number will do."""

    headings: list[str]
    has_header: bool
    skip: int
    usual: int
    ragged: bool

    def layout(self) -> dict[str, Any]:
        return {"has_header": self.has_header, "skip": self.skip, "ragged": self.ragged}


def frame_of(rows: Sequence[list[str]], *, layout: Mapping[str, Any], name: str) -> Frame:
    """The table's frame, from the first rows of the sheet. Raises InvalidInput when there is none."""
    width = usual_width(rows)
    if not width:
        raise InvalidInput(f"{name}: there is nothing in this table.", field="file")
    skip = layout["skip"] if "skip" in layout else _rows_above(rows, width)
    if not isinstance(skip, int) or not 0 <= skip < len(rows):
        raise InvalidInput(f"skip: a number of rows from 0 to {len(rows) - 1}.", field="skip")
    body = rows[skip:]
    has_header = bool(layout["has_header"]) if "has_header" in layout else _has_header(body)
    width = max(width, len(_trimmed(body[0])))
    if width > MAX_COLUMNS:
        raise InvalidInput(
            f"{name}: {width:,} columns, and at most {MAX_COLUMNS:,} are read. Leave some out, or check the delimiter.",
            field="file",
        )
    usual, ragged = _habit(body, width)
    headings = _headings(body[0] if has_header else [], width)
    return Frame(headings, has_header, skip, usual, bool(layout.get("ragged", ragged)))


def table(frame: Frame, read: Callable[[], Iterable[Found]]) -> Iterator[Line]:
    """The rows below the headings, filled up to the table's width.

    Cells may be missing or blank ones be too many where that is the file's habit. Else such a row has most likely lost
    a delimiter or got one too many, so that its cells stand in the wrong columns: that is a problem.
    """
    width, first = len(frame.headings), frame.skip + (1 if frame.has_header else 0)
    for number, cells, problem in read():
        if number <= first:
            continue
        if problem:
            yield Line(number, cells, problem)
            continue
        if not any(cells) or not any(map(str.strip, cells)):
            continue
        count = len(cells)
        if count != width:
            if not (frame.ragged or count == frame.usual) or any(map(str.strip, cells[width:])):
                yield Line(number, cells, f"this row has {count} cells, but the table has {width} columns.")
                continue
            cells = cells[:width] if count > width else cells + [""] * (width - count)
        yield Line(number, cells)


def _habit(rows: Sequence[list[str]], width: int) -> tuple[int, bool]:
    """How many cells rows usually have, and whether so many have others that it is no mistake of a few."""
    lengths = [len(row) for row in rows if any(map(str.strip, row))]
    usual = Counter(lengths).most_common(1)[0][0]
    others = sum(1 for length in lengths if length not in (usual, width))
    return usual, others >= max(3, len(lengths) * RAGGED)


def usual_width(rows: Iterable[list[str]]) -> int:
    """How many cells most rows have: more of them say more."""
    widths = Counter(len(_trimmed(row)) for row in rows if any(map(str.strip, row)))
    if not widths:
        return 0
    most = max(count * width for width, count in widths.items())
    return max(width for width, count in widths.items() if count * width == most)


def _rows_above(rows: Sequence[list[str]], width: int) -> int:
    """How many rows come before the table.

    It begins with the first full row if that has headings without doubt; else before it, with the first of the rows
    that are half full: headings and values may be blank.
    """
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    half = max(2, width // 2 + 1)
    first = next((number for least in (width, half, 1) for number, count in enumerate(filled) if count >= least), 0)
    if _votes(rows[first:]) <= 0:
        while first and filled[first - 1] >= half:
            first -= 1
    return first


def _has_header(rows: Sequence[list[str]]) -> bool:
    """Whether the first row has headings: if nothing speaks against it, it does."""
    votes = _votes(rows)
    return votes > 0 or (votes == 0 and not any(map(shape_of, rows[0])))


def _votes(rows: Sequence[list[str]]) -> int:
    """In how many columns the first row differs from those below it as headings differ from values, less the others."""
    first, below = rows[0], rows[1:]
    votes = 0
    for column, cell in enumerate(first):
        usual = _usual_shape(row[column] for row in below if column < len(row))
        if usual and cell.strip():
            votes += -1 if shape_of(cell) == usual and not _YEAR.fullmatch(cell.strip()) else 1
    return votes


def _usual_shape(cells: Iterable[str]) -> str:
    """What most of the cells of a column are, if they are anything but words."""
    filled = [shape_of(cell) for cell in cells if cell.strip()]
    shape, count = Counter(filled).most_common(1)[0] if filled else ("", 0)
    return shape if count > len(filled) * 0.8 else ""


def _headings(cells: Sequence[str], width: int) -> list[str]:
    """Every column's, each different: a blank one is named after its place, a second one numbered."""
    found: list[str] = []
    taken: set[str] = set()
    for place in range(width):
        heading = re.sub(r"\s+", " ", cells[place]).strip()[:MAX_HEADING] if place < len(cells) else ""
        heading = base = heading or f"Column {place + 1}"
        count = 1
        while heading in taken:
            count += 1
            heading = f"{base} {count}"
        taken.add(heading)
        found.append(heading)
    return found


def _trimmed(row: Sequence[str]) -> Sequence[str]:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]
