"""Connections to SQLite or PostgreSQL, and transactions on them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlmodel import Session

BUSY_SECONDS = 30
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "cache_size=-65536",
    "mmap_size=1073741824",
    "wal_autocheckpoint=10000",
)


def make_engine(database_url: str, *, pool_size: int = 10, idle_seconds: float = 10.0) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…` (psycopg 3). Transactions on SQLite begin IMMEDIATE.

    A connection of the pool that was idle for `idle_seconds` is tried before it is used again. On SQLite it is opened
    anew every day, for what the planner knows (`app.core.planning`). Errors do not tell the
    values of statements: those may be mail.
    """
    url = make_url(database_url)
    options: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": _loads, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, **options, pool_size=pool_size, max_overflow=20, pool_recycle=86_400)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    engine = create_engine(url.set(drivername="postgresql+psycopg"), **options, pool_size=pool_size, max_overflow=20)
    event.listen(engine, "checkin", _note_return)
    event.listen(engine, "checkout", partial(_ping_if_idle, engine, idle_seconds))
    return engine


@contextmanager
def transaction(engine: Engine, *, read_only: bool = False) -> Iterator[Session]:
    """One unit of work: committed when the block ends, rolled back when it raises.

    `read_only` starts SQLite with a deferred transaction, so that readers never wait for a writer.
    """
    turn = _Turn(_turns.setdefault(engine, Lock()))
    options = {"read_only": read_only, "turn": turn}
    try:
        with engine.connect().execution_options(**options) as connection, Session(connection) as session:
            yield session
            session.commit()
    finally:
        turn.end()


class _Turn:
    """A place in the queue of those who write to SQLite, taken with the first statement.

    SQLite has one writer at a time, and those who wait ask again after a nap, the unlucky ones for seconds. Within a
    process they queue here instead.
    """

    def __init__(self, lock: Lock) -> None:
        self._lock = lock
        self._is_mine = False

    def begin(self) -> None:
        """Waits no longer than SQLite does, which then says that it is busy."""
        self._is_mine = self._is_mine or self._lock.acquire(timeout=BUSY_SECONDS)

    def end(self) -> None:
        if self._is_mine:
            self._lock.release()


_turns: WeakKeyDictionary[Engine, Lock] = WeakKeyDictionary()


def overwrite_deleted(session: Session) -> None:
    """Have SQLite overwrite what this connection deletes from now on, else it stays in free pages of the file."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")


def confine(session: Session, workspace_id: str) -> None:
    """Until its transaction ends, keep a session to the rows of one workspace, whatever its queries forget.

    On PostgreSQL by row-level security, at the price of one small statement; SQLite has none. The same statement has
    what follows planned for its values: a plan kept for any words, owners or amounts walks through the whole table.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_CONFINE, {"workspace": workspace_id})
        session.info[_CONFINED] = True


@contextmanager
def unconfined(session: Session) -> Iterator[None]:
    """Lift `confine` for statements that carry their scope themselves and need their indexes.

    Under row-level security PostgreSQL lets an index serve only what cannot leak: `=` on columns can, neither
    expressions on `data` nor full text.
    """
    if not is_confined(session):
        yield
        return
    session.connection().exec_driver_sql(_LIFT)
    del session.info[_CONFINED]
    try:
        yield
    except DBAPIError:
        raise  # The transaction is over, and with it what was lifted.
    except Exception:
        _confine_again(session)
        raise
    _confine_again(session)


def _confine_again(session: Session) -> None:
    session.connection().exec_driver_sql(_AGAIN)
    session.info[_CONFINED] = True


def is_confined(session: Session) -> bool:
    return _CONFINED in session.info


_CONFINED = "confined"
_LIFT = "SELECT set_config('role', 'none', true)"
_AGAIN = "SELECT set_config('role', 'sidenote_member', true)"
_CONFINE = text(
    "SELECT set_config('sidenote.workspace', :workspace, true), set_config('role', 'sidenote_member', true), "
    "set_config('plan_cache_mode', 'force_custom_plan', true)"
)


def _dumps(value: object) -> str:
    return orjson.dumps(value, default=str).decode()


def _loads(document: str | bytes | int | float) -> Any:
    """SQLite keeps a document that is nothing but a number as that number."""
    return document if isinstance(document, int | float) else orjson.loads(document)


def _note_return(_connection: object, record: Any) -> None:
    record.info["returned_at"] = time.monotonic()


def _ping_if_idle(engine: Engine, idle_seconds: float, connection: Any, record: Any, _proxy: object) -> None:
    """A connection that was idle for a while may have been cut off; asking each time would cost a round trip."""
    if time.monotonic() - record.info.get("returned_at", time.monotonic()) > idle_seconds:
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("the server has closed this connection") from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    options = connection.get_execution_options()
    if options.get("read_only"):
        connection.exec_driver_sql("BEGIN DEFERRED")
        return
    if turn := options.get("turn"):
        turn.begin()
    connection.exec_driver_sql("BEGIN IMMEDIATE")
