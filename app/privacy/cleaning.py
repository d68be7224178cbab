"""Taking traces out of rows of any table: which columns hold text, which rows may hold a trace, and the cleaning."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, String, Table, Text, and_, cast, false, or_, select, tuple_, update
from sqlmodel import AutoString, Session, SQLModel

from app.core.bulk import table_of
from app.privacy.traces import Traces
from models import (
    ApiKey,
    Counter,
    Erasure,
    Handled,
    IdempotentRequest,
    Mailbox,
    Member,
    SearchDue,
    SearchSpelling,
    SearchWord,
    SyncItem,
    Workspace,
)
from models.base import metadata

Key = tuple[Any, ...]
"""The primary key of a row, in the order of the table's columns."""


def _tables(*models: type[SQLModel]) -> frozenset[Table]:
    return frozenset(table_of(model) for model in models)


OURS = _tables(ApiKey, Counter, Erasure, Mailbox, Member, SyncItem, Workspace)
"""Of the workspace itself and of its members, and of how it works: nothing of customers is in them."""
INDEXES = _tables(SearchDue, SearchSpelling, SearchWord)
"""Made from other tables, and made anew with them."""
COPIES = _tables(Handled, IdempotentRequest)
"""Answers kept for those who ask twice: a row that shows the person goes altogether."""
ID_LENGTHS = (26, 64)
"""Of ids and digests."""
OPAQUE = frozenset(
    {
        *("fingerprint", "group_digest", "people", "recipients", "sealed_token", "token_hash"),
        *("gmail_id", "gmail_thread_id", "listing_id", "subject_id"),
    }
)
"""Columns of ids, digests and sealed texts: digits in them are nobody's number."""


def searched_tables() -> list[Table]:
    """All tables that may hold a trace: whatever belongs to a workspace and has text in it."""
    tables = (table for table in metadata.sorted_tables if "workspace_id" in table.c)
    return [table for table in tables if table not in OURS | INDEXES and text_columns(table)]


@cache
def text_columns(table: Table) -> tuple[Column[Any], ...]:
    """What people or programs wrote there, plain or as JSON; neither keys nor ids."""
    return tuple(
        column
        for column in table.c
        if isinstance(column.type, String | AutoString | JSON)
        and not (column.primary_key or column.foreign_keys or column.name in OPAQUE)
        and getattr(column.type, "length", None) not in ID_LENGTHS
    )


def may_hold(table: Table, traces: Traces) -> ColumnElement[bool]:
    """Holds for all rows that a trace is in, and for some others."""
    texts = [cast(column, Text) if isinstance(column.type, JSON) else column for column in text_columns(table)]
    return or_(false(), *(text.ilike(pattern) for text in texts for pattern in traces.likes))


def keys_where(session: Session, table: Table, condition: ColumnElement[bool]) -> Iterator[Key]:
    query = select(*table.primary_key.columns).where(condition).order_by(*table.primary_key.columns)
    for row in session.execute(query.execution_options(yield_per=1_000)):
        yield tuple(row)


def rows_with(session: Session, table: Table, condition: ColumnElement[bool], traces: Traces) -> list[dict[str, Any]]:
    """Primary key and texts of the rows that a trace is in."""
    columns = [*table.primary_key.columns, *text_columns(table)]
    query = select(*columns).where(condition, may_hold(table, traces))
    found = (dict(row) for row in session.execute(query).mappings())
    return [row for row in found if any(traces.are_in(row[column.name]) for column in text_columns(table))]


def clean_rows(session: Session, table: Table, condition: ColumnElement[bool], traces: Traces) -> list[Key]:
    """Take the traces out of the rows that meet the condition; returns the keys of those that had any."""
    changed = []
    for row in rows_with(session, table, condition, traces):
        key = tuple(row[column.name] for column in table.primary_key.columns)
        texts = {column.name: row[column.name] for column in text_columns(table)}
        cleaned = {name: traces.clean(value) for name, value in texts.items()}
        values = {name: value for name, value in cleaned.items() if value != texts[name]}
        session.execute(update(table).where(is_one_of(table, [key])).values(values))
        changed.append(key)
    return changed


def is_one_of(table: Table, keys: Sequence[Key]) -> ColumnElement[bool]:
    columns = list(table.primary_key.columns)
    if len(keys) == 1:
        return and_(*(column == value for column, value in zip(columns, keys[0], strict=True)))
    return columns[0].in_([key[0] for key in keys]) if len(columns) == 1 else tuple_(*columns).in_(keys)
