"""Connections to SQLite or PostgreSQL, and transactions on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlmodel import Session

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "busy_timeout=30000",
    "cache_size=-65536",
    "mmap_size=268435456",
    "wal_autocheckpoint=10000",
)


def make_engine(database_url: str, *, pool_size: int = 10) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…` (psycopg 3). Transactions on SQLite begin IMMEDIATE.

    Its errors do not tell the values of statements: those may be mail.
    """
    url = make_url(database_url)
    options: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, **options, pool_size=pool_size, max_overflow=20)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        **options,
        pool_size=pool_size,
        max_overflow=20,
        pool_pre_ping=True,
    )


@contextmanager
def transaction(engine: Engine, *, read_only: bool = False) -> Iterator[Session]:
    """One unit of work: committed when the block ends, rolled back when it raises.

    `read_only` starts SQLite with a deferred transaction, so that readers never wait for a writer.
    """
    with engine.connect().execution_options(read_only=read_only) as connection, Session(connection) as session:
        yield session
        session.commit()


def _dumps(value: object) -> str:
    return orjson.dumps(value, default=str).decode()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    mode = "DEFERRED" if connection.get_execution_options().get("read_only") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {mode}")
