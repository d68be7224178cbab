"""Finding records by what was typed, best first: keys, names that begin so, words of names, other words, slips."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.core.bulk import sieve
from app.core.database import unconfined
from app.records.search.folding import words_of
from app.records.search.matching import Barred, Condition, also_has, barred_fields, begins, is_key, readable
from app.records.search.query import Query, Term
from app.records.search.spelling import words_like
from app.records.search.words import whole
from app.workspaces.access import Viewer, visible
from models import Record, SearchWord

AT_MOST = 200
"""Rows that one look-up brings home: enough to rank what anybody pages through."""
ENOUGH = 5
"""With fewer finds than this, slips of the pen are looked for."""
_COUNTED = (100, 2_000)
"""Up to so many words of each term are counted to find the rarest one: further only where all are frequent."""
_COLUMNS: tuple[Any, ...] = (col(Record.id), col(Record.name), col(Record.folder_id), col(Record.last_activity_at))


class Rank(IntEnum):
    """How well something matches; the lowest is best."""

    KEY = 0
    NAME_BEGINS = 1
    NAME_WORDS = 2
    OTHER_WORDS = 3
    SLIP = 4
    TEXT = 5


@dataclass(frozen=True, slots=True)
class Within:
    """What of the workspace is searched: everything, one folder, or one kind of record."""

    folder_id: str | None = None
    kind: str | None = None

    def holds(self, record: Any = Record) -> list[Condition]:
        conditions = [record.archived_at.is_(None)]
        if self.folder_id:
            conditions.append(record.folder_id == self.folder_id)
        if self.kind:
            conditions.append(record.kind == self.kind)
        return conditions


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record that matches; `query` is what it matches, corrected where it took a slip to find it."""

    id: str
    name: str
    rank: Rank
    last_activity_at: datetime | None
    query: Query


def find_records(session: Session, *, viewer: Viewer, query: Query, within: Within) -> list[FoundRecord]:
    """Records that the viewer may see and that have all words of the query, best first; at most a few hundred."""
    search = _Search(session, viewer, within)
    with unconfined(session):
        found = {one.id: one for one in search.by_words(query)}
        for one in search.by_key(query):
            found[one.id] = one
        if len(found) < ENOUGH:
            for one in search.by_slips(query):
                found.setdefault(one.id, one)
    return sorted(found.values(), key=_order)


def _order(found: FoundRecord) -> tuple[Any, ...]:
    active = -found.last_activity_at.timestamp() if found.last_activity_at else 0.0
    return found.rank, active, found.name.casefold(), found.id


class _Search:
    def __init__(self, session: Session, viewer: Viewer, within: Within) -> None:
        self.session, self.viewer, self.within = session, viewer, within
        self.barred = barred_fields(session, workspace_id=viewer.workspace_id, viewer=viewer)

    def by_key(self, query: Query) -> Iterable[FoundRecord]:
        for row in self._rows(is_key(query, workspace_id=self.viewer.workspace_id)):
            yield _found(row, Rank.KEY, query)

    def by_words(self, query: Query) -> Iterable[FoundRecord]:
        for row in self._having(query.terms):
            yield _found(row, _rank(row, query, self.barred), query)

    def by_slips(self, query: Query) -> Iterable[FoundRecord]:
        where = self.viewer.workspace_id
        near = [words_like(self.session, workspace_id=where, word=term.text) for term in query.terms]
        if any(near):
            corrected = query.corrected(near)
            for row in self._having(corrected.terms):
                yield _found(row, Rank.SLIP, corrected)

    def _having(self, terms: Sequence[Term]) -> list[Any]:
        """Records with all terms: those with the rarest one are walked through, and asked for the others."""
        rarest = terms[self._rarest(terms)]
        here, rest = self.viewer.workspace_id, [term for term in terms if term is not rarest]
        others = also_has(rest, self.barred)
        return self._rows(begins(rarest, workspace_id=here), *others)

    def _rarest(self, terms: Sequence[Term]) -> int:
        counts: Sequence[int] = [0] * len(terms)
        for most in _COUNTED if len(terms) > 1 else ():
            counts = self.session.execute(select(*(self._count(term, most) for term in terms))).one()
            if min(counts) < most:
                break
        return counts.index(min(counts))

    def _count(self, term: Term, most: int) -> Any:
        """How many words a term stands for; of many, only that they are many."""
        found = [
            select(col(SearchWord.word)).where(range) for range in begins(term, workspace_id=self.viewer.workspace_id)
        ]
        some = [select(func.count()).select_from(words.limit(most).subquery()).scalar_subquery() for words in found]
        return sum(some[1:], start=some[0])

    def _rows(self, ranges: Sequence[Condition], *others: Condition) -> list[Any]:
        """Those with words in these ranges of the index; in no order, so that the database stops as soon as it can."""
        query = (
            select(*_COLUMNS)
            .select_from(SearchWord)
            .join(Record, col(Record.id) == col(SearchWord.record_id))
            .where(sieve(visible(self.viewer)), *self.within.holds(), readable(self.barred, Record), *others)
            .limit(AT_MOST)
        )
        return [row for range in ranges for row in self.session.execute(query.where(range))]


def _found(row: Any, rank: Rank, query: Query) -> FoundRecord:
    return FoundRecord(row.id, row.name, rank, row.last_activity_at, query)


def _rank(row: Any, query: Query, barred: Barred) -> Rank:
    if "name" in barred.get(row.folder_id, ()):
        return Rank.OTHER_WORDS
    if whole(row.name).startswith(query.whole):
        return Rank.NAME_BEGINS
    words = words_of(row.name)
    if all(any(term.fits(word) for word in words) for term in query.terms):
        return Rank.NAME_WORDS
    return Rank.OTHER_WORDS
