"""Gmail has forgotten the changes since our last look: only a snapshot can tell them, and must tell them all."""

from models import Message
from tests.e2e.mail import Letter
from tests.e2e.sidenote import Sidenote, assert_in_step
from tests.e2e.test_changes import reply


def test_nothing_is_missed_and_nothing_lingers(synced: Sidenote, letters: list[Letter]):
    deleted, trashed, relabelled, *_ = synced.copies()
    arrived = [synced.google.deliver(reply(letter, number=900 + letter.number).raw) for letter in letters[:5]]
    synced.google.delete_forever(deleted)
    synced.google.trash(trashed)
    synced.google.relabel(relabelled, add=["STARRED"], remove=["INBOX"])
    synced.google.expire_history()
    synced.sync()
    copies = synced.copies()
    assert synced.events("mailbox.res") == ["mailbox.resync_started", "mailbox.resynced"]
    assert synced.mailbox().state == "live"
    assert copies[deleted].outcome == "gone"
    assert "TRASH" in copies[trashed].labels
    assert [copies[gmail_id].outcome for gmail_id in arrived] == ["stored"] * 5
    assert len(synced.all(Message)) == len(letters) + 5
    assert_in_step(synced)


def test_after_the_snapshot_the_history_is_followed_again(synced: Sidenote, letters: list[Letter]):
    synced.google.relabel(next(iter(synced.copies())), add=["STARRED"])
    synced.google.expire_history()
    synced.sync()
    arrived = synced.google.deliver(reply(letters[0], number=900).raw)
    synced.sync()
    assert synced.copies()[arrived].outcome == "stored"
    assert synced.events("mailbox.res") == ["mailbox.resync_started", "mailbox.resynced"]
    assert_in_step(synced)


def test_a_snapshot_under_rationing_is_complete_too(synced: Sidenote, letters: list[Letter]):
    gone = list(synced.copies())[:20]
    for gmail_id in gone:
        synced.google.delete_forever(gmail_id)
    arrived = [synced.google.deliver(reply(letter, number=900 + letter.number).raw) for letter in letters[30:50]]
    synced.google.expire_history()
    synced.google.ration(15)
    synced.sync()
    assert synced.google.still_rationed() == 0
    assert {synced.copies()[gmail_id].outcome for gmail_id in gone} == {"gone"}
    assert {synced.copies()[gmail_id].outcome for gmail_id in arrived} == {"stored"}
    assert_in_step(synced)
