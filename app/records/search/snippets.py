"""Where a text matches, as a person sees it: a piece of it, and what to highlight there."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.records.search.query import Query

LENGTH = 160
"""Characters of a snippet; a match stands within its first third."""


@dataclass(frozen=True, slots=True)
class Match:
    """`text` is plain text; `ranges` are the [start, end) of what matches in it, counted in Unicode characters.

    `key` and `name` are those of the field it stands in.
    """

    key: str
    name: str
    text: str
    ranges: list[tuple[int, int]]


def match_in(text: str, query: Query, *, key: str, name: str) -> Match | None:
    """Where the query matches this text; None where it does not."""
    plain = " ".join(text.split())
    places = query.places_in(plain)
    if not places:
        return None
    start = _start(plain, places[0].start)
    end = min(len(plain), start + LENGTH)
    before, after = "…" if start else "", "…" if end < len(plain) else ""
    shift = len(before) - start
    shown = [(place.start + shift, min(place.end, end) + shift) for place in places if place.start < end]
    return Match(key, name, before + plain[start:end] + after, _joined(shown))


def _start(text: str, first: int) -> int:
    """Where to begin so that the match at `first` is seen, at the beginning of a word where there are spaces."""
    if len(text) <= LENGTH or first <= LENGTH // 3:
        return 0
    start = first - LENGTH // 3
    space = text.find(" ", start, first)
    return space + 1 if space >= 0 else start


def _joined(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping ranges as one: neighbouring pairs of a script without spaces share a character."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
