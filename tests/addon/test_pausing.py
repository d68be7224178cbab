"""Logging paused: mail of that time stays out of Sidenote, unless somebody logs it by hand."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
from sqlmodel import select

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import InvalidInput
from models import Event, Mailbox, MailboxMessage
from sync.pausing import pause_logging, pauses_of
from tests.addon.conftest import Desk, letter
from tests.addon.record_cards import NOBODY, write
from tests.addon.sidebar import Sidebar, texts
from tests.addon.test_contacts import BERLIN, BOBS, JANE, make_jane


@pytest.fixture
def bob(desk: Desk) -> Sidebar:
    """Bob, in his settings."""
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    bob = desk.sit(desk.cast.bob)
    bob.home()
    bob.press("Settings")
    return bob


def outcome(desk: Desk, gmail_id: str) -> tuple[str, str]:
    with transaction(desk.context.engine, read_only=True) as session:
        copy = session.exec(select(MailboxMessage).where(MailboxMessage.gmail_id == gmail_id)).one()
        return copy.outcome, (copy.reason or "").partition(":")[0]


def pauses(desk: Desk) -> int:
    with transaction(desk.context.engine, read_only=True) as session:
        return len(session.get_one(Mailbox, desk.cast.mailboxes[desk.cast.bob.member_id]).pauses)


def dated(at: datetime) -> EmailMessage:
    mail = letter(JANE, BOBS)
    mail.replace_header("Date", format_datetime(at))
    return mail


def test_mail_stays_out_until_its_owner_goes_on(desk: Desk, bob: Sidebar) -> None:
    before = desk.receive(desk.cast.bob, dated(utcnow() - timedelta(minutes=1)))
    bob.press("Pause")
    assert bob.notice == "New mail stays out until you go on"
    assert "Logging is paused" in texts(bob.card)
    meanwhile = desk.receive(desk.cast.bob, dated(utcnow() + timedelta(minutes=1)))
    bob.press("Go on")
    assert "New mail is logged" in texts(bob.card)
    after = desk.receive(desk.cast.bob, dated(utcnow() + timedelta(minutes=2)))
    assert [outcome(desk, one)[0] for one in (before, meanwhile, after)] == ["stored", "filtered", "stored"]
    assert outcome(desk, meanwhile)[1] == "paused"
    bob.open(meanwhile, message_token=desk.google.emulator.open_message(BOBS, meanwhile))
    assert "Not logged: you had paused logging" in texts(bob.card)


def test_what_was_kept_out_stays_so_when_mail_is_looked_at_again(desk: Desk, bob: Sidebar) -> None:
    now = utcnow()
    with transaction(desk.context.engine) as session:
        mailbox = session.get_one(Mailbox, desk.cast.mailboxes[desk.cast.bob.member_id])
        start, end = (now - timedelta(hours=hours) for hours in (2, 1))
        mailbox.pauses = [{"from": start.isoformat(), "until": end.isoformat()}]
    bob.press("Pause")
    bob.press("Go on")
    meanwhile = desk.receive(desk.cast.bob, dated(now - timedelta(minutes=90)))
    assert outcome(desk, meanwhile)[0] == "filtered"
    desk.sync(desk.cast.bob, meanwhile, forced=True)
    assert outcome(desk, meanwhile)[0] == "stored"


def test_until_tomorrow_is_until_midnight_where_the_person_is(desk: Desk, bob: Sidebar) -> None:
    bob.press("Pause until tomorrow")
    assert any(text.startswith("Logging is paused until ") for text in texts(bob.card))
    with transaction(desk.context.engine) as session:
        mailbox = session.get_one(Mailbox, desk.cast.mailboxes[desk.cast.bob.member_id])
        (pause,) = pauses_of(mailbox.pauses)
        assert pause.end is not None
        end = pause.end.astimezone(BERLIN)
        assert (end.hour, end.minute, end.date()) == (0, 0, utcnow().astimezone(BERLIN).date() + timedelta(days=1))
        assert not pause.covers(pause.end)
        assert not pause.covers(datetime(2020, 1, 1, tzinfo=UTC))
        told = session.exec(select(Event).where(Event.type == "mailbox.pauses_set")).all()
        assert [event.subject_id for event in told] == [mailbox.id]


def test_a_second_click_pauses_once(desk: Desk, bob: Sidebar) -> None:
    pausing = bob.action("Pause")
    for _ in range(2):
        bob.answer(pausing)
    assert pauses(desk) == 1


@pytest.mark.parametrize("name", ["pause_logging", "resume_logging"])
def test_nobody_pauses_for_somebody_else(desk: Desk, bob: Sidebar, name: str) -> None:
    theirs = desk.cast.mailboxes[desk.cast.bob.member_id]
    for viewer in (desk.cast.carol, desk.cast.alice, desk.cast.mallory):
        other = desk.sit(viewer)
        other.home()
        for mailbox in (theirs, NOBODY, "x"):
            other.click(write(name, mailbox=mailbox, until="tomorrow"))
            assert "not" in (other.notice or "")
    assert pauses(desk) == 0


def test_a_time_that_is_over_is_no_end(desk: Desk) -> None:
    mailbox = desk.cast.mailboxes[desk.cast.bob.member_id]
    with transaction(desk.context.engine) as session, pytest.raises(InvalidInput, match="until"):
        pause_logging(session, viewer=desk.cast.bob, mailbox_id=mailbox, until=utcnow() - timedelta(seconds=5))
