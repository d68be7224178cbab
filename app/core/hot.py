"""Reads on the hottest paths: Core statements compiled once, run on the bare database cursor.

SQLAlchemy spends more time on a small statement than the database does. A `HotQuery` pays that price once per
dialect; afterwards a call is one `execute` and the type conversions that its columns need.
"""

from asyncio import get_running_loop
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, TypeVarTuple

import orjson
from sqlalchemy import ColumnElement, Dialect, Engine, Float, Select, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Row = tuple[Any, ...]
Convert = Callable[[Any], Any]
Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class Reader:
    """A database connection for reading, and the number of statements it has run."""

    def __init__(self, dialect: Dialect, cursor: Any) -> None:
        self.dialect = dialect
        self.statements = 0
        self._cursor = cursor

    def listed(self, values: Collection[str]) -> object:
        """Texts as the parameter of `Listed`."""
        return list(values) if self.dialect.name == "postgresql" else orjson.dumps(list(values)).decode()

    def fetch(self, sql: str, parameters: Any) -> list[Row]:
        self.statements += 1
        self._cursor.execute(sql, parameters)
        rows: list[Row] = self._cursor.fetchall()
        return rows


def reader_of(session: Session) -> Reader:
    """A reader within the transaction of a session. What the session has not flushed yet, it does not see."""
    connection = session.connection()
    return Reader(connection.dialect, connection.connection.cursor())


READERS_AT_ONCE = 2
"""Of a process: one runs Python while the other waits for the database. More would take the interpreter from each
other in mid-statement, and from the loop that has to send what is ready."""
_readers = ThreadPoolExecutor(READERS_AT_ONCE, thread_name_prefix="reader")


async def in_turn(read: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
    """Run `read` on one of the reader threads: first come, first served, so that a busy moment's last answer is not
    far behind its first. It must wait for nothing but short reads of the database, as all others wait for it."""
    return await get_running_loop().run_in_executor(_readers, read, *arguments)


@contextmanager
def reading(engine: Engine) -> Iterator[Reader]:
    """A reader in autocommit mode: each statement sees the latest committed state, and locks nothing."""
    connection = engine.raw_connection()
    driver: Any = connection.driver_connection
    try:
        yield _reader(engine, driver)
    finally:
        if engine.dialect.name == "postgresql":
            driver.autocommit = False
        connection.close()


def _reader(engine: Engine, driver: Any) -> Reader:
    if engine.dialect.name == "postgresql":
        driver.autocommit = True
    return Reader(engine.dialect, driver.cursor())


class Listed(ColumnElement[bool]):
    """`column IN` any number of texts, which are the one parameter `name`: see `Reader.listed`."""

    inherit_cache = False

    def __init__(self, column: Mapped[str], name: str) -> None:
        self.column: Any = column
        self.parameter = bindparam(name, type_=String)


@compiles(Listed, "postgresql")
def _listed_on_postgresql(element: Listed, compiler: SQLCompiler, **options: Any) -> str:
    name = compiler.process(element.parameter, **options).removesuffix("::VARCHAR")
    return f"{compiler.process(element.column, **options)} = ANY (CAST({name} AS VARCHAR[]))"


@compiles(Listed, "sqlite")
def _listed_on_sqlite(element: Listed, compiler: SQLCompiler, **options: Any) -> str:
    name = compiler.process(element.parameter, **options)
    return f"{compiler.process(element.column, **options)} IN (SELECT value FROM json_each({name}))"


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    names: tuple[str, ...]
    positional: bool
    defaults: dict[str, Any]
    converts: tuple[tuple[int, Convert], ...]


class HotQuery:
    """A select with `bindparam`s, callable as `query(reader, name=value, …)`; rows are plain tuples.

    Parameters are text and numbers, and are not converted; names that the statement does not use are ignored.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, reader: Reader, **parameters: object) -> list[Row]:
        compiled = self._compiled.get(reader.dialect.name) or self._compile(reader.dialect)
        values = {**compiled.defaults, **parameters}
        if compiled.positional:
            rows = reader.fetch(compiled.sql, [values[name] for name in compiled.names])
        else:
            rows = reader.fetch(compiled.sql, {name: values[name] for name in compiled.names})
        return [_converted(row, compiled.converts) for row in rows] if compiled.converts else rows

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement = self._statement.compile(dialect=dialect)
        expanded = statement.construct_expanded_state(statement.params)
        positional = expanded.positiontup
        converts = []
        for index, column in enumerate(self._statement.selected_columns):
            if convert := _convert(column.type, dialect):
                converts.append((index, convert))
        compiled = _Compiled(
            sql=expanded.statement,
            names=tuple(positional if positional is not None else expanded.parameters),
            positional=positional is not None,
            defaults={name: value for name, value in expanded.parameters.items() if value is not None},
            converts=tuple(converts),
        )
        self._compiled[dialect.name] = compiled
        return compiled


def _convert(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What makes values of this type of those that the driver gives: floats are floats already."""
    if isinstance(kind, Float) and not kind.asdecimal:
        return None
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _converted(row: Row, converts: tuple[tuple[int, Convert], ...]) -> Row:
    values = list(row)
    for index, convert in converts:
        values[index] = convert(values[index])
    return tuple(values)
