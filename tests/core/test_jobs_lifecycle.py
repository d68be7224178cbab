"""Workers that start, stop, and find what others left."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.core import jobs
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.settings import Settings
from tests.conftest import Database
from tests.core.sample_jobs import changing, deployed, endless, note, ran
from tests.core.waiting import wait_for


@pytest.fixture(autouse=True)
def _nothing_ran():
    ran.clear()
    deployed.clear()


def test_web_processes_ask_for_jobs_without_a_worker(database: Database):
    jobs.migrate(database.url)
    with transaction(database.engine) as session:
        jobs.enqueue(session, note, "from the web", key="1")
    worker = new_worker(database)
    worker.start()
    wait_for(lambda: ran == ["from the web"])
    worker.stop(grace=1)


def test_a_job_cut_short_by_a_shutdown_starts_again_with_the_next_worker(database: Database):
    first, second = new_worker(database), new_worker(database)
    first.start()
    with transaction(database.engine) as session:
        jobs.enqueue(session, endless, key="1")
    wait_for(lambda: ran == ["begun"])
    first.stop()
    assert ran == ["begun"]
    ran.append("enough")
    second.start()
    wait_for(lambda: ran == ["begun", "enough", "begun", "ended"])
    second.stop(grace=1)


def test_workflows_under_way_keep_to_the_steps_they_began_with(database: Database):
    before, after = new_worker(database), new_worker(database)
    before.start()
    with transaction(database.engine) as session:
        jobs.enqueue(session, changing, "old", key="old")
    wait_for(lambda: ran == ["old begun", "waiting"])
    before.stop()
    deployed.add("preparation")
    ran.append("go on")
    after.start()
    wait_for(lambda: "old ended" in ran)
    with transaction(database.engine) as session:
        jobs.enqueue(session, changing, "new", key="new")
    wait_for(lambda: "new ended" in ran)
    after.stop(grace=1)
    assert [entry for entry in ran if str(entry).startswith("old")] == ["old begun", "old ended"]
    assert [entry for entry in ran if str(entry).startswith("new")] == ["new prepared", "new begun", "new ended"]


def test_a_process_has_one_worker(database: Database):
    with new_worker(database), pytest.raises(RuntimeError, match="stop it first"):
        new_worker(database).start()


def test_a_worker_starts_beside_a_running_event_loop(database: Database, caplog: pytest.LogCaptureFixture):
    async def serve() -> None:
        with new_worker(database):
            await asyncio.sleep(0)

    with ThreadPoolExecutor() as elsewhere:
        elsewhere.submit(asyncio.run, serve()).result()
    assert caplog.records == []


def test_health_tells_of_workers_and_queues(database: Database):
    jobs.migrate(database.url)
    with transaction(database.engine) as session:
        assert not jobs.health(session).ok
        jobs.enqueue(session, note, "a", key="1")
        jobs.enqueue(session, note, "b", key="2")
        assert jobs.health(session).queues == {"sync": 2}
    worker = new_worker(database)
    worker.start()
    wait_for(lambda: len(ran) == 2)
    with transaction(database.engine) as session:
        health = jobs.health(session)
    worker.stop(grace=1)
    assert health.ok
    assert health.last_heartbeat is not None
    assert abs(utcnow() - health.last_heartbeat) < timedelta(seconds=10)


def new_worker(database: Database) -> jobs.Worker:
    return jobs.Worker(Settings(database_url=database.url), database.engine, slot="alpha")
