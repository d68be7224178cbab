"""What every format is read as."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

MAX_COLUMNS = 2_000
MAX_CELL = 131_072
"""Characters of a cell: as many as Python's `csv` takes, more than ten times what a field holds."""
HEAD_ROWS = 200
"""Rows from which the layout of a table is worked out."""


class Line(NamedTuple):
    """A row of the file: its number as a spreadsheet counts (from 1, with headings, blank rows and what stands above
    them), and a cell for each heading.

    `problem` says, in words for the person who sent the file, why the row cannot be trusted; its cells are then as
    they were found, of any number. Blank rows are left out, so numbers may jump.
    """

    number: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A table to be read, as often as needed, without ever being held whole.

    `headings` are all different and not blank. `layout` says how the file was understood, as JSON; given back to
    `open_source`, in part or whole, it overrides what would be detected:

    - `format`: `csv`, `xlsx` or `vcard`;
    - `has_header`: whether the first row of the table has the headings; `skip`: how many rows stand above it;
      `ragged`: whether rows may be shorter than the table, or have blank cells beyond it;
    - of CSV `encoding` (a name Python knows), `delimiter`, `quote` (a character, or empty for none), `escape`
      (`doubled` or `backslash`: how a quote stands within quotes); of vCard `encoding` alone;
    - of workbooks `sheet`, its name; `sheets` has them all, to choose from.
    """

    headings: list[str]
    layout: dict[str, Any]
    rows: Callable[[], Iterator[Line]] = field(repr=False)
    """Calling it reads the file from its beginning. Raises InvalidInput where it turns out to be damaged."""
