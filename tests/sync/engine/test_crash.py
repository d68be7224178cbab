"""A worker that is killed at any moment loses nothing and does nothing twice."""

import multiprocessing
import random
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from app.core import dispatch
from models import Record
from sync.emulator import GmailEmulator, Server
from tests.conftest import Copy
from tests.sync.engine import victim
from tests.sync.engine.conftest import Stage
from tests.sync.engine.export import canonical
from tests.sync.engine.office import ADDRESS, KEY, Office, SimulatedClock, open_office

KILLS = 20


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """New processes in milliseconds: forked from one that has imported everything and started nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([victim.__name__])
    return context


@pytest.fixture(params=["sqlite", "postgresql"])
def offices(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    emulator: GmailEmulator,
    stage: tuple[Stage, Server],
    clock: SimulatedClock,
) -> Iterator[tuple[Office, Office]]:
    """Two installations that sync the same mailbox."""
    copy: Copy = request.getfixturevalue(f"{request.param}_copy")
    opened: list[Office] = []
    with ExitStack() as databases:
        for name in ("disturbed", "undisturbed"):
            (tmp_path / name).mkdir()
            database = databases.enter_context(copy(tmp_path / name))
            opened.append(open_office(database.url, database.engine, emulator, stage[1].url, clock))
        yield opened[0], opened[1]


def test_a_worker_killed_twenty_times_leaves_what_an_undisturbed_one_does(
    offices: tuple[Office, Office], processes: ForkServerContext
):
    disturbed, undisturbed = offices
    disturbed.emulator.latency = 0.01
    _correspond(disturbed)
    chance = random.Random(20)
    for _ in range(KILLS):
        _kill_a_worker(disturbed, processes, batches=chance.choice([0, 0, 0, 1, 1]), then=chance.uniform(0.0, 0.05))
    assert disturbed.mailbox().state == "backfill", "the worker was done before it was killed"
    assert disturbed.tally()["stored"] > 0
    for office in offices:
        office.sync(owner="victim")
        dispatch.drain(office.engine)
    assert canonical(disturbed.engine) == canonical(undisturbed.engine)
    assert disturbed.tally() == {"stored": 675, "filtered: draft": 1}
    assert disturbed.count(Record) == 20


def _correspond(office: Office) -> None:
    """540 threads with 60 people at 20 companies, a quarter of them answered; and a draft."""
    for number in range(540):
        person = f"Person {number % 60} <person{number % 60}@customer{number % 20}.example>"
        first = office.deliver(sender=person, subject=f"Topic {number}")
        if number % 4 == 0:
            thread_id = office.emulator.mailbox(ADDRESS).messages[first].thread.id
            office.deliver(
                sender=ADDRESS, to=person, subject=f"Re: Topic {number}", labels=("SENT",), thread_id=thread_id
            )
    office.deliver(labels=("DRAFT",))


def _kill_a_worker(office: Office, processes: ForkServerContext, *, batches: int, then: float) -> None:
    """Start a worker, let it store so many batches and work on for `then` seconds, and kill it."""
    heard, tell = processes.Pipe(duplex=False)
    settings = office.settings
    arguments = (settings.database_url, settings.gmail_api_root, KEY, office.mailbox_id, tell)
    worker = processes.Process(target=victim.work, args=arguments)
    worker.start()
    tell.close()
    for _ in range(1 + batches):
        assert heard.recv() != "done"
    worker.join(then)
    worker.kill()
    worker.join()
    worker.close()
    heard.close()
