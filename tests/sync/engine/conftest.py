"""An office per test: its own emulator, its own database; one HTTP server shared by all."""

from collections.abc import Iterator

import pytest

from sync.emulator import GmailEmulator, Quota, Server, serve
from tests.cast import gather
from tests.conftest import Database
from tests.sync.engine.office import ADDRESS, Office, SimulatedClock, connect, settings_for


class Stage:
    """What the shared server shows: the emulator of the running test."""

    emulator: GmailEmulator

    async def asgi(self, scope, receive, send):
        await self.emulator.asgi(scope, receive, send)

    def close(self) -> None:
        """Each test closes its own emulator."""


@pytest.fixture(scope="session")
def stage() -> Iterator[tuple[Stage, Server]]:
    stage = Stage()
    stage.emulator = GmailEmulator()
    with serve(stage) as server:
        yield stage, server


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
    cast = gather(database.engine)
    mailbox_id = cast.mailboxes[cast.alice.member_id]
    connect(emulator, database.engine, mailbox_id)
    settings = settings_for(stage[1].url, database.url)
    return Office(emulator, database.engine, settings, clock, cast, mailbox_id)
