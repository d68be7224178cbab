"""A site per test on both databases; one HTTP server plays Google for all of them."""

from collections.abc import Iterator

import pytest

from sync.emulator import GmailEmulator, Quota, serve
from tests.cast import Cast, gather
from tests.conftest import Database
from tests.stage import AppStage
from tests.web.site import Site, open_site

PEOPLE = {
    "alice@fairfield.example": "Alice Fairfield",
    "bob@fairfield.example": "Bob Berg",
    "sales@fairfield.example": "Sales Desk",
    "mallory@elsewhere.example": "Mallory Marsh",
    "dana@gmail.com": "Dana Diaz",
}


@pytest.fixture(scope="session")
def stages() -> Iterator[tuple[AppStage, AppStage]]:
    """Where Google stands, and where Sidenote stands."""
    google, sidenote = AppStage(), AppStage()
    with serve(google) as google_server, serve(sidenote) as server:
        google.url, sidenote.url = google_server.url, server.url
        yield google, sidenote


@pytest.fixture
def emulator(stages: tuple[AppStage, AppStage]) -> Iterator[GmailEmulator]:
    emulator = GmailEmulator(quota=Quota.unlimited())
    for address, name in PEOPLE.items():
        emulator.add_mailbox(address, name=name)
    stages[0].show = emulator.asgi
    yield emulator
    emulator.close()


@pytest.fixture
def site(database: Database, emulator: GmailEmulator, stages: tuple[AppStage, AppStage]) -> Iterator[Site]:
    google, sidenote = stages
    opened = open_site(database, emulator, google_url=google.url, url=sidenote.url)
    sidenote.show = opened.app
    yield opened
    opened.close()


@pytest.fixture
def cast(site: Site) -> Cast:
    return gather(site.context.engine)
