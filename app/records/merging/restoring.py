"""Putting rows back as they were before a merge, but for what was changed again since."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, DateTime, Table, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.core.bulk import among
from app.records.merging.moving import AT_ONCE, IN_CATALOG, Row, batches, rows_of, write_mapped
from models import MergeMove
from models.base import UTCDateTime, metadata

Key = tuple[Any, ...]
Keep = Callable[[Table, Row, str], None]
"""Told of each column that stays as it is: the table, the key of the row (or all of it, where it is not put back)."""


def put_back(session: Session, moves: Sequence[MergeMove], keep: Keep) -> None:
    """Undo these moves, the last ones first. `keep` hears of what was edited, moved or deleted since."""
    by_table: dict[str, list[MergeMove]] = {}
    for move in reversed(moves):
        by_table.setdefault(move.table_name, []).append(move)
    for name, mine in by_table.items():
        table = metadata.tables[name]
        keys = {column.name for column in table.primary_key}
        moved = [move for move in mine if move.key is not None and not keys.isdisjoint(move.changed)]
        changed = [move for move in mine if move.key is not None and keys.isdisjoint(move.changed)]
        _change_back(session, table, moved, keep)
        _insert_again(session, table, [typed(table, move.row) for move in mine if move.key is None], keep)
        _change_back(session, table, changed, keep)
    session.expire_all()


def typed(table: Table, row: Mapping[str, Any]) -> Row:
    """A row as a note has it, with moments and days as the columns hold them."""
    return {name: _value(table.c[name], value) for name, value in row.items()}


def _value(column: Column[Any], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(column.type, UTCDateTime | DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if column.type.python_type is date else value


def _change_back(session: Session, table: Table, moves: Sequence[MergeMove], keep: Keep) -> None:
    for start in range(0, len(moves), AT_ONCE):
        some = moves[start : start + AT_ONCE]
        found = _rows_at(session, table, [typed(table, move.key or {}) for move in some])
        now = {key: dict(row) for key, row in found.items()}
        for move in some:
            key = _key(table, typed(table, move.key or {}))
            if key in now:
                _turn_back(table, now[key], typed(table, move.changed), typed(table, move.row), keep)
            else:
                keep(table, typed(table, move.row) | typed(table, move.key or {}), "")
        _write(session, table, [(found[key], row) for key, row in now.items() if row != found[key]], keep)


def _turn_back(table: Table, row: Row, changed: Row, before: Row, keep: Keep) -> None:
    """Change a row at hand. A column that the merge did not leave like this stays."""
    for name, value in changed.items():
        if name == "data" and table.name == "record":
            row["data"] = _data_back(table, row, value, before.get("data", {}), keep)
        elif row[name] == value:
            row[name] = before[name]
        else:
            keep(table, row, name)


def _data_back(table: Table, row: Row, changed: Row, before: Row, keep: Keep) -> Row:
    data = dict(row["data"])
    for key, value in changed.items():
        if data.get(key) != value:
            keep(table, row, key)
        elif key in before:
            data[key] = before[key]
        else:
            data.pop(key, None)
    return data


def _write(session: Session, table: Table, pairs: Sequence[tuple[Row, Row]], keep: Keep) -> None:
    """Bring rows from how they are to how they should be; those in whose place another one stands stay.

    Most go back to the same record: one statement does for all that get the same values.
    """
    alike: dict[str, list[tuple[Row, Row]]] = {}
    for was, row in pairs:
        values = {name: value for name, value in row.items() if value != was[name]}
        alike.setdefault(repr(values), []).append((was, values))
    for group in alike.values():
        _write_alike(session, table, group[0][1], [was for was, _ in group], keep)


def _write_alike(session: Session, table: Table, values: Row, rows: Sequence[Row], keep: Keep) -> None:
    if table.name in IN_CATALOG:
        for row in rows:
            write_mapped(session, table, row, values)
        return
    try:
        with session.begin_nested():
            session.execute(update(table).where(_among(session, table, rows)).values(values))
    except IntegrityError:
        if len(rows) == 1:
            keep(table, rows[0], "")
            return
        for row in rows:
            _write_alike(session, table, values, [row], keep)


def _insert_again(session: Session, table: Table, rows: Sequence[Row], keep: Keep) -> None:
    for some in batches(rows):
        there = _rows_at(session, table, some)
        _insert(session, table, [row for row in some if _key(table, row) not in there], keep)


def _insert(session: Session, table: Table, rows: Sequence[Row], keep: Keep) -> None:
    """All at once; one by one where a row has lost its place or its parent."""
    if not rows:
        return
    try:
        with session.begin_nested():
            session.connection().execute(insert(table), rows)
    except IntegrityError:
        if len(rows) == 1:
            keep(table, rows[0], "")
            return
        for row in rows:
            _insert(session, table, [row], keep)


def _rows_at(session: Session, table: Table, keys: Sequence[Row]) -> dict[Key, Row]:
    """The rows with these primary keys, by key."""
    if not keys:
        return {}
    query = select(table).where(_among(session, table, keys))
    return {_key(table, row): row for row in rows_of(session, query)}


def _among(session: Session, table: Table, rows: Sequence[Row]) -> ColumnElement[bool]:
    columns = list(table.primary_key.columns)
    if len(columns) == 1:
        return among(session, columns[0], [row[columns[0].name] for row in rows])
    return tuple_(*columns).in_([_key(table, row) for row in rows])


def _key(table: Table, row: Mapping[str, Any]) -> Key:
    return tuple(row[column.name] for column in table.primary_key)


def counted(kept: Iterable[str]) -> list[tuple[str, int]]:
    """How often each was kept, in the order in which they came."""
    return list(Counter(kept).items())
