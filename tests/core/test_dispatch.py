"""Events reach their consumers: soon, once each, and in spite of failures."""

import threading
import time
from collections import Counter

import pytest
from sqlalchemy import select, update
from sqlmodel import Session
from structlog.testing import capture_logs

from app.core import dispatch, events, jobs
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.ids import new_id
from app.core.settings import Settings
from models import Event, Outbox, UsedState, Workspace
from tests.conftest import Database
from tests.core.waiting import wait_for

heard: list[tuple[str, float]] = []
failing: set[str] = set()


@events.subscribe("test.first", "test.said")
def first(session: Session, event: Event) -> None:
    heard.append((event.id, time.time()))
    session.add(UsedState(nonce=f"first {event.id}", used_at=event.occurred_at))
    session.flush()
    if event.data["word"] in failing:
        raise ValueError(f"cannot hear {event.data['word']}")


@events.subscribe("test.second", "test.said")
def second(session: Session, event: Event) -> None:
    session.add(UsedState(nonce=f"second {event.id}", used_at=event.occurred_at))


@pytest.fixture(autouse=True)
def _silence():
    heard.clear()
    failing.clear()


@pytest.fixture
def workspace(database: Database) -> str:
    workspace_id = new_id()
    with transaction(database.engine) as session:
        session.add(Workspace(id=workspace_id, name="Acme", created_at=utcnow()))
    return workspace_id


def test_each_consumer_hears_each_event_once(database: Database, workspace: str):
    say(database, workspace, "one", "two", "three")
    assert dispatch.drain(database.engine) == 6
    assert dispatch.drain(database.engine) == 0
    assert Counter(nonce.split()[0] for nonce in told(database)) == {"first": 3, "second": 3}


def test_nobody_waits_for_events_that_nobody_hears(database: Database, workspace: str):
    with transaction(database.engine) as session:
        events.emit(session, "test.unheard", workspace_id=workspace, subject_id=workspace)
    assert waiting(database) == []


def test_a_consumer_that_fails_is_put_off_alone(database: Database, workspace: str):
    failing.add("no")
    say(database, workspace, "no", "yes")
    with capture_logs() as logs:
        assert dispatch.drain(database.engine) == 3
    [row] = waiting(database)
    assert (row.consumer, row.attempts) == ("test.first", 1)
    assert row.not_before is not None
    assert row.not_before > utcnow()
    assert row.last_error is not None
    assert row.last_error.startswith("ValueError at test_dispatch.py:")
    assert "cannot hear" not in f"{logs}"
    assert len(told(database)) == 3, "the failed delivery left something behind"


def test_a_put_off_event_is_tried_again_when_it_is_due(database: Database, workspace: str):
    failing.add("no")
    say(database, workspace, "no")
    dispatch.drain(database.engine)
    failing.clear()
    assert dispatch.drain(database.engine) == 0
    make_due(database)
    assert dispatch.drain(database.engine) == 1
    assert waiting(database) == []


def test_a_consumer_that_always_fails_is_given_up(database: Database, workspace: str):
    failing.add("no")
    say(database, workspace, "no")
    for _ in range(dispatch.MAX_ATTEMPTS + 3):
        dispatch.drain(database.engine)
        make_due(database)
    assert len(heard) == dispatch.MAX_ATTEMPTS
    assert [row.attempts for row in waiting(database)] == [dispatch.MAX_ATTEMPTS]


def test_two_dispatchers_share_the_events(database: Database, workspace: str):
    say(database, workspace, *(str(number) for number in range(50)))
    threads = [threading.Thread(target=dispatch.drain, args=[database.engine]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told(database)) == 100
    assert waiting(database) == []


def test_a_worker_delivers_within_a_moment(database: Database, workspace: str):
    delays = []
    with jobs.Worker(Settings(database_url=database.url), database.engine):
        for number in range(5):
            say(database, workspace, str(number))
            committed = time.time()
            wait_for(lambda: len(heard) == number + 1)  # noqa: B023
            delays.append(heard[-1][1] - committed)
    assert sorted(delays)[2] < 0.3


def say(database: Database, workspace: str, *words: str) -> None:
    rows = [
        events.event_row("test.said", workspace_id=workspace, subject_id=workspace, data={"word": word})
        for word in words
    ]
    with transaction(database.engine) as session:
        events.emit_many(session, rows)


def told(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return list(connection.execute(select(UsedState.nonce)).scalars())


def waiting(database: Database) -> list[Outbox]:
    with Session(database.engine) as session:
        return list(session.execute(select(Outbox)).scalars())


def make_due(database: Database) -> None:
    with transaction(database.engine) as session:
        session.execute(update(Outbox).values(not_before=None))
