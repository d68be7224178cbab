"""Every spelling of a message id, and messages that the store does not know."""

import time

from sqlmodel import select

from app.core.database import transaction
from models import MessageAlias
from sync.emulator import FaultRule
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import texts
from tests.addon.test_contacts import make_jane
from tests.core.waiting import wait_for

BOBS = "bob@fairfield.example"
JANE = "Jane Roe <jane@acme.com>"
ALIAS = "msg-a:r-7042211548"


def test_decimal_and_hex_name_the_same_message(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS))
    bob = desk.sit(desk.cast.bob)
    for spelling in (f"msg-f:{int(gmail_id, 16)}", gmail_id, gmail_id.upper()):
        bob.gmail = {"messageId": spelling}
        bob._trigger("/addon/gmail/message")
        assert "Logged to Acme, Jane Roe" in texts(bob.card)


def test_an_alias_is_resolved_by_gmail_once(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    emulator = desk.google.emulator
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS))
    emulator.nickname(BOBS, ALIAS, gmail_id)
    bob = desk.sit(desk.cast.bob)
    bob.open(ALIAS, message_token=emulator.open_message(BOBS, gmail_id))
    assert "Logged to Acme, Jane Roe" in texts(bob.card)

    def remembered() -> bool:
        with transaction(desk.context.engine, read_only=True) as session:
            return session.scalars(select(MessageAlias.gmail_id)).all() == [gmail_id]

    wait_for(remembered)
    calls = emulator.stats()["calls"][BOBS]["messages.get"]
    bob.open(ALIAS)
    assert "Logged to Acme, Jane Roe" in texts(bob.card)
    assert emulator.stats()["calls"][BOBS]["messages.get"] == calls


def test_the_headers_of_an_unknown_message_come_from_gmail(desk: Desk) -> None:
    mail = letter("=?utf-8?q?J=C3=BCrgen_M=C3=BCller?= <j@mueller-bau.de>", BOBS, cc="carol@fairfield.example")
    gmail_id = desk.receive(desk.cast.bob, mail, synced=False)
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id, message_token=desk.google.emulator.open_message(BOBS, gmail_id))
    assert bob.card["header"] == {"title": "Jürgen Müller", "subtitle": "j@mueller-bau.de"}
    assert "Not logged: nobody in it is in Sidenote yet" in texts(bob.card)
    bob.press("Create contact")
    assert bob.card["header"]["title"] == "Jürgen Müller"


def test_when_gmail_does_not_say_the_card_says_so(desk: Desk) -> None:
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS), synced=False)
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id, message_token="not-this-message")
    said = texts(bob.card)
    assert "Gmail could not be asked who takes part in this email." in said
    assert "Not logged: not synced yet, and Gmail could not be asked about it" in said
    bob.gmail["accessToken"] = desk.google.emulator.open_message(BOBS, gmail_id)
    bob.press("Retry")
    assert bob.card["header"]["title"] == "Jane Roe"


def test_a_slow_gmail_is_not_waited_for(desk: Desk) -> None:
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS), synced=False)
    desk.google.emulator.faults.add(FaultRule(method="messages.get", delay=6, times=1))
    bob = desk.sit(desk.cast.bob)
    started = time.monotonic()
    bob.open(gmail_id, message_token=desk.google.emulator.open_message(BOBS, gmail_id))
    assert "Gmail could not be asked who takes part in this email." in texts(bob.card)
    assert time.monotonic() - started < 6
