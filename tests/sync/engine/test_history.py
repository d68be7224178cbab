"""What changes after the first import."""

import pytest

from models import Message, SyncItem
from sync.history import later_cursor, read_changes
from tests.sync.engine.office import ADDRESS, Office


@pytest.fixture
def live(office: Office) -> Office:
    office.fill(3)
    office.sync()
    return office


def test_a_new_message_is_fetched_alone(live: Office):
    before = live.calls("threads.get")
    new = live.deliver(subject="New")
    live.sync()
    assert live.outcomes()[new] == "stored"
    assert (live.calls("messages.get"), live.calls("threads.get")) == (1, before)


def test_nothing_new_costs_one_call(live: Office):
    before = live.calls("history.list")
    live.sync()
    assert live.calls("history.list") == before + 1
    assert live.calls("messages.get") == 0


def test_labels_follow_without_a_fetch(live: Office):
    message = live.deliver()
    live.sync()
    live.emulator.modify(ADDRESS, message, add=["STARRED", "Big deal"], remove=["INBOX"])
    fetched = live.calls("messages.get")
    live.sync()
    assert live.labels(message) == set(live.emulator.mailbox(ADDRESS).messages[message].labels)
    assert "STARRED" in live.labels(message)
    assert live.calls("messages.get") == fetched


def test_of_opposite_label_changes_the_later_counts(live: Office):
    message = live.deliver()
    live.sync()
    for _ in range(3):
        live.emulator.modify(ADDRESS, message, add=["STARRED"])
        live.emulator.modify(ADDRESS, message, remove=["STARRED"])
    live.sync()
    assert live.labels(message) == {"INBOX"}


def test_a_deleted_message_is_gone_and_its_mail_stays(live: Office):
    message = live.deliver(subject="Contract")
    live.sync()
    live.emulator.delete(ADDRESS, message)
    live.sync()
    assert live.outcomes()[message] == "gone"
    assert live.subjects()["Contract"] == 1


def test_a_message_that_came_and_went_is_gone_unfetched(live: Office):
    message = live.deliver()
    live.emulator.delete(ADDRESS, message)
    live.sync()
    assert live.outcomes()[message] == "gone"
    assert live.calls("messages.get") == 0


def test_mail_taken_out_of_spam_is_stored(live: Office):
    message = live.deliver(labels=("SPAM",))
    live.sync()
    assert live.outcomes()[message] == "filtered: spam"
    assert live.calls("messages.get") == 0
    live.emulator.modify(ADDRESS, message, add=["INBOX"], remove=["SPAM"])
    live.sync()
    assert live.outcomes()[message] == "stored"


def test_spam_from_before_the_import_is_stored_once_it_is_taken_out(office: Office):
    message = office.deliver(labels=("SPAM",))
    office.sync()
    assert message not in office.outcomes()
    office.emulator.modify(ADDRESS, message, add=["INBOX"], remove=["SPAM"])
    office.sync()
    assert office.outcomes()[message] == "stored"


def test_a_draft_that_was_sent_is_stored(live: Office):
    draft = live.deliver(sender=ADDRESS, to="dana@customer.example", labels=("DRAFT",))
    live.sync()
    assert live.outcomes()[draft] == "filtered: draft"
    live.emulator.modify(ADDRESS, draft, add=["SENT"], remove=["DRAFT"])
    live.sync()
    assert live.outcomes()[draft] == "stored"


def test_drafts_that_come_and_go_are_not_fetched(live: Office):
    for _ in range(5):
        live.emulator.delete(ADDRESS, live.deliver(sender=ADDRESS, labels=("DRAFT",)))
        live.sync()
    last = live.deliver(sender=ADDRESS, labels=("DRAFT",))
    live.sync()
    assert live.outcomes()[last] == "filtered: draft"
    assert live.tally()["gone"] == 5
    assert live.calls("messages.get") == 0


def test_a_draft_sent_before_anybody_looked_is_stored(live: Office):
    draft = live.deliver(sender=ADDRESS, to="dana@customer.example", labels=("DRAFT",))
    live.emulator.modify(ADDRESS, draft, add=["SENT"], remove=["DRAFT"])
    live.sync()
    assert live.outcomes()[draft] == "stored"


def test_many_pages_of_history(live: Office):
    new = live.fill(600)
    live.sync()
    outcomes = live.outcomes()
    assert {outcomes[gmail_id] for gmail_id in new} == {"stored"}
    assert live.calls("history.list") > 3
    assert int(live.mailbox().cursor or 0) == live.emulator.mailbox(ADDRESS).history_id


def test_reading_the_same_history_again_changes_nothing(live: Office):
    before = live.mailbox().cursor
    message = live.deliver(subject="Once")
    gone = live.deliver(subject="Deleted")
    live.emulator.modify(ADDRESS, message, add=["STARRED"])
    live.sync()
    live.emulator.delete(ADDRESS, gone)
    live.sync()
    state = (live.outcomes(), live.labels(message), live.count(Message))
    live.set(cursor=before)
    live.sync()
    assert (live.outcomes(), live.labels(message), live.count(Message)) == state
    assert live.count(SyncItem) == 0


@pytest.mark.parametrize(
    ("ours", "theirs", "later"),
    [
        (None, "7", "7"),
        ("99", "100", "100"),
        ("100", "99", "100"),
        ("18446744073709551616", "9", "18446744073709551616"),
    ],
)
def test_cursors_are_compared_as_numbers_of_any_size(ours: str | None, theirs: str, later: str):
    assert later_cursor(ours, theirs) == later


def test_a_page_without_history_is_empty():
    changes = read_changes({"historyId": "12"})
    assert not changes.added
    assert not changes.relabelled
    assert not changes.deleted
