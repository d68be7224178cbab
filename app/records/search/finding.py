"""Finding records by what was typed, best first: keys, names that begin so, words of names, other words, slips."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlmodel import Session

from app.core.database import unconfined
from app.core.hot import reader_of
from app.records.search.folding import words_of
from app.records.search.lookups import Lookups, Within
from app.records.search.matching import Barred, barred_fields
from app.records.search.query import Query
from app.records.search.spelling import words_like
from app.records.search.words import whole
from app.workspaces.access import Viewer

ENOUGH = 5
"""With fewer finds than this, slips of the pen are looked for; unless one has the very words that were typed."""


class Rank(IntEnum):
    """How well something matches; the lowest is best."""

    KEY = 0
    NAME_BEGINS = 1
    NAME_WORDS = 2
    OTHER_WORDS = 3
    SLIP = 4
    TEXT = 5


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record that matches, and what of it is shown; `query` is what it matches, corrected where it took a slip to
    find it. `data` are its values: they are shown by the schema as the viewer may know it."""

    rank: Rank
    query: Query
    id: str
    folder_id: str
    kind: str
    name: str
    last_activity_at: datetime | None
    data: dict[str, Any]


def find_records(session: Session, *, viewer: Viewer, query: Query, within: Within) -> list[FoundRecord]:
    """Records that the viewer may see and that have all words of the query, best first; at most a few hundred."""
    search = _Search(session, viewer, within)
    with unconfined(session):
        found = {one.id: one for one in search.by_words(query)}
        for one in search.by_key(query):
            found[one.id] = one
        if len(found) < ENOUGH and not any(_is_named(one, query) for one in found.values()):
            for one in search.by_slips(query):
                found.setdefault(one.id, one)
    return sorted(found.values(), key=_order)


def _is_named(found: FoundRecord, query: Query) -> bool:
    """Whether all that was typed are whole words of the name."""
    return found.rank <= Rank.NAME_WORDS and {term.text for term in query.terms} <= set(words_of(found.name))


def _order(found: FoundRecord) -> tuple[Any, ...]:
    active = -found.last_activity_at.timestamp() if found.last_activity_at else 0.0
    return found.rank, active, found.name.casefold(), found.id


class _Search:
    def __init__(self, session: Session, viewer: Viewer, within: Within) -> None:
        self.workspace_id, self.reader = viewer.workspace_id, reader_of(session)
        self.barred = barred_fields(session, workspace_id=viewer.workspace_id, viewer=viewer)
        self.lookups = Lookups(self.reader, viewer, barred=self.barred, within=within)

    def by_key(self, query: Query) -> Iterable[FoundRecord]:
        return (FoundRecord(Rank.KEY, query, *row) for row in self.lookups.by_key(query))

    def by_words(self, query: Query) -> Iterable[FoundRecord]:
        rows = self.lookups.by_terms(query)
        return (FoundRecord(_rank(row, query, self.barred), query, *row) for row in rows)

    def by_slips(self, query: Query) -> Iterable[FoundRecord]:
        near = words_like(self.reader, workspace_id=self.workspace_id, words=[term.text for term in query.terms])
        if not any(near):
            return ()
        corrected = query.corrected(near)
        return (FoundRecord(Rank.SLIP, corrected, *row) for row in self.lookups.by_terms(corrected))


def _rank(row: Sequence[Any], query: Query, barred: Barred) -> Rank:
    _, folder_id, _, name, *_ = row
    if "name" in barred.get(folder_id, ()):
        return Rank.OTHER_WORDS
    if whole(name).startswith(query.whole):
        return Rank.NAME_BEGINS
    words = words_of(name)
    if all(any(term.fits(word) for word in words) for term in query.terms):
        return Rank.NAME_WORDS
    return Rank.OTHER_WORDS
