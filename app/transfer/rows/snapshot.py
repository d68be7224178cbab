"""A database at one moment, while others go on writing to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlmodel import Session


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A transaction that only reads, and sees what was committed at its first statement, to its end.

    On PostgreSQL that is REPEATABLE READ, see https://www.postgresql.org/docs/current/transaction-iso.html; on SQLite
    in WAL mode any reading transaction, see https://www.sqlite.org/isolation.html.
    """
    options: dict[str, object] = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection, Session(connection) as session:
        yield session
