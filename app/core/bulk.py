"""Reading and writing many rows at once, past the object mapper."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeGuard, cast

import orjson
import psycopg
from sqlalchemy import ColumnElement, Table, Text, any_, inspect, literal, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import JSON
from sqlmodel import Session, SQLModel

Insert = postgresql.Insert | sqlite.Insert
Row = Mapping[str, Any]

ROWS_WORTH_A_COPY = 10


def insert_rows(session: Session, model: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert rows, all with the same keys in the same order. PostgreSQL takes many by COPY, at half the cost."""
    if not rows:
        return
    if _on_postgresql(session) and len(rows) >= ROWS_WORTH_A_COPY:
        _copy(session, table_of(model), rows)
    else:
        session.connection().execute(insert_into(session, model), rows)


def insert_missing(session: Session, model: type[SQLModel], rows: Sequence[Row]) -> bool:
    """Insert the rows that break no unique constraint; True if that was all of them.

    PostgreSQL is given all of them first, as they mostly are new.
    """
    if not rows:
        return True
    if _on_postgresql(session):
        with suppress(IntegrityError), session.connection().begin_nested():
            insert_rows(session, model, rows)
            return True
    done = session.connection().execute(insert_into(session, model).on_conflict_do_nothing(), rows)
    return done.rowcount == len(rows)


def insert_into(session: Session, model: type[SQLModel]) -> Insert:
    """An INSERT in the dialect at hand, for `on_conflict_…` and `from_select`."""
    table = table_of(model)
    return postgresql.insert(table) if _on_postgresql(session) else sqlite.insert(table)


def among(session: Session, column: ColumnElement[str] | Mapped[str], values: Collection[str]) -> ColumnElement[bool]:
    """`column IN values`; a single parameter on PostgreSQL, which then plans the statement once for any number."""
    if _on_postgresql(session):
        return column == any_(literal(list(values), postgresql.ARRAY(Text)))
    return column.in_(values)


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


def _copy(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """COPY knows nothing of the defaults that SQLAlchemy fills in and of its JSON columns: both are done here."""
    defaults = {c.name: c.default.arg for c in table.columns if c.name not in rows[0] and _has_value(c.default)}
    names = [*rows[0], *defaults]
    documents = {name for name in names if isinstance(table.c[name].type, JSON)}
    columns = ", ".join(f'"{name}"' for name in names)
    driver: Any = session.connection().connection.driver_connection
    statement = f'COPY "{table.name}" ({columns}) FROM STDIN'
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                dumped = {name: orjson.dumps(row[name], default=str).decode() for name in documents}
                copy.write_row([*{**row, **dumped}.values(), *defaults.values()])
    except psycopg.IntegrityError as error:
        raise IntegrityError(statement, None, error) from None


def _has_value(default: object) -> TypeGuard[ScalarElementColumnDefault]:
    return isinstance(default, ScalarElementColumnDefault)
