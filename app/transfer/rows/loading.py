"""Putting lines back into tables, all of them or none, with every reference checked by the database."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any

import orjson
import psycopg
from sqlalchemy import JSON, Table, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from app.core.errors import Conflict
from app.transfer.rows.digest import TableDigest
from app.transfer.rows.lines import AT_ONCE, Row, reader_of
from app.transfer.rows.package import Package, Progress

Bind = Callable[[Any], Any]


def check_references_late(session: Session) -> None:
    """Rows may come before those they refer to, until the transaction ends.

    PostgreSQL looks at the end of each statement, and `load` fills a table by one.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA defer_foreign_keys = ON"))


def fill(session: Session, package: Package, tables: Iterable[Table], progress: Progress) -> None:
    """Fill these tables from a package. Raises Conflict for rows that are there already, InvalidInput for damage."""
    read: dict[str, TableDigest] = {}
    for table in tables:
        digest = read[table.name] = TableDigest()
        try:
            load(session, table, _counted(package.table(table.name), digest, partial(progress, table.name)))
        except IntegrityError as error:
            raise Conflict(f"A row of {table.name} is here already, or refers to one that is not.") from error
    package.check(read)


def load(session: Session, table: Table, lines: Iterable[bytes]) -> None:
    """Fill a table. Raises DBAPIError where a row is there already, or refers to nothing."""
    read = map(reader_of(table), lines)
    if (first := next(read, None)) is None:
        return
    rows = chain([first], read)
    if session.get_bind().dialect.name == "postgresql":
        _copy(session, table, rows)
    else:
        _insert(session, table, rows)


def is_empty(session: Session, table: Table) -> bool:
    return session.scalar(select(func.count()).select_from(select(*table.primary_key).limit(1).subquery())) == 0


def _counted(lines: Iterator[bytes], digest: TableDigest, told: Callable[[int], None]) -> Iterator[bytes]:
    while batch := list(islice(lines, AT_ONCE)):
        digest.add(batch)
        yield from batch
        told(len(batch))


def _insert(session: Session, table: Table, rows: Iterator[Row]) -> None:
    dialect = session.get_bind().dialect
    binds = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    statement = f'INSERT INTO "{table.name}" ({_names(table)}) VALUES ({", ".join("?" * len(binds))})'
    values = _values(table, binds)
    while batch := [values(row) for row in islice(rows, AT_ONCE)]:
        session.connection().exec_driver_sql(statement, batch)


def _copy(session: Session, table: Table, rows: Iterator[Row]) -> None:
    """See https://www.psycopg.org/psycopg3/docs/basic/copy.html"""
    values = _values(table, [_document if isinstance(column.type, JSON) else None for column in table.columns])
    statement = f'COPY "{table.name}" ({_names(table)}) FROM STDIN'
    driver: Any = session.connection().connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(values(row))
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from None


def _values(table: Table, binds: Sequence[Bind | None]) -> Callable[[Row], tuple[Any, ...]]:
    """Gives the values of a row as the driver takes them; a document that is empty but must be there is JSON's null."""
    given = [
        (column.name, bind, isinstance(column.type, JSON) and not column.nullable)
        for column, bind in zip(table.columns, binds, strict=True)
    ]

    def values(row: Row) -> tuple[Any, ...]:
        return tuple(
            bind(row[name]) if bind and (must or row[name] is not None) else row[name] for name, bind, must in given
        )

    return values


def _document(value: Any) -> str:
    return orjson.dumps(value).decode()


def _names(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)
