"""A row as a line: an object in JSON with its columns in alphabetical order, without those that are empty."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import JSON, ColumnElement, Date, DateTime, Table, select
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session

AT_ONCE = 2_000
"""Rows in memory."""
WHOLE = 2**53
"""Whole numbers up to here are the same as fractions in every JSON reader."""
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE

Row = Mapping[str, Any]
NOTHING: Mapping[str, Any] = {}


def lines_of(
    session: Session,
    table: Table,
    *conditions: ColumnElement[bool],
    instead: Mapping[str, ColumnElement[Any]] = NOTHING,
) -> Iterator[list[bytes]]:
    """The rows of a table in some order, some lines at a time. Moments are in UTC.

    `instead` replaces the values of columns that are nobody else's business.
    """
    names = [column.name for column in table.columns]
    columns = [instead[name].label(name) if name in instead else table.c[name] for name in names]
    documents = [index for index, column in enumerate(table.columns) if isinstance(column.type, JSON)]
    found = session.execute(select(*columns).where(*conditions).execution_options(yield_per=AT_ONCE))
    for rows in found.partitions():
        yield [_line(names, documents, list(row)) for row in rows]


def reader_of(table: Table) -> Callable[[bytes], dict[str, Any]]:
    """Makes rows for `table` of its lines: every column, the empty ones among them."""
    moments = {column.name for column in table.columns if _holds(column.type, DateTime)}
    days = {column.name for column in table.columns if isinstance(column.type, Date)}
    empty: dict[str, Any] = dict.fromkeys(column.name for column in table.columns)

    def read(line: bytes) -> dict[str, Any]:
        row: dict[str, Any] = empty | orjson.loads(line)
        for name in moments:
            row[name] = row[name] and datetime.fromisoformat(row[name])
        for name in days:
            row[name] = row[name] and date.fromisoformat(row[name])
        return row

    return read


def _line(names: list[str], documents: list[int], values: list[Any]) -> bytes:
    for index in documents:
        values[index] = _same(values[index])
    return orjson.dumps(
        {name: value for name, value in zip(names, values, strict=True) if value is not None}, option=_OPTIONS
    )


def _same(value: Any) -> Any:
    """PostgreSQL's jsonb does not tell 1.0 from 1: a whole number is written as one."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < WHOLE else value
    if isinstance(value, dict):
        return {key: _same(item) for key, item in value.items()}
    return [_same(item) for item in value] if isinstance(value, list) else value


def _holds(type: Any, kind: type[Any]) -> bool:
    return isinstance(type.impl if isinstance(type, TypeDecorator) else type, kind)
