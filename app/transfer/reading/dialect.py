"""How cells are set apart: the delimiter, the quotes, and how a quote is written within quotes.

Every plausible dialect is tried on the beginning of the file. The best one makes rows of equal width out of cells that
look like values. The idea of weighing both: van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting
row and type patterns" (2019), https://doi.org/10.1007/s10618-019-00646-y.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.core.errors import InvalidInput
from app.transfer.reading.shapes import shape_of

TRIED_ROWS = 100
_DELIMITERS = {",": 1.0, ";": 1.0, "\t": 1.0, "|": 1.0, "\x1f": 1.0, "\x01": 1.0, "^": 0.9, "§": 0.9, "¬": 0.9}
_DELIMITERS |= {"~": 0.9, "#": 0.7, "*": 0.7, ":": 0.6, "&": 0.6, " ": 0.5}
"""Each with the weight it has against a comma that does as well."""
_ONE_COLUMN = 0.3
"""What a table of one column is worth: less than any that falls into columns well."""
MISREAD = 0.9
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_WORDS = re.compile(r"[^,;\t|\"\x00-\x1f]{1,80}")


@dataclass(frozen=True, slots=True)
class Dialect:
    """`quote` is empty where nothing is quoted. `escape` is `doubled` or `backslash`."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = "doubled"
    spaced: bool = False
    """Whether spaces behind a delimiter belong to it."""

    def but(self, layout: Mapping[str, Any]) -> "Dialect":
        """This one, but for what a person set."""
        delimiter = layout.get("delimiter", self.delimiter)
        spaced = self.spaced and delimiter == self.delimiter
        return Dialect(delimiter, layout.get("quote", self.quote), layout.get("escape", self.escape), spaced)

    def layout(self) -> dict[str, str]:
        return {"delimiter": self.delimiter, "quote": self.quote, "escape": self.escape}

    def options(self) -> dict[str, Any]:
        """For `csv.reader`."""
        how: dict[str, Any] = {"delimiter": self.delimiter, "skipinitialspace": self.spaced}
        how |= {"quotechar": self.quote} if self.quote else {"quoting": csv.QUOTE_NONE, "quotechar": None}
        return how | ({"escapechar": "\\"} if self.escape == "backslash" else {})

    def plain(self, quoted: str) -> str:
        """What stands between two quotes, as it is meant."""
        if self.escape == "backslash":
            quoted = re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
        return quoted.replace(self.quote * 2, self.quote)


def check_layout(layout: Mapping[str, Any]) -> None:
    """Raises InvalidInput naming what cannot be."""
    delimiter, quote = layout.get("delimiter", ","), layout.get("quote", "")
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in "\r\n":
        raise InvalidInput("delimiter: a single character, such as a comma or a tab.", field="delimiter")
    if not isinstance(quote, str) or len(quote) > 1 or quote in ("\r", "\n", delimiter):
        raise InvalidInput("quote: a single character other than the delimiter, or none.", field="quote")
    if layout.get("escape", "doubled") not in ("doubled", "backslash"):
        raise InvalidInput("escape: doubled or backslash.", field="escape")


def detect(head: Sequence[str], layout: Mapping[str, Any]) -> Dialect:
    """The dialect of these lines. What `layout` sets is not called in question."""
    text = "".join(head)
    best, most = Dialect(), _ONE_COLUMN * 0.5
    for dialect in _candidates(text, layout):
        worth = _worth(head, dialect) * (MISREAD if _misreads(text, dialect) else 1.0)
        if worth > most:
            best, most = dialect, worth
    return best


def names_delimiter(line: str) -> str:
    """The delimiter that a first line such as `sep=;` names: how Excel is told."""
    found = _SEPARATOR_LINE.fullmatch(line.removeprefix("\ufeff"))
    return found[1] if found else ""


def _candidates(text: str, layout: Mapping[str, Any]) -> Iterator[Dialect]:
    delimiters = [layout["delimiter"]] if layout.get("delimiter") else [one for one in _DELIMITERS if one in text]
    for delimiter in delimiters:
        for quote, spaced in _quotes(text, delimiter, layout):
            yield Dialect(delimiter, quote, "doubled", spaced)
            if f"\\{quote}" in text or f"\\{delimiter}" in text:
                yield Dialect(delimiter, quote, "backslash", spaced)


def _quotes(text: str, delimiter: str, layout: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """The quotes that cells may have, and whether spaces stand before them; double ones, if none are seen."""
    if "quote" in layout:
        yield layout["quote"], False
        return
    seen = False
    for quote in "\"'":
        spaces = [found[1] for found in re.finditer(f"(?:^|{re.escape(delimiter)})( *){quote}", text, re.MULTILINE)]
        if spaces or (quote == "'" and not seen):
            yield (quote, delimiter != " " and any(spaces)) if spaces else ('"', False)
        seen = seen or bool(spaces)
    if seen:
        yield "", False


def _worth(head: Sequence[str], dialect: Dialect) -> float:
    """From 0 to 1: how much of a table the lines are in this dialect."""
    try:
        rows = [row for row in islice(csv.reader(iter(head), **dialect.options()), TRIED_ROWS) if any(row)]
    except csv.Error:
        return 0.0
    if not rows:
        return 0.0
    width = Counter(map(len, rows)).most_common(1)[0][0]
    regular = sum(len(row) == width for row in rows) / len(rows)
    cells = [cell for row in rows for cell in row]
    clean = sum(_cleanness(cell, dialect) for cell in cells) / len(cells)
    shape = _ONE_COLUMN if width == 1 else 1 - 0.5 / width
    return regular * shape * clean * _DELIMITERS.get(dialect.delimiter, 1.0)


def _misreads(text: str, dialect: Dialect) -> bool:
    """Whether a backslash stands before quotes that close nothing, but is given no meaning."""
    if not dialect.quote or dialect.escape == "backslash":
        return False
    return (
        re.search(rf"\\{dialect.quote}(?! *(?:{re.escape(dialect.delimiter)}|{dialect.quote}|$))", text, re.M)
        is not None
    )


def _cleanness(cell: str, dialect: Dialect) -> float:
    text = cell.strip()
    if not text:
        return 0.9
    if text[0] in "\"'" and len(text) > 1 and (text[0] == text[-1] or not dialect.quote):
        return 0.0
    if shape_of(text):
        return 1.0
    if _WORDS.fullmatch(text):
        return 0.9
    return 0.6 if dialect.quote else 0.4
