"""Gmail says 429, to whole requests and to single calls of a batch: Sidenote waits, asks again, and loses nothing."""

from tests.e2e.mail import Letter
from tests.e2e.sidenote import Sidenote, assert_in_step
from tests.e2e.test_changes import reply


def test_an_import_gets_through(sidenote: Sidenote, letters: list[Letter]):
    sidenote.connect()
    sidenote.google.ration(60)
    sidenote.sync()
    assert sidenote.google.still_rationed() == 0
    assert sidenote.tally() == {"stored": len(letters)}
    assert sidenote.clock.slept > 0
    assert_in_step(sidenote)


def test_new_mail_gets_through(synced: Sidenote, letters: list[Letter]):
    arrived = [synced.google.deliver(reply(letter, number=900 + letter.number).raw) for letter in letters[:12]]
    synced.google.ration(10)
    synced.sync()
    assert synced.google.still_rationed() == 0
    assert {synced.copies()[gmail_id].outcome for gmail_id in arrived} == {"stored"}
    assert (synced.mailbox().failures, synced.mailbox().last_error) == (0, None)
    assert_in_step(synced)
