"""What is arranged for a mail before it is sent, and what comes of it."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.dispatch import drain
from app.core.ids import new_id
from app.records.deals import create_deal
from app.timeline.tasks import follow_up_at
from models import Handled, Mailbox, MailboxMessage, Message, OutgoingPlan, Task, TaskLink, ThreadLink, TimelineLink
from sync.by_hand import link_thread
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import Sidebar, nodes, texts
from tests.addon.test_contacts import make_jane
from tests.addon.writing import BOBS, JANES, make_deal, offered, send


@pytest.fixture
def jane(desk: Desk) -> str:
    with transaction(desk.context.engine) as session:
        return make_jane(session, desk.cast)


@pytest.fixture
def bob(desk: Desk, jane: str) -> Sidebar:
    return desk.sit(desk.cast.bob)


def test_the_plan_is_carried_out_when_the_mail_is_there(desk: Desk, bob: Sidebar, jane: str) -> None:
    make_deal(desk, jane, "The other")
    deal = make_deal(desk, jane)
    bob.compose(f"Jane <{JANES.upper()}>")
    bob.choose("deal", deal)
    bob.choose("remind", "3")
    assert bob.notice == "Saved for when you send it"
    gmail_id = send(desk, JANES)
    with transaction(desk.context.engine) as session:
        link = session.scalars(select(ThreadLink)).one()
        assert (link.record_id, link.rule, link.member_id) == (deal, "hand", desk.cast.bob.member_id)
        task = session.scalars(select(Task)).one()
        assert task.title == "Follow up with Jane Roe"
        assert task.due_at == follow_up_at(utcnow(), time_zone=desk.cast.bob.time_zone, working_days=3)
        assert {link.record_id for link in session.scalars(select(TaskLink))} == {jane, deal}
        assert deal in {link.record_id for link in session.scalars(select(TimelineLink))}
        plan = session.scalars(select(OutgoingPlan)).one()
        assert plan.message_id
    send(desk, JANES)
    desk.sync(desk.cast.bob, gmail_id)
    drain(desk.context.engine)
    with transaction(desk.context.engine) as session:
        assert len(session.scalars(select(Task)).all()) == 1


def test_a_reminder_comes_though_nobody_in_the_mail_is_known(desk: Desk, bob: Sidebar) -> None:
    mailbox_id = desk.cast.mailboxes[desk.cast.bob.member_id]
    with transaction(desk.context.engine) as session:
        session.get_one(Mailbox, mailbox_id).mode = "known"
    bob.compose("new@newco.com")
    assert "Once one of them is in Sidenote" in texts(bob.card)
    bob.choose("remind", "3")
    unplanned = send(desk, "other@newco.org")
    planned = send(desk, "new@newco.com")
    with transaction(desk.context.engine) as session:
        assert session.get_one(MailboxMessage, (mailbox_id, unplanned)).outcome == "filtered"
        assert session.get_one(MailboxMessage, (mailbox_id, planned)).outcome == "stored"
        assert session.scalars(select(Task)).one().title == "Follow up with New"


def test_an_answer_ends_the_reminder(desk: Desk, bob: Sidebar) -> None:
    bob.compose(JANES)
    bob.choose("remind", "1")
    sent = send(desk, JANES)
    thread = desk.google.emulator.mailbox(BOBS).messages[sent].thread.id
    desk.receive(desk.cast.bob, letter(f"Jane <{JANES}>", BOBS, subject="Re: Our offer"), thread=thread)
    drain(desk.context.engine)
    with transaction(desk.context.engine) as session:
        task = session.scalars(select(Task)).one()
        assert task.done_at is not None
        assert task.answered_at is not None
        assert task.done_by is None


def test_a_mail_that_is_not_to_be_logged_is_on_no_timeline(desk: Desk, bob: Sidebar) -> None:
    bob.compose(JANES)
    bob.choose("log", [])
    assert bob.notice == "This mail will not be logged"
    send(desk, JANES)
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(TimelineLink)).all() == []
    send(desk, JANES)
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(TimelineLink)).all() != []


def test_a_plan_is_shown_again_and_changed_in_place(desk: Desk, bob: Sidebar, jane: str) -> None:
    deal = make_deal(desk, jane)
    bob.compose(JANES)
    assert next(iter(offered(bob, "deal"))) == "unsaid"
    bob.choose("deal", deal)
    bob.choose("remind", "5")
    bob.choose("remind", "10")
    bob.compose(JANES.upper())
    assert next(iter(offered(bob, "deal"))) == deal
    assert next(iter(offered(bob, "remind"))) == "10"
    with transaction(desk.context.engine) as session:
        assert len(session.scalars(select(OutgoingPlan)).all()) == 1
    bob.compose("tom@newco.com")
    assert next(iter(offered(bob, "remind"))) == "0"


@pytest.mark.parametrize("late", [timedelta(minutes=-1), timedelta(hours=25)])
def test_a_mail_of_another_time_is_not_the_one_planned(desk: Desk, bob: Sidebar, late: timedelta) -> None:
    bob.compose(JANES)
    bob.choose("remind", "1")
    send(desk, JANES, later=late)
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(Task)).all() == []


def test_a_mail_of_a_colleague_or_to_others_is_not_the_one_planned(desk: Desk, bob: Sidebar) -> None:
    bob.compose(JANES)
    bob.choose("remind", "1")
    send(desk, JANES, "tom@newco.com")
    mail = letter("carol@fairfield.example", JANES)
    gmail_id = desk.google.emulator.deliver("carol@fairfield.example", mail.as_bytes(), labels=["SENT"])
    desk.sync(desk.cast.carol, gmail_id)
    drain(desk.context.engine)
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(Task)).all() == []
    send(desk, JANES)
    with transaction(desk.context.engine) as session:
        assert len(session.scalars(select(Task)).all()) == 1


def test_a_colleague_in_copy_whose_mail_comes_first_changes_nothing(desk: Desk, bob: Sidebar) -> None:
    bob.compose(JANES, cc=["carol@fairfield.example"])
    bob.choose("remind", "1")
    mail = letter(BOBS, JANES, cc="carol@fairfield.example")
    mail["Message-ID"] = "<planned@fairfield.example>"
    desk.receive(desk.cast.carol, mail)
    drain(desk.context.engine)
    gmail_id = desk.google.emulator.deliver(BOBS, mail.as_bytes(), labels=["SENT"])
    desk.sync(desk.cast.bob, gmail_id)
    drain(desk.context.engine)
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(Task)).one().assignee_id == desk.cast.bob.member_id


def test_a_forged_deal_is_refused(desk: Desk, bob: Sidebar, jane: str) -> None:
    make_deal(desk, jane)
    with transaction(desk.context.engine) as session:
        mallorys = create_deal(session, viewer=desk.cast.mallory, values={"name": "Theirs", "amount": "1"}).id
        carols = create_deal(session, viewer=desk.cast.carol, values={"name": "Hers", "amount": "1"}).id
    bob.compose(JANES)
    for forged in (mallorys, carols, jane, "x", new_id()):
        bob.choose("deal", forged)
        assert bob.notice not in (None, "Saved for when you send it")
    bob.choose("remind", "999999999999")
    assert bob.notice == "This button is out of date: refresh the card and try again."
    bob.choose("remind", "2")
    assert bob.notice == "remind: choose a number of days from the list."
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(OutgoingPlan)).all() == []


def test_a_click_on_the_plan_that_comes_twice_is_one(desk: Desk, bob: Sidebar, jane: str) -> None:
    bob.compose(JANES)
    change = next(node["onChangeAction"] for node in nodes(bob.card) if node.get("name") == "remind")
    first, second = bob.answer(change, remind="3"), bob.answer(change, remind="3")
    assert first["renderActions"]["action"]["notification"] == second["renderActions"]["action"]["notification"]
    with transaction(desk.context.engine) as session:
        assert len(session.scalars(select(OutgoingPlan)).all()) == 1
        assert len(session.scalars(select(Handled)).all()) == 1


def test_on_a_reply_the_deal_of_the_thread_is_chosen(desk: Desk, bob: Sidebar, jane: str) -> None:
    make_deal(desk, jane, "The other")
    deal = make_deal(desk, jane)
    gmail_id = desk.receive(desk.cast.bob, letter(f"Jane <{JANES}>", BOBS))
    bob.open(gmail_id)
    with transaction(desk.context.engine) as session:
        thread_id = session.scalars(select(col(Message.thread_id))).one()
        link_thread(session, viewer=desk.cast.bob, thread_id=thread_id, record_id=deal)
    thread = desk.google.emulator.mailbox(BOBS).messages[gmail_id].thread.id
    bob.compose(JANES, thread=thread)
    assert next(iter(offered(bob, "deal"))) == deal
    assert bob.card["header"]["subtitle"] == "Acme renewal"
    carol = desk.sit(desk.cast.carol)
    carol.compose(JANES, thread=thread)
    assert "Acme renewal" not in " ".join(texts(carol.card))
