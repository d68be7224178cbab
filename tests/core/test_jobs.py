"""Jobs in one process: when they run, how often, and what becomes of failures."""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session
from structlog.testing import capture_logs

from app.core import jobs
from app.core.database import transaction
from app.core.settings import Settings
from tests.conftest import Copy, Database
from tests.core.sample_jobs import fail, note, ran, ticks
from tests.core.waiting import wait_for


@pytest.fixture(autouse=True)
def _nothing_ran():
    ran.clear()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The engine of a database that a worker serves."""
    copy: Copy = request.getfixturevalue(f"{request.param}_copy")
    with copy(tmp_path_factory.mktemp("running")) as database, new_worker(database):
        yield database.engine


def new_worker(database: Database) -> jobs.Worker:
    return jobs.Worker(Settings(database_url=database.url), database.engine, slot="alpha")


def test_a_job_runs_soon_after_the_transaction_that_asked_for_it(running: Engine):
    with transaction(running) as session:
        jobs.enqueue(session, note, "hello", key="commit")
        time.sleep(0.4)
        assert ran == []
    wait_for(lambda: ran == ["hello"], seconds=1)


def test_a_job_does_not_run_if_the_transaction_rolls_back(running: Engine):
    with Session(running) as session:
        jobs.enqueue(session, note, "lost", key="rollback")
        session.rollback()
    with transaction(running) as session:
        jobs.enqueue(session, note, "kept", key="no rollback")
    wait_for(lambda: ran)
    assert ran == ["kept"]


def test_a_key_runs_once_even_after_the_job_has_ended(running: Engine):
    with transaction(running) as session:
        jobs.enqueue(session, note, "first", key="same")
        jobs.enqueue(session, note, "twice", key="same")
    wait_for(lambda: ran)
    with transaction(running) as session:
        jobs.enqueue(session, note, "thrice", key="same")
        jobs.enqueue(session, note, "other", key="other")
    wait_for(lambda: "other" in ran)
    assert ran == ["first", "other"]


def test_a_delayed_job_waits(running: Engine):
    with transaction(running) as session:
        jobs.enqueue(session, note, "later", key="delay", delay=timedelta(seconds=1))
    time.sleep(0.8)
    assert ran == []
    wait_for(lambda: ran == ["later"], seconds=3)


def test_a_failing_job_is_tried_again_and_tells_nothing_of_its_message(
    running: Engine, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG), capture_logs() as logs:
        with transaction(running) as session:
            jobs.enqueue(session, fail, key="1")
        wait_for(lambda: status(running, "test.fail:1") == "ERROR")
    assert ran == ["failing"] * 2
    assert [entry["job"] for entry in logs if entry["event"] == "job failed"] == ["test.fail"] * 2
    assert "ValueError at sample_jobs.py" in logs[0]["error"]
    assert "swordfish" not in f"{logs}{caplog.text}{stored_errors(running)}"


def test_a_schedule_runs_by_the_clock(running: Engine):
    ticks.clear()
    began = time.time()
    wait_for(lambda: len(ticks) >= 2)
    assert len(ticks) <= time.time() - began + 2


def test_ended_jobs_are_forgotten_in_time(running: Engine):
    with transaction(running) as session:
        jobs.enqueue(session, note, "old", key="old")
        jobs.enqueue(session, note, "waiting", key="waiting", delay=timedelta(hours=1))
    wait_for(lambda: status(running, "test.note:old") == "SUCCESS")
    jobs.trim(running, kept=timedelta(minutes=1))
    assert status(running, "test.note:old") == "SUCCESS"
    jobs.trim(running, kept=timedelta(0))
    assert status(running, "test.note:old") is None
    assert status(running, "test.note:waiting") == "DELAYED"


def test_two_jobs_cannot_share_a_name():
    with pytest.raises(ValueError, match=r"test\.note"):
        jobs.job("test.note")(note.body)


def status(engine: Engine, workflow_id: str) -> str | None:
    found = _select(engine, "SELECT status FROM {}workflow_status WHERE workflow_uuid = :id", id=workflow_id)
    return found[0] if found else None


def stored_errors(engine: Engine) -> list[str]:
    return _select(engine, "SELECT error FROM {}operation_outputs WHERE error IS NOT NULL")


def _select(engine: Engine, query: str, **values: str) -> list[str]:
    schema = "dbos." if engine.dialect.name == "postgresql" else ""
    with engine.connect() as connection:
        return list(connection.execute(text(query.format(schema)), values).scalars())
