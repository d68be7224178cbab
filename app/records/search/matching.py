"""Queries as SQL: conditions on the words of records, for those who may read the fields that they stand in."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select, true
from sqlmodel import Session, col

from app.records.catalog import session_catalog
from app.records.search.query import Query, Term, parse_query
from app.workspaces.access import Viewer
from models import Record, SearchWord

Condition = ColumnElement[bool]
Barred = dict[str, set[str]]
"""Keys of fields by folder."""

LAST = chr(0x10FFFF)
"""After a text, the end of all that begin with it."""


def matches(
    session: Session, *, workspace_id: str, viewer: Viewer | None, text: str, record: Any = Record
) -> Condition:
    """The condition on `record` (the table or an alias) that holds for records with all words of the text.

    Words may be unfinished, and stand in any fields that the viewer may read; a text without words matches nothing.
    """
    query = parse_query(text)
    barred = barred_fields(session, workspace_id=workspace_id, viewer=viewer)
    if query.is_empty:
        return false()
    words = [_has(_term(term, workspace_id=workspace_id), barred, record) for term in query.terms]
    return or_(_has(_key(query, workspace_id=workspace_id), barred, record), and_(*words))


def barred_fields(session: Session, *, workspace_id: str, viewer: Viewer | None) -> Barred:
    """The fields that say nothing to the viewer: archived ones, and those that are hidden from them."""
    retired = session_catalog(session, workspace_id=workspace_id).retired
    barred: Barred = {folder_id: set(keys) for folder_id, keys in retired.items()}
    for folder_id, keys in (viewer.access.hidden if viewer and not viewer.is_admin else {}).items():
        barred.setdefault(folder_id, set()).update(keys)
    return barred


def _term(term: Term, *, workspace_id: str) -> list[Condition]:
    """Conditions of which one holds for each word of the workspace that a term stands for."""
    return _here(workspace_id, [_starts_with(term.text)])


def _key(query: Query, *, workspace_id: str) -> list[Condition]:
    """The same for words that are all of what was typed: an address, a domain, a number, a phone number."""
    whole: Condition = col(SearchWord.word) == query.whole
    return _here(workspace_id, [whole, *(_starts_with(digits) for digits in query.phone)])


def _here(workspace_id: str, conditions: Sequence[Condition]) -> list[Condition]:
    """Each with the workspace: each is one range of the index."""
    return [and_(col(SearchWord.workspace_id) == workspace_id, condition) for condition in conditions]


def _starts_with(text: str) -> Condition:
    return and_(col(SearchWord.word) >= text, col(SearchWord.word) < text + LAST)


def _has(words: Sequence[Condition], barred: Barred, record: Any) -> Condition:
    if barred:
        return exists().where(col(SearchWord.record_id) == record.id, or_(*words), _readable(barred, record))
    found: Condition = record.id.in_(select(col(SearchWord.record_id)).where(or_(*words)))
    return found


def _readable(barred: Barred, record: Any) -> Condition:
    """Holds for words of fields that are not barred in the record's folder."""
    closed = (and_(record.folder_id == id, col(SearchWord.field).in_(sorted(keys))) for id, keys in barred.items())
    return and_(true(), *map(not_, closed))
