"""The history has expired: no hole, no ghost, and nothing fetched twice."""

import threading
import time

import pytest

from app.core.clock import utcnow
from models import Message
from tests.sync.engine.office import ADDRESS, Office


@pytest.fixture
def live(office: Office) -> Office:
    office.fill(20, replies=1)
    office.sync()
    return office


def test_what_changed_in_the_dark_is_found(live: Office):
    known = list(live.outcomes())
    new = live.fill(5)
    live.emulator.delete(ADDRESS, known[0])
    live.emulator.modify(ADDRESS, known[1], add=["STARRED"], remove=["INBOX"])
    live.emulator.expire_history(ADDRESS)
    live.sync()
    outcomes = live.outcomes()
    assert [outcomes[gmail_id] for gmail_id in new] == ["stored"] * 5
    assert outcomes[known[0]] == "gone"
    assert live.labels(known[1]) == {"STARRED"}
    assert set(outcomes) == {*known, *new}
    assert live.mailbox().state == "live"
    assert live.events()[-3:] == ["mailbox.imported", "mailbox.resync_started", "mailbox.resynced"]


def test_known_messages_are_not_fetched_again(live: Office):
    fetched = live.calls("threads.get")
    live.emulator.expire_history(ADDRESS)
    live.sync()
    assert (live.calls("threads.get"), live.calls("messages.get")) == (fetched, 0)
    assert live.count(Message) == 40


def test_history_works_again_afterwards(live: Office):
    live.emulator.expire_history(ADDRESS)
    live.sync()
    new = live.deliver()
    live.sync()
    assert live.outcomes()[new] == "stored"
    assert live.events().count("mailbox.resync_started") == 1


def test_mail_that_comes_while_the_snapshot_is_taken_is_stored(live: Office):
    live.emulator.expire_history(ADDRESS)
    live.emulator.faults.add(method="labels.list", delay=0.3)
    arrived: list[str] = []

    def deliver_during_the_delay() -> None:
        while not live.calls("labels.list"):
            time.sleep(0.01)
        arrived.append(live.deliver(subject="While listing"))

    postman = threading.Thread(target=deliver_during_the_delay)
    postman.start()
    live.sync()
    postman.join()
    assert live.outcomes()[arrived[0]] == "stored"


def test_a_snapshot_that_breaks_off_tombstones_nothing(live: Office):
    live.deliver(subject="Missed")
    live.emulator.expire_history(ADDRESS)
    live.emulator.faults.add(method="messages.list", nth=2, status=503)
    live.emulator.faults.add(method="labels.list", nth=1, drop=True)
    live.sync()
    assert live.tally() == {"stored": 41}


def test_spam_and_trash_are_part_of_the_snapshot(live: Office):
    trashed = next(iter(live.outcomes()))
    live.emulator.modify(ADDRESS, trashed, add=["TRASH"], remove=["INBOX"])
    spam = live.deliver(labels=("SPAM",))
    live.emulator.expire_history(ADDRESS)
    live.sync()
    assert live.outcomes()[trashed] == "stored"
    assert live.outcomes()[spam] == "filtered: spam"
    assert live.calls("messages.get") == 0


def test_old_mail_outside_the_search_stays_outside(office: Office):
    office.deliver(subject="Newsletter")
    wanted = office.deliver(subject="Quotation")
    office.settings = office.settings.model_copy(update={"backfill_query": "subject:Quotation"})
    office.sync()
    office.emulator.expire_history(ADDRESS)
    office.sync()
    assert office.outcomes() == {wanted: "stored"}


def test_history_that_expires_during_the_import(office: Office):
    office.fill(150)
    expired: list[bool] = []

    def progress(_messages: int) -> None:
        if not expired:
            office.emulator.expire_history(ADDRESS)
            office.set(dirty_at=utcnow())
            expired.append(True)

    office.sync(progress=progress)
    assert office.tally() == {"stored": 150}
    assert office.mailbox().state == "live"
