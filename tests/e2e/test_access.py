"""Access tokens end every hour, and grants when their owner says so."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from sync.errors import GrantRevoked
from tests.e2e.mail import Letter
from tests.e2e.sidenote import Sidenote, assert_in_step
from tests.e2e.test_changes import reply


def test_an_access_token_that_gmail_refuses_is_renewed(synced: Sidenote, letters: list[Letter]):
    arrived = synced.google.deliver(reply(letters[0], number=900).raw)
    synced.google.expire_access_tokens()
    synced.sync()
    assert synced.copies()[arrived].outcome == "stored"
    assert synced.mailbox().state == "live"


def test_a_revoked_grant_asks_for_its_owner_and_goes_on_where_it_stopped(synced: Sidenote, letters: list[Letter]):
    synced.google.revoke(synced.refresh_token())
    missed = synced.google.deliver(reply(letters[0], number=900).raw)
    with pytest.raises(GrantRevoked):
        synced.sync()
    assert synced.mailbox().state == "reconnect"
    assert synced.events("mailbox.reconnect") == ["mailbox.reconnect_needed"]
    assert synced.offers("/connect")
    synced.connect()
    synced.sync()
    assert synced.mailbox().state == "live"
    assert synced.copies()[missed].outcome == "stored"
    assert synced.events("mailbox.imported") == ["mailbox.imported"]
    assert_in_step(synced)


def test_disconnecting_ends_the_grant_at_google_too(synced: Sidenote, letters: list[Letter]):
    refresh_token = synced.refresh_token()
    assert synced.google.knows(refresh_token)
    page = LexborHTMLParser(synced.browser.get("/").text)
    form = page.css_first("form[action$=disconnect]")
    token = form.css_first("input[name=token]").attributes["value"]
    synced.browser.post(form.attributes["action"], data={"token": token}).raise_for_status()
    assert not synced.google.knows(refresh_token)
    assert (synced.mailbox().state, synced.mailbox().grant) == ("disabled", "")
    assert synced.tally() == {"stored": len(letters)}
