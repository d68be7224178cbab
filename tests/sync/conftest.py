import pytest

import sync.past_mail  # noqa: F401  (its consumer must be known when records are created)
from tests.conftest import Database
from tests.sync.office import Office, open_office


@pytest.fixture
def office(database: Database) -> Office:
    return open_office(database.engine)
