"""Records by what rows of a file tell of them, for many rows with one statement."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, select
from sqlmodel import Session, col

from app.core.hot import Listed, reader_of
from app.records.identity import name_key
from app.records.search.folding import words_of
from app.records.search.words import WHOLE
from app.workspaces.access import ScopedQuery, Viewer
from models import Record, RecordKey, SearchWord

NAMED = ("contact", "lead", "company")
"""Kinds of records whose names are keys."""
Found = dict[str, list[str]]
"""Ids of records by what they were looked up by."""

See = Callable[[Any], ColumnElement[bool]]


def _keyed(see: See) -> Select[Any]:
    query: Any = select(col(RecordKey.value), col(Record.id), col(Record.folder_id))
    found: Select[Any] = query.join(Record, col(Record.id) == col(RecordKey.record_id)).where(
        col(RecordKey.workspace_id) == bindparam("viewer_workspace", type_=String),
        col(RecordKey.kind) == bindparam("kind", type_=String),
        Listed(col(RecordKey.value), "values"),
        see(Record),
    )
    return found


def _worded(see: See) -> Select[Any]:
    query: Any = select(col(SearchWord.word), col(Record.id), col(Record.folder_id), col(Record.name))
    found: Select[Any] = query.join(Record, col(Record.id) == col(SearchWord.record_id)).where(
        col(SearchWord.workspace_id) == bindparam("viewer_workspace", type_=String),
        Listed(col(SearchWord.word), "values"),
        Listed(col(SearchWord.field), "fields"),
        see(Record),
    )
    return found


def _named(see: See) -> Select[Any]:
    query: Any = select(col(Record.id).label("id"), col(Record.id), col(Record.folder_id))
    found: Select[Any] = query.where(Listed(col(Record.id), "values"), see(Record))
    return found


_KEYED, _WORDED, _BY_ID = ScopedQuery(_keyed), ScopedQuery(_worded), ScopedQuery(_named)


class Lookups:
    """Looks up what the viewer may see in some folders of one kind, within one transaction."""

    def __init__(self, session: Session, viewer: Viewer, *, kind: str, folder_ids: Collection[str]) -> None:
        self._reader = reader_of(session)
        self._viewer, self._kind, self._folders = viewer, kind, frozenset(folder_ids)

    def by_id(self, ids: Iterable[str]) -> Found:
        wanted = set(ids)
        return self._here(_BY_ID(self._reader, self._viewer, values=self._reader.listed(wanted))) if wanted else {}

    def by_key(self, kind: str, values: Iterable[str]) -> Found:
        """By keys of `record_key`: `email`, `domain`, `name`, or those of a unique field."""
        wanted = {value for value in values if value}
        if not wanted:
            return {}
        rows = _KEYED(self._reader, self._viewer, kind=kind, values=self._reader.listed(wanted))
        return self._here((value, record_id, folder_id) for value, record_id, folder_id in rows)

    def by_phone(self, digits: Iterable[str], fields: Sequence[str]) -> Found:
        """By the digits of phone numbers in fields with these keys, however the numbers are written."""
        wanted = {WHOLE + one for one in digits if one}
        if not wanted or not fields:
            return {}
        listed = self._reader.listed
        rows = _WORDED(self._reader, self._viewer, values=listed(wanted), fields=listed(fields))
        return self._here((word.removeprefix(WHOLE), record_id, folder_id) for word, record_id, folder_id, _ in rows)

    def by_name(self, keys: Iterable[str]) -> Found:
        """By `name_key` of their names."""
        wanted = {key for key in keys if key}
        if not wanted or self._kind in NAMED:
            return self.by_key("name", wanted)
        listed = self._reader.listed
        telling = {_telling(key) for key in wanted}
        rows = _WORDED(self._reader, self._viewer, values=listed(telling), fields=listed(["name"]))
        named = ((name_key(name), record_id, folder_id) for _, record_id, folder_id, name in rows)
        return {key: ids for key, ids in self._here(named).items() if key in wanted}

    def _here(self, rows: Iterable[tuple[Any, ...]]) -> Found:
        found: dict[str, list[str]] = defaultdict(list)
        for value, record_id, folder_id in rows:
            if folder_id in self._folders and record_id not in found[value]:
                found[value].append(record_id)
        return {value: sorted(ids) for value, ids in found.items() if ids}


def _telling(key: str) -> str:
    """The word of a name by which it is found fastest: with digits in it, or a long one, few others have it."""
    words = words_of(key) or [key]
    return max(words, key=lambda word: (any(map(str.isdigit, word)), len(word)))
