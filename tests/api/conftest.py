from collections.abc import Iterator

import pytest

from sync.emulator import serve
from tests.api.office import Office, open_office
from tests.conftest import Database
from tests.stage import AppStage


@pytest.fixture(scope="session")
def counter() -> Iterator[AppStage]:
    """The address at which the API of the running test answers."""
    stage = AppStage()
    with serve(stage) as server:
        stage.url = server.url
        yield stage


@pytest.fixture
def office(database: Database, counter: AppStage) -> Iterator[Office]:
    """The REST API over a database with the cast in it."""
    with open_office(database, counter.url) as opened:
        counter.show = opened.app
        yield opened
