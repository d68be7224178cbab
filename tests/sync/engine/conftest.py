"""An office per test: its own emulator, its own database; one HTTP server shared by all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.emulator import GmailEmulator, Quota, Server
from tests.conftest import Copy, Database
from tests.stage import Stage
from tests.sync.engine.office import ADDRESS, Office, SimulatedClock, open_office


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock()


@pytest.fixture
def emulator(stage: tuple[Stage, Server], clock: SimulatedClock) -> Iterator[GmailEmulator]:
    """A Gmail without limits in which only Alice has a mailbox, under the test's clock."""
    emulator = GmailEmulator(clock=clock.now, quota=Quota.unlimited())
    emulator.add_mailbox(ADDRESS, name="Alice Fairfield", aliases=["sales@fairfield.example"])
    stage[0].emulator = emulator
    yield emulator
    emulator.close()


@pytest.fixture
def office(database: Database, emulator: GmailEmulator, stage: tuple[Stage, Server], clock: SimulatedClock) -> Office:
    return open_office(database.url, database.engine, emulator, stage[1].url, clock)


@pytest.fixture
def sqlite_office(
    sqlite_copy: Copy,
    tmp_path: Path,
    emulator: GmailEmulator,
    stage: tuple[Stage, Server],
    clock: SimulatedClock,
) -> Iterator[Office]:
    """For long tests of what does not depend on the database."""
    with sqlite_copy(tmp_path) as database:
        yield open_office(database.url, database.engine, emulator, stage[1].url, clock)
