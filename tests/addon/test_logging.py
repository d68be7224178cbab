"""The log state, always told first, and the buttons that change it."""

import pytest
from sqlmodel import select

from app.core.database import transaction
from gmail_addon.text import AMBER
from models import MailboxMessage, Message, TimelineLink
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import first_widgets, texts
from tests.addon.test_contacts import make_jane

BOBS = "bob@fairfield.example"
JANE = "Jane Roe <jane@acme.com>"


def state(card: dict[str, object]) -> str:
    first = first_widgets(card, 1)[0]["decoratedText"]
    return texts({"sections": [first]})[0]


def test_unlog_and_log_again(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    bob.press("Unlog")
    assert bob.notice == "Taken off every timeline"
    assert state(bob.card) == "Not logged: you took it off"
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(TimelineLink)).all() == []
    bob.press("Log")
    assert bob.notice == "Logged to Jane Roe, Acme"
    assert "Logged by you" in texts(bob.card)
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(TimelineLink).where(TimelineLink.record_id == jane)).one().rule == "hand"


def test_a_colleague_who_took_it_off_is_named(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    mail = letter(JANE, BOBS, "alice@fairfield.example")
    mail["Message-ID"] = "<shared@acme.com>"
    bobs, alices = desk.receive(desk.cast.bob, mail), desk.receive(desk.cast.alice, mail)
    alice = desk.sit(desk.cast.alice)
    alice.open(alices)
    alice.press("Unlog")
    bob = desk.sit(desk.cast.bob)
    bob.open(bobs)
    assert state(bob.card) == "Not logged: Alice Fairfield took it off"


def test_mail_that_a_rule_kept_out_is_logged_by_a_click(desk: Desk) -> None:
    """The person decides: the filter does not apply to what they ask for."""
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    desk.connect(desk.cast.bob)
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    bob.open(desk.receive(desk.cast.bob, letter("spam@other.org", BOBS)))
    bob.press("Never log other.org")
    emulator = desk.google.emulator
    gmail_id = desk.receive(desk.cast.bob, letter("Sue <sue@other.org>", BOBS, cc=JANE))
    bob.open(gmail_id, message_token=emulator.open_message(BOBS, gmail_id))
    assert state(bob.card) == "Not logged: you never log other.org"
    bob.press("Log")
    assert state(bob.card) == "Logged to Acme, Jane Roe"
    with transaction(desk.context.engine) as session:
        copy = session.get_one(MailboxMessage, (desk.cast.mailboxes[desk.cast.bob.member_id], gmail_id))
        assert (copy.outcome, copy.reason) == ("stored", None)


def test_mail_that_sync_has_not_seen_is_fetched_by_a_click(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    desk.connect(desk.cast.bob)
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="Fresh"), synced=False)
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id, message_token=desk.google.emulator.open_message(BOBS, gmail_id))
    assert state(bob.card) == "Will be logged in a moment"
    assert AMBER not in str(bob.card)
    assert bob.card["header"]["title"] == "Jane Roe"
    bob.press("Log")
    assert state(bob.card) == "Logged to Acme, Jane Roe"
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(Message)).one().subject == "Fresh"


def test_log_brings_the_deal_of_the_conversation_back(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="Roof")))
    bob.press("New deal")
    bob.press("Save deal")
    assert state(bob.card).startswith("Logged to Roof, ")
    bob.press("Unlog")
    bob.press("Log")
    assert state(bob.card) == "Logged to Roof, Acme, Jane Roe"


@pytest.mark.parametrize("sender", ["carol@fairfield.example", "Nobody Known <nobody@new.example>"])
def test_log_is_not_offered_where_there_is_nobody_to_log_to(desk: Desk, sender: str) -> None:
    """Neither before sync has seen the mail nor after."""
    bob = desk.sit(desk.cast.bob)
    for synced in (False, True):
        gmail_id = desk.receive(desk.cast.bob, letter(sender, BOBS), synced=synced)
        bob.open(gmail_id, message_token=desk.google.emulator.open_message(BOBS, gmail_id))
        assert state(bob.card).startswith("Not logged: ")
        assert "button" not in first_widgets(bob.card, 1)[0]["decoratedText"]


def test_mail_just_sent_to_a_stranger_will_be_logged(desk: Desk) -> None:
    gmail_id = desk.receive(desk.cast.bob, letter(BOBS, "Nobody Known <nobody@new.example>"), synced=False)
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id, message_token=desk.google.emulator.open_message(BOBS, gmail_id))
    assert state(bob.card) == "Will be logged in a moment"


def test_without_a_grant_the_click_says_what_to_do(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS), synced=False)
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id, message_token=desk.google.emulator.open_message(BOBS, gmail_id))
    bob.press("Log")
    assert bob.notice is not None
    assert "connect" in bob.notice.lower()


def test_a_deal_from_mail_that_is_not_stored_fetches_it_first(desk: Desk) -> None:
    desk.connect(desk.cast.bob)
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="Fresh"), synced=False)
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id, message_token=desk.google.emulator.open_message(BOBS, gmail_id))
    bob.press("New deal")
    bob.press("Save deal")
    assert bob.card["header"]["title"] == "Fresh"
    assert state(bob.card).startswith("Logged to Fresh")


def test_a_deal_does_not_wait_for_mail_that_cannot_be_fetched(desk: Desk) -> None:
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="Fresh"), synced=False)
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id, message_token=desk.google.emulator.open_message(BOBS, gmail_id))
    bob.press("New deal")
    bob.press("Save deal")
    assert bob.notice == "Deal created. Its email could not be fetched yet: log it in a moment."
    assert bob.card["header"]["title"] == "Fresh"
