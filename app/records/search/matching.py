"""Queries as SQL: conditions on the words of records, for those who may read the fields that they stand in."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.records.search.query import Query, Term, parse_query
from app.workspaces.access import Viewer
from models import FieldDef, Record, SearchWord

Condition = ColumnElement[bool]
Barred = dict[str, set[str]]
"""Keys of fields by folder."""

_LAST = chr(0x10FFFF)


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
    words = [_has(workspace_id, begins(term), barred, record) for term in query.terms]
    return or_(_has(workspace_id, is_key(query), barred, record), and_(*words))


def barred_fields(session: Session, *, workspace_id: str, viewer: Viewer | None) -> Barred:
    """The fields that say nothing to the viewer: archived ones, and those that are hidden from them."""
    query = select(col(FieldDef.folder_id), col(FieldDef.key)).where(
        col(FieldDef.workspace_id) == workspace_id, col(FieldDef.archived_at).is_not(None)
    )
    barred: Barred = {}
    for folder_id, key in session.execute(query):
        barred.setdefault(folder_id, set()).add(key)
    for folder_id, keys in (viewer.access.hidden if viewer and not viewer.is_admin else {}).items():
        barred.setdefault(folder_id, set()).update(keys)
    return barred


def begins(term: Term, word: Any = SearchWord) -> Condition:
    """Holds for words that a term stands for."""
    beginning = starts_with(word.word, term.text)
    return or_(beginning, word.word.in_(sorted(term.corrected))) if term.corrected else beginning


def is_key(query: Query, word: Any = SearchWord) -> Condition:
    """Holds for words that are all of what was typed: an address, a domain, a number, a phone number."""
    return or_(word.word == query.whole, *(starts_with(word.word, digits) for digits in query.phone))


def starts_with(column: Any, text: str) -> Condition:
    return and_(column >= text, column < text + _LAST)


def readable(barred: Barred, record: Any, word: Any = SearchWord) -> Condition:
    """Holds for words of fields that are not barred in the record's folder."""
    closed = (and_(record.folder_id == id, word.field.in_(sorted(keys))) for id, keys in barred.items())
    return and_(true(), *map(not_, closed))


def also_has(terms: Collection[Term], barred: Barred) -> list[Condition]:
    """Conditions that hold for records that have these terms, too; each looks at one record's words."""
    conditions: list[Condition] = []
    for term in terms:
        other = aliased(SearchWord)
        mine = and_(col(other.record_id) == col(Record.id), begins(term, other))
        conditions.append(exists().where(mine, readable(barred, Record, other)))
    return conditions


def _has(workspace_id: str, word: Condition, barred: Barred, record: Any) -> Condition:
    ids = select(col(SearchWord.record_id)).where(col(SearchWord.workspace_id) == workspace_id, word)
    if not barred:
        found: Condition = record.id.in_(ids)
        return found
    return exists().where(
        col(SearchWord.record_id) == record.id,
        col(SearchWord.workspace_id) == workspace_id,
        word,
        readable(barred, record),
    )
