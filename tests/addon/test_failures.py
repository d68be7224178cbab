"""Layout I: what a person reads when something breaks, and what the log keeps of it."""

import logging

import pytest
from sqlalchemy import text

from app.core.database import transaction
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import texts

BOBS = "bob@fairfield.example"
SECRET = "Confidential merger"


@pytest.fixture
def broken(desk: Desk, caplog: pytest.LogCaptureFixture) -> str:
    """A message in a store that has lost a table; returns its Gmail id."""
    gmail_id = desk.receive(desk.cast.bob, letter("Jane <jane@acme.com>", BOBS, subject=SECRET))
    with transaction(desk.context.engine) as session:
        session.execute(text("ALTER TABLE correspondent RENAME TO lost"))
    caplog.set_level(logging.DEBUG, logger="gmail_addon")
    return gmail_id


def test_a_card_offers_to_try_again(desk: Desk, broken: str, caplog: pytest.LogCaptureFixture) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(broken)
    said = texts(bob.card)
    assert said[0] == "That did not work"
    incident = said[2].rpartition(" ")[2]
    line = next(record.getMessage() for record in caplog.records if incident in record.getMessage())
    assert "/addon/gmail/message" in line
    assert SECRET not in caplog.text
    assert "jane@acme.com" not in caplog.text
    with transaction(desk.context.engine) as session:
        session.execute(text("ALTER TABLE lost RENAME TO correspondent"))
    bob.press("Retry")
    assert "Jane" in texts(bob.card)


def test_a_click_is_answered_with_a_sentence(desk: Desk, broken: str) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(broken)
    bob.press("Retry")
    assert bob.notice is not None
    assert bob.notice.startswith("Sidenote stumbled over this: please try again. (")
    assert not bob.state_changed


def test_no_token_is_ever_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bob = desk.sit(desk.cast.bob)
    event = bob.event()
    event["authorizationEventObject"]["userIdToken"] = token = bob.user_token(aud="elsewhere")
    bob.post("https://crm.example/addon/gmail/home", event)
    assert "refused" in caplog.text
    assert token not in caplog.text
    assert bob.oauth_token not in caplog.text
