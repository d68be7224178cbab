"""The databases that measures run on: filled once, kept in `.bench/`, made anew when the tables or the data change."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from app.core import jobs
from app.core.database import make_engine
from app.core.schema import MIGRATIONS, upgrade
from tests.bench import store
from tests.postgres import postgres_server

FOLDER = Path(".bench")
KINDS = ("sqlite", "postgresql")
TUNED = ("shared_buffers = '2GB'", "jit = off", "random_page_cost = 1.1")


@contextmanager
def filled(kind: str, name: str, size: store.Size) -> Iterator[str]:
    """The URL of a database of this kind that holds the bench's workspace."""
    with _server(kind) as place:
        database = f"{name}_{_version()}"
        url = _url(kind, place, database)
        if _is_missing(kind, place, database):
            _create(kind, place, database)
            engine = make_engine(url)
            upgrade(engine)
            jobs.migrate(url)
            store.fill(engine, size)
            engine.dispose()
            (FOLDER / f"{kind}_{database}.done").touch()
        yield url


@contextmanager
def copied(kind: str, name: str, size: store.Size, prepare: Callable[[str], None] = lambda _url: None) -> Iterator[str]:
    """The URL of a copy of such a database, for measures that write: it is dropped in the end.

    `prepare` completes the original first, given its URL.
    """
    with filled(kind, name, size) as url, _server(kind) as place:
        prepare(url)
        copy = f"{name}_copy"
        _drop(kind, place, copy)
        if kind == "sqlite":
            shutil.copyfile(make_url(url).database or "", FOLDER / f"{copy}.db")
        else:
            with psycopg.connect(place, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {copy} TEMPLATE {make_url(url).database} STRATEGY file_copy")
        try:
            yield _url(kind, place, copy)
        finally:
            _drop(kind, place, copy)


@contextmanager
def empty(kind: str, name: str) -> Iterator[str]:
    """The URL of a new, migrated database."""
    with _server(kind) as place:
        _drop(kind, place, name)
        _create(kind, place, name)
        url = _url(kind, place, name)
        engine = make_engine(url)
        upgrade(engine)
        jobs.migrate(url)
        engine.dispose()
        yield url


@contextmanager
def passing(kind: str, name: str) -> Iterator[str]:
    """The URL of a new, migrated database that is dropped in the end."""
    with empty(kind, name) as url, _server(kind) as place:
        try:
            yield url
        finally:
            _drop(kind, place, name)


@contextmanager
def _server(kind: str) -> Iterator[str]:
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as stack:
        if kind == "sqlite":
            yield ""
        else:
            yield os.environ.get("TEST_POSTGRES_URL") or stack.enter_context(_tuned_server())


@contextmanager
def _tuned_server() -> Iterator[str]:
    """A server of our own, set as README.md advises: it keeps the store in its cache, and compiles no short query."""
    folder = FOLDER.resolve() / "postgres"
    with postgres_server(folder) as url, psycopg.connect(url, autocommit=True) as connection:
        for setting in TUNED:
            connection.execute(f"ALTER SYSTEM SET {setting}")
    with postgres_server(folder) as url:
        yield url


def _url(kind: str, place: str, database: str) -> str:
    if kind == "sqlite":
        return f"sqlite:///{FOLDER.resolve() / database}.db"
    return make_url(place).set(database=database).render_as_string(hide_password=False)


def _is_missing(kind: str, place: str, database: str) -> bool:
    marker = FOLDER / f"{kind}_{database}.done"
    if marker.exists():
        return False
    _drop(kind, place, database)
    return True


def _create(kind: str, place: str, database: str) -> None:
    if kind == "postgresql":
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database}")


def _drop(kind: str, place: str, database: str) -> None:
    if kind == "postgresql":
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        return
    for path in FOLDER.glob(f"{database}.db*"):
        path.unlink()


def _version() -> str:
    """Changes with the tables and with the data."""
    sources = [Path(store.__file__), *sorted((MIGRATIONS / "versions").glob("*.py"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]
