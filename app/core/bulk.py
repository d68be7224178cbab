"""Reading and writing many rows at once, past the object mapper."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, cast

import orjson
import psycopg
from sqlalchemy import ColumnElement, Dialect, Table, Text, any_, false, func, inspect, literal, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Mapped
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import JSON
from sqlmodel import Session, SQLModel

from app.core.database import is_confined

Insert = postgresql.Insert | sqlite.Insert
Row = Mapping[str, Any]

ROWS_WORTH_A_COPY = 10


def insert_rows(session: Session, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert rows, all with the same keys in the same order, at a fraction of what the statement builder costs.

    PostgreSQL takes many by COPY, at half the cost of INSERT; but not where row-level security applies.
    """
    insert_together(session, {model: rows})


def insert_together(session: Session, tables: Mapping[type[SQLModel], Sequence[Row]]) -> None:
    """`insert_rows` of several tables, in their order; PostgreSQL is not waited for in between."""
    given = {table_of(model): rows for model, rows in tables.items() if rows}
    if not _on_postgresql(session):
        for table, rows in given.items():
            _insert_on_sqlite(session, table, rows)
        return
    by_copy = {table for table, rows in given.items() if len(rows) >= ROWS_WORTH_A_COPY and not is_confined(session)}
    with _sending(session, at_once=len(given) > 1 and not by_copy) as cursor:
        for table, rows in given.items():
            if table in by_copy:
                _copy(session, table, rows)
            else:
                _insert_on_postgresql(session, cursor, table, rows)


def insert_texts(
    session: Session, model: type[SQLModel], names: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> None:
    """`insert_rows` of rows that are nothing but texts, in the order of these columns."""
    if not rows:
        return
    table = table_of(model)
    if _on_postgresql(session) and (is_confined(session) or len(rows) < ROWS_WORTH_A_COPY):
        insert_rows(session, model, [dict(zip(names, row, strict=True)) for row in rows])
    elif _on_postgresql(session):
        statement = f'COPY "{table.name}" ({_quoted(names)}) FROM STDIN'
        with _copying(session, statement) as copy:
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(names))
        statement = f'INSERT INTO "{table.name}" ({_quoted(names)}) VALUES ({marks})'
        session.connection().exec_driver_sql(statement, rows)


def insert_missing(session: Session, model: type[SQLModel], rows: Sequence[Row]) -> bool:
    """Insert the rows that break no unique constraint; True if that was all of them.

    PostgreSQL is given all of them first, as they mostly are new.
    """
    if not rows:
        return True
    if not _on_postgresql(session):
        return _insert_on_sqlite(session, table_of(model), rows, "ON CONFLICT DO NOTHING") == len(rows)
    with suppress(IntegrityError), session.connection().begin_nested():
        insert_rows(session, model, rows)
        return True
    session.connection().execute(insert_into(session, model).on_conflict_do_nothing(), rows)
    return False


def insert_new(session: Session, model: type[SQLModel], rows: Sequence[Row]) -> set[tuple[Any, ...]]:
    """`insert_missing`, and the primary keys of the rows that were inserted, in the order of the table's columns."""
    if not rows:
        return set()
    statement = insert_into(session, model).on_conflict_do_nothing().returning(*table_of(model).primary_key.columns)
    return {tuple(key) for key in session.connection().execute(statement, rows)}


def insert_into(session: Session, model: type[SQLModel]) -> Insert:
    """An INSERT in the dialect at hand, for `on_conflict_…` and `from_select`."""
    table = table_of(model)
    return postgresql.insert(table) if _on_postgresql(session) else sqlite.insert(table)


def among(session: Session, column: ColumnElement[str] | Mapped[str], values: Collection[str]) -> ColumnElement[bool]:
    """`column IN values`; a single parameter on PostgreSQL, which then plans the statement once for any number."""
    if _on_postgresql(session):
        return column == any_(literal(list(values), postgresql.ARRAY(Text)))
    return column.in_(values)


def sieve(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition, closed to the planner: it filters what an index has found, and leads to no index itself.

    For conditions that hold for much of a table: SQLite, which keeps no statistics, takes any `=` for selective.
    """
    return func.coalesce(condition, false())


def plan_afresh(session: Session) -> None:
    """Until the transaction ends, let PostgreSQL plan each statement anew.

    Within a large import tables grow faster than their statistics: a plan kept from when they were empty scans them.
    """
    if _on_postgresql(session):
        session.connection().execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


def table_of(model: type[SQLModel]) -> Table:
    return cast(Table, inspect(model).local_table)


def _on_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _insert_on_sqlite(session: Session, table: Table, rows: Sequence[Row], otherwise: str = "") -> int:
    """Returns how many rows were inserted."""
    connection = session.connection()
    defaults = _defaults(table, rows[0])
    names = [*rows[0], *defaults]
    columns = []
    for name in names:
        values = [row[name] for row in rows] if name in rows[0] else [defaults[name]] * len(rows)
        bind = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        columns.append(_bound(bind, values))
    marks = ", ".join("?" * len(names))
    statement = f'INSERT INTO "{table.name}" ({_quoted(names)}) VALUES ({marks}) {otherwise}'
    return connection.exec_driver_sql(statement, list(zip(*columns, strict=True))).rowcount


def _bound(bind: Callable[[Any], Any] | None, values: list[Any]) -> list[Any]:
    """The values as the driver takes them. What many rows share, as times and nothing, is worked out once."""
    if bind is None:
        return values
    if all(value is None for value in values):
        return [bind(None)] * len(values)
    if isinstance(values[0], datetime):
        bind = cache(bind)
    return [bind(value) for value in values]


@contextmanager
def _sending(session: Session, *, at_once: bool) -> Iterator[Any]:
    """A cursor of the driver whose statements, if `at_once`, PostgreSQL gets without a wait for each one's outcome."""
    driver: Any = session.connection().connection.driver_connection
    try:
        with driver.pipeline() if at_once else nullcontext(), driver.cursor() as cursor:
            yield cursor
    except psycopg.Error as error:
        raise DBAPIError.instance("INSERT", None, error, psycopg.Error) from None


def _insert_on_postgresql(session: Session, cursor: Any, table: Table, rows: Sequence[Row]) -> None:
    """One statement for any number of rows: each column goes as an array."""
    defaults = _defaults(table, rows[0])
    names = (*rows[0], *defaults)
    statement, binds = _unnesting(table, names, session.get_bind().dialect)
    columns = []
    for name, bind in zip(names, binds, strict=True):
        values = [row[name] for row in rows] if name in rows[0] else [defaults[name]] * len(rows)
        columns.append(_bound(bind, values))
    cursor.execute(statement, columns)


@lru_cache(maxsize=256)
def _unnesting(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[bytes, list[Any]]:
    """The statement, and what makes of each column's values those that the driver takes."""
    kinds = [table.c[name].type.dialect_impl(dialect) for name in names]
    arrays = ", ".join(f"%s::{_element(kind.compile(dialect))}[]" for kind in kinds)
    statement = f'INSERT INTO "{table.name}" ({_quoted(names)}) SELECT * FROM unnest({arrays})'
    return statement.encode(), [kind.bind_processor(dialect) for kind in kinds]


def _element(kind: str) -> str:
    """Texts without their length and collation: a cast to a length would cut them in silence."""
    return "VARCHAR" if kind.startswith("VARCHAR") else kind


def _copy(session: Session, table: Table, rows: Sequence[Row]) -> None:
    defaults = _defaults(table, rows[0])
    names = [*rows[0], *defaults]
    documents = {name for name in names if isinstance(table.c[name].type, JSON)}
    statement = f'COPY "{table.name}" ({_quoted(names)}) FROM STDIN'
    with _copying(session, statement) as copy:
        for row in rows:
            dumped = {name: orjson.dumps(row[name], default=str).decode() for name in documents}
            copy.write_row([*{**row, **dumped}.values(), *defaults.values()])


@contextmanager
def _copying(session: Session, statement: str) -> Iterator[Any]:
    driver: Any = session.connection().connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            yield copy
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from None


def _defaults(table: Table, row: Row) -> dict[str, Any]:
    """Plain default values, which SQLAlchemy and not the database fills in, of the columns that the row lacks."""
    absent = [column for column in table.columns if column.name not in row]
    plain = ScalarElementColumnDefault
    return {column.name: column.default.arg for column in absent if isinstance(column.default, plain)}


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
