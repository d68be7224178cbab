"""Workers killed with SIGKILL in the middle of their work: nothing is lost, nothing finished is done again."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from app.core import events, jobs
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.ids import new_id
from models import Executor, Outbox, UsedState, Workspace
from tests.conftest import Copy, Database
from tests.core.crashing_worker import SILENCE, three_steps
from tests.core.waiting import wait_for

JOBS = 8
AT_ONCE = 4

Start = Callable[[Database, str], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a worker in a slot, in a process of its own."""
    started: list[subprocess.Popen[bytes]] = []

    def start(database: Database, slot: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.core.crashing_worker", database.url, slot, str(tmp_path)]
        started.append(subprocess.Popen(command))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_killed_worker_resumes_after_the_last_finished_step(database: Database, tmp_path: Path, start: Start):
    ask(database.engine, tmp_path)
    first = start(database, "alpha")
    wait_for(lambda: effects(tmp_path)["two"] == AT_ONCE)
    kill(first)
    (tmp_path / "go").touch()
    start(database, "alpha")
    wait_for(lambda: effects(tmp_path)["three"] == JOBS)
    assert effects(tmp_path) == {"one": JOBS, "two": JOBS + AT_ONCE, "three": JOBS}


def test_a_worker_that_never_comes_back_is_replaced_by_a_peer(postgresql: Database, tmp_path: Path, start: Start):
    lost = start(postgresql, "alpha")
    ask(postgresql.engine, tmp_path)
    wait_for(lambda: effects(tmp_path)["two"] == AT_ONCE)
    start(postgresql, "beta")
    wait_for(lambda: effects(tmp_path)["two"] == JOBS)
    time.sleep(SILENCE.total_seconds() * 1.5)
    assert effects(tmp_path)["two"] == JOBS, "the jobs of a living worker were taken over"
    kill(lost)
    (tmp_path / "go").touch()
    wait_for(lambda: effects(tmp_path)["three"] == JOBS)
    assert effects(tmp_path) == {"one": JOBS, "two": JOBS + AT_ONCE, "three": JOBS}
    wait_for(lambda: slots(postgresql.engine) == ["beta"])


def test_an_event_half_delivered_is_delivered_once(database: Database, tmp_path: Path, start: Start):
    emit(database.engine, tmp_path, times=5)
    first = start(database, "alpha")
    wait_for(lambda: effects(tmp_path)["heard"] == 1)
    kill(first)
    (tmp_path / "go").touch()
    start(database, "alpha")
    wait_for(lambda: count(database.engine, Outbox) == 0)
    assert count(database.engine, UsedState) == 5


def test_a_worker_opens_no_connection_to_the_world(database: Database, tmp_path: Path, start: Start):
    ask(database.engine, tmp_path)
    (tmp_path / "go").touch()
    start(database, "alpha")
    wait_for(lambda: effects(tmp_path)["three"] == JOBS)
    assert set(effects(tmp_path)) == {"one", "two", "three"}


@pytest.fixture
def postgresql(postgresql_copy: Copy, tmp_path: Path) -> Iterator[Database]:
    with postgresql_copy(tmp_path) as copied:
        yield copied


def ask(engine: Engine, folder: Path) -> None:
    jobs.migrate(engine.url.render_as_string(hide_password=False))
    with transaction(engine) as session:
        for number in range(JOBS):
            jobs.enqueue(session, three_steps, number, str(folder), key=str(number))


def emit(engine: Engine, folder: Path, *, times: int) -> None:
    with transaction(engine) as session:
        workspace = Workspace(id=new_id(), name="Acme", created_at=utcnow())
        session.add(workspace)
        for _ in range(times):
            events.emit(
                session,
                "test.happened",
                workspace_id=workspace.id,
                subject_id=workspace.id,
                data={"folder": str(folder)},
            )


def effects(folder: Path) -> Counter[str]:
    log = folder / "log"
    return Counter(line.split()[-1] for line in log.read_text().splitlines()) if log.exists() else Counter()


def kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def slots(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(select(Executor.slot)).scalars())


def count(engine: Engine, table: type) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()
