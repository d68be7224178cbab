"""What people decide about mail: who may, what it does, and that once is enough."""

from collections.abc import Callable

import pytest
from sqlmodel import Session

from app.core.database import transaction
from app.core.errors import Forbidden, NotFound
from app.workspaces.access import Viewer
from models import Event, MailboxMessage, Message, TimelineEntry
from sync.by_hand import link_thread, log_message, set_private, unlog_message
from sync.ingest import record_gone
from tests.cast import granted
from tests.sync.letters import letter
from tests.sync.office import Office

Decision = Callable[[Session, Viewer, Message, str], None]


def _log(session: Session, viewer: Viewer, message: Message, record_id: str) -> None:
    log_message(session, viewer=viewer, message_id=message.id, record_ids=[record_id])


def _unlog(session: Session, viewer: Viewer, message: Message, _record_id: str) -> None:
    unlog_message(session, viewer=viewer, message_id=message.id)


def _link(session: Session, viewer: Viewer, message: Message, record_id: str) -> None:
    link_thread(session, viewer=viewer, thread_id=message.thread_id, record_id=record_id)


DECISIONS = {"message.logged": _log, "message.unlogged": _unlog, "thread.linked": _link}


@pytest.mark.parametrize("event", DECISIONS)
def test_a_decision_may_be_repeated_and_leaves_one_event(office: Office, event: str) -> None:
    deal, message = office.create("deal", name="Deal"), _one_message(office)
    for _ in range(3):
        with transaction(office.engine) as session:
            DECISIONS[event](session, office.cast.alice, message, deal)
        office.settle()

    [told] = [one for one in office.all(Event) if one.type == event]
    assert told.actor_id == office.cast.alice.member_id


@pytest.mark.parametrize("decide", DECISIONS.values())
@pytest.mark.parametrize("who", ["carol", "mallory"])
def test_mail_out_of_reach_does_not_exist(office: Office, who: str, decide: Decision) -> None:
    """Carol holds no copy and sees no record with it; Mallory works elsewhere."""
    deal, message = office.create("deal", name="Deal"), _one_message(office)
    with transaction(office.engine) as session, pytest.raises(NotFound):
        decide(session, getattr(office.cast, who), message, deal)


@pytest.mark.parametrize("decide", [_log, _link])
def test_mail_goes_only_on_records_one_may_see(office: Office, decide: Decision) -> None:
    message = _one_message(office)
    office.receive(office.cast.mallory, letter())
    office.settle()
    foreign = office.create("deal", name="Not theirs", owner=office.cast.carol.member_id)
    with transaction(office.engine) as session, pytest.raises(NotFound):
        decide(session, office.cast.bob, message, foreign)


def test_a_colleague_reaches_mail_through_a_record(office: Office) -> None:
    contact = office.create("contact", name="Dana", email="dana@customer.example")
    message = _one_message(office)
    with transaction(office.engine) as session:
        unlog_message(session, viewer=office.cast.carol, message_id=message.id)

    assert office.rules(contact) == {}


def test_private_mail_is_out_of_a_colleagues_reach(office: Office) -> None:
    office.create("contact", name="Dana", email="dana@customer.example")
    message = _one_message(office)
    _set_private(office, office.cast.alice, private=True)
    with transaction(office.engine) as session, pytest.raises(NotFound):
        unlog_message(session, viewer=office.cast.carol, message_id=message.id)


def test_mail_is_private_while_every_holder_keeps_it_so(office: Office) -> None:
    alice, bob = office.cast.alice, office.cast.bob
    office.receive(alice, letter(rfc_id="1@x.example"))
    assert not _is_private(office)

    _set_private(office, alice, private=True)
    _set_private(office, alice, private=True)
    assert _is_private(office)

    office.receive(bob, letter(rfc_id="1@x.example"))
    assert not _is_private(office)

    _set_private(office, bob, private=True)
    assert _is_private(office)

    _set_private(office, alice, private=False)
    assert not _is_private(office)
    assert len([one for one in office.all(Event) if one.type == "message.private_set"]) == 3


def test_a_second_copy_in_a_private_mailbox_keeps_labels_and_privacy(office: Office) -> None:
    mail = letter()
    office.receive(office.cast.alice, mail)
    _set_private(office, office.cast.alice, private=True)
    office.receive(office.cast.alice, mail)

    assert _is_private(office)
    assert [copy.private for copy in office.all(MailboxMessage)] == [True]


def test_private_mail_that_comes_back_from_the_bin_is_private(office: Office) -> None:
    mail, alice = letter(), office.cast.alice
    office.receive(alice, mail)
    _set_private(office, alice, private=True)
    with transaction(office.engine) as session:
        record_gone(session, office.mailbox(session, alice), [mail.gmail_id])
    office.receive(alice, mail)

    assert _is_private(office)


def test_a_stranger_who_sends_private_mail_again_does_not_open_it(office: Office) -> None:
    alice = office.cast.alice
    office.receive(alice, letter(rfc_id="1@x.example"))
    _set_private(office, alice, private=True)
    office.receive(alice, letter(rfc_id="1@x.example"))

    assert _is_private(office)
    assert [copy.private for copy in office.all(MailboxMessage)] == [True, True]


@pytest.mark.parametrize("decide", DECISIONS.values())
def test_who_may_only_look_decides_nothing(office: Office, decide: Decision) -> None:
    deal, message = office.create("deal", name="Deal"), _one_message(office)
    looking = granted(office.cast.alice, create="none", edit="none")
    with transaction(office.engine) as session, pytest.raises(Forbidden):
        decide(session, looking, message, deal)


@pytest.mark.parametrize("who", ["bob", "mallory"])
def test_only_the_mailbox_owner_decides_on_privacy(office: Office, who: str) -> None:
    _one_message(office)
    [copy] = office.all(MailboxMessage)
    place = {"mailbox_id": copy.mailbox_id, "gmail_id": copy.gmail_id}
    with transaction(office.engine) as session, pytest.raises(NotFound):
        set_private(session, viewer=getattr(office.cast, who), private=True, **place)


def _one_message(office: Office) -> Message:
    """Alice's alone."""
    office.receive(office.cast.alice, letter())
    [message] = office.all(Message)
    return message  # type: ignore[no-any-return]


def _set_private(office: Office, viewer: Viewer, *, private: bool) -> None:
    mailbox_id = office.cast.mailboxes[viewer.member_id]
    gmail_id = next(copy.gmail_id for copy in office.all(MailboxMessage) if copy.mailbox_id == mailbox_id)
    with transaction(office.engine) as session:
        set_private(session, viewer=viewer, mailbox_id=mailbox_id, gmail_id=gmail_id, private=private)


def _is_private(office: Office) -> bool:
    [entry] = office.all(TimelineEntry)
    return bool(entry.private)
