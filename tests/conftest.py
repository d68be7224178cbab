"""Every test that touches the store runs on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from app.core import jobs
from app.core.database import make_engine
from app.core.schema import upgrade
from sync.emulator import Server
from tests.browser import NoChromium, chromium
from tests.pool import Pool
from tests.postgres import postgres_server
from tests.stage import Stage, open_stage


@dataclass(frozen=True)
class Database:
    """A migrated, empty database of its own."""

    url: str
    engine: Engine


Copy = Callable[[Path], AbstractContextManager[Database]]


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Under SIDENOTE_NO_SKIPS a skipped test fails the run: there, everything that tests need is installed."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("SIDENOTE_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with request.getfixturevalue(f"{request.param}_copy")(tmp_path) as copied:
        yield copied


@pytest.fixture(scope="session")
def stage() -> Iterator[tuple[Stage, Server]]:
    """A Gmail server without a Gmail: a test's fixture puts its emulator on it."""
    with open_stage() as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of this process; each test opens a context of its own in it."""
    try:
        with chromium() as opened:
            yield opened
    except NoChromium as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def sqlite_copy(tmp_path_factory: pytest.TempPathFactory):
    template = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{template}")

    @contextmanager
    def copy(folder: Path) -> Iterator[Database]:
        with _opened(f"sqlite:///{shutil.copy(template, folder / 'sidenote.db')}") as database:
            yield database

    return copy


@pytest.fixture(scope="session")
def postgresql_copy(postgresql_server: str):
    pool = Pool(postgresql_server, _migrate)

    @contextmanager
    def copy(_folder: Path) -> Iterator[Database]:
        with pool.lend() as url, _opened(url) as database:
            yield database

    yield copy
    pool.close()


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`TEST_POSTGRES_URL`, or a server of our own, which need not survive a power cut."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    with postgres_server(tmp_path_factory.mktemp("postgres")) as url:
        for hurry in ("fsync = off", "full_page_writes = off"):
            _run(url, f"ALTER SYSTEM SET {hurry}")
        _run(url, "SELECT pg_reload_conf()")
        yield url


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    engine = make_engine(url, pool_size=5)
    yield Database(url, engine)
    engine.dispose()


def _migrate(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    jobs.migrate(url)


def _run(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)
