"""Lines into cells, with quotes that do not match mended where that can be done, and told where not."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.transfer.reading.dialect import Dialect
from app.transfer.reading.source import MAX_CELL

Cells = list[str]
MISMATCH = "the quotes of this row do not match: close what is opened, and double a quote within quotes."
TOO_LONG = f"a cell of this row has more than {MAX_CELL:,} characters: shorten it, or close its quotes."
MAX_TRIES = 5_000
"""Steps taken to mend a row before it is given up."""


def split_rows(lines: Iterator[str], dialect: Dialect, *, width: int = 0) -> Iterator[tuple[Cells, str]]:
    """The cells of each row and what is wrong with it: nothing, if it could be read or mended to `width` cells.

    A quote that is never closed would swallow all that follows. Its row is told and the next line is read anew.
    """
    tape = _Tape(lines)
    while True:
        reader = csv.reader(tape, strict=True, **dialect.options())
        try:
            for cells in reader:
                yield cells, ""
                tape.taken.clear()
            return
        except csv.Error as error:
            yield _mended(tape, dialect, width, too_long="field limit" in str(error))


def _mended(tape: "_Tape", dialect: Dialect, width: int, *, too_long: bool) -> tuple[Cells, str]:
    taken, tape.taken = tape.taken, []
    for whole in [taken[:1], taken] if dialect.quote else []:
        if cells := _tolerant("".join(whole), dialect, width):
            tape.again = taken[len(whole) :]
            return cells, TOO_LONG if max(map(len, cells)) > MAX_CELL else ""
    tape.again = taken[1:]
    literal = taken[0].rstrip("\r\n").split(dialect.delimiter)
    long = too_long and max(map(len, literal)) > MAX_CELL
    return [cell[:MAX_CELL] for cell in literal], TOO_LONG if long else MISMATCH


@dataclass(slots=True)
class _Tape:
    """Lines that can be given back. `taken` are those of the row in hand."""

    lines: Iterator[str]
    taken: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.again.pop(0) if self.again else next(self.lines)
        self.taken.append(line)
        return line


def _tolerant(text: str, dialect: Dialect, width: int) -> Cells | None:
    """A row read as `width` cells, if it can be: a quote that closes nothing is a character like any other."""
    delimiter, quote = dialect.delimiter, dialect.quote
    text = text.rstrip("\r\n")
    closing = re.compile(rf"{re.escape(quote)}[ ]*(?={re.escape(delimiter)}|\Z)")
    dead: set[tuple[int, int]] = set()
    tries = 0

    def ways(start: int) -> Iterator[tuple[str, int]]:
        """A cell that begins here, and where the next one does."""
        if text.startswith(quote, start):
            for found in closing.finditer(text, start + 1):
                yield dialect.plain(text[start + 1 : found.start()]), found.end() + 1
        end = text.find(delimiter, start)
        end = len(text) if end < 0 else end
        yield text[start:end], end + 1

    path: list[tuple[str, Iterator[tuple[str, int]], int]] = [("", ways(0), 0)]
    while path and tries < MAX_TRIES:
        tries += 1
        _, next_ways, start = path[-1]
        cell, following = next(next_ways, ("", -1))
        depth = len(path)
        if following < 0:
            dead.add((start, depth))
            path.pop()
        elif following > len(text):
            if depth == width:
                return [*(taken for taken, _, _ in path[1:]), cell]
        elif depth < width and (following, depth + 1) not in dead:
            path.append((cell, ways(following), following))
    return None
