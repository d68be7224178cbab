"""The statements that find records by their words, compiled once for each shape that a search can have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import String, and_, bindparam, exists, func, not_, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.core.bulk import sieve
from app.core.hot import HotQuery, Listed, Reader
from app.records.search.matching import LAST, Barred
from app.records.search.query import Query, Term
from app.workspaces.access import ScopedQuery, Viewer
from models import Record, SearchWord

AT_MOST = 200
"""Rows that one look-up brings home: enough to rank what anybody pages through."""
_COUNTED = (100, 2_000)
"""Up to so many words of each term are counted to find the rarest one: further only where all are frequent."""
_BETWEEN = "/"
COLUMNS: tuple[Any, ...] = (
    col(Record.id),
    col(Record.folder_id),
    col(Record.kind),
    col(Record.name),
    col(Record.last_activity_at),
    col(Record.data),
)


@dataclass(frozen=True, slots=True)
class Within:
    """What of the workspace is searched: everything, one folder, or one kind of record."""

    folder_id: str | None = None
    kind: str | None = None

    def holds(self, record: Any = Record) -> list[Any]:
        """The conditions on a record (the table or an alias)."""
        conditions = [record.archived_at.is_(None)]
        if self.folder_id:
            conditions.append(record.folder_id == self.folder_id)
        if self.kind:
            conditions.append(record.kind == self.kind)
        return conditions


class Lookups:
    """Looks records up on behalf of a viewer, who finds nothing by fields that are `barred`. Rows have COLUMNS."""

    def __init__(self, reader: Reader, viewer: Viewer, *, barred: Barred, within: Within) -> None:
        self._reader, self._viewer, self._within = reader, viewer, within
        self._no_key: str | None = None
        self._barred = [f"{folder}{_BETWEEN}{key}" for folder, keys in barred.items() for key in keys]

    def by_key(self, query: Query) -> list[Any]:
        """Those with a word that is all of what was typed: an address, a domain, a number, a phone number."""
        if self._no_key == query.whole and not query.phone:
            return []
        return self._rows([(query.whole, query.whole), *map(_beginning, query.phone)])

    def by_terms(self, query: Query) -> list[Any]:
        """Those with all terms: those with the rarest one are walked through, and asked for the others."""
        terms = query.terms
        rarest = terms[self._rarest(query)]
        ranges = [_beginning(rarest.text), *((word, word) for word in sorted(rarest.corrected))]
        return self._rows(ranges, [term for term in terms if term is not rarest])

    def _rarest(self, query: Query) -> int:
        """The place of the term with the fewest words. On the way it is seen whether anything has the query as key."""
        terms = query.terms
        counts: Sequence[int] = [0] * len(terms)
        shape, values = tuple(bool(term.corrected) for term in terms), self._words_of(terms)
        for most in _COUNTED if len(terms) > 1 else ():
            here = {"workspace": self._viewer.workspace_id, "most": most, "whole": query.whole}
            ((keys, *counts),) = _counting(shape)(self._reader, **here, **values)
            self._no_key = None if keys else query.whole
            if min(counts) < most:
                break
        return counts.index(min(counts))

    def _rows(self, ranges: Iterable[tuple[str, str]], others: Sequence[Term] = ()) -> list[Any]:
        within = self._within
        shape = tuple(bool(term.corrected) for term in others)
        find = _finding(shape, bool(self._barred), bool(within.folder_id), bool(within.kind))
        values = self._words_of(others) | {"folder": within.folder_id, "kind": within.kind}
        values["barred"] = self._reader.listed(self._barred)
        return [
            row for first, last in ranges for row in find(self._reader, self._viewer, first=first, last=last, **values)
        ]

    def _words_of(self, terms: Sequence[Term]) -> dict[str, object]:
        values: dict[str, object] = {}
        for number, term in enumerate(terms):
            values[f"first{number}"], values[f"last{number}"] = _beginning(term.text)
            values[f"near{number}"] = self._reader.listed(sorted(term.corrected))
        return values


def _beginning(text: str) -> tuple[str, str]:
    """The range of words that begin so."""
    return text, text + LAST


@lru_cache(maxsize=512)
def _finding(others: tuple[bool, ...], is_barred: bool, in_folder: bool, of_kind: bool) -> ScopedQuery:
    """In no order, so that the database stops as soon as it can. `others` tell which of the terms are corrected."""
    conditions: list[Any] = [col(Record.archived_at).is_(None)]
    if in_folder:
        conditions.append(col(Record.folder_id) == _text("folder"))
    if of_kind:
        conditions.append(col(Record.kind) == _text("kind"))
    if is_barred:
        conditions.append(_is_open(SearchWord))
    for number, corrected in enumerate(others):
        word = aliased(SearchWord)
        mine = and_(col(word.record_id) == col(Record.id), or_(*_has(word, number, corrected)))
        conditions.append(exists().where(mine, _is_open(word)) if is_barred else exists().where(mine))
    words = select(*COLUMNS).select_from(SearchWord).join(Record, col(Record.id) == col(SearchWord.record_id))
    words = words.where(col(SearchWord.workspace_id) == _text("viewer_workspace"), _ranges(SearchWord, ""))
    return ScopedQuery(lambda see: words.where(sieve(see(Record)), *conditions).limit(AT_MOST))


@lru_cache(maxsize=512)
def _counting(terms: tuple[bool, ...]) -> HotQuery:
    """How many words are the whole of what was typed, and how many each term stands for; of many, that they are."""
    keys = _count(col(SearchWord.word) == _text("whole"))
    return HotQuery(select(keys, *(_count(*_has(SearchWord, *term)) for term in enumerate(terms))))


def _count(*either: Any) -> Any:
    here = select(col(SearchWord.word)).where(col(SearchWord.workspace_id) == _text("workspace"))
    found = [here.where(condition).limit(bindparam("most")) for condition in either]
    counts: list[Any] = [select(func.count()).select_from(some.subquery()).scalar_subquery() for some in found]
    return sum(counts[1:], start=counts[0])


def _has(word: Any, number: int, corrected: bool) -> list[Any]:
    """Any of these."""
    begins = _ranges(word, str(number))
    return [begins, Listed(word.word, f"near{number}")] if corrected else [begins]


def _ranges(word: Any, number: str) -> Any:
    return and_(word.word >= _text(f"first{number}"), word.word <= _text(f"last{number}"))


def _is_open(word: Any) -> Any:
    """Holds for words of fields that are not barred in the record's folder."""
    return not_(Listed(col(Record.folder_id) + _BETWEEN + word.field, "barred"))


def _text(name: str) -> Any:
    return bindparam(name, type_=String)
