"""What cards show of tasks and timelines, and what they keep to themselves."""

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.dispatch import drain
from app.records.deals import create_deal
from app.timeline.activities import log_activity
from app.timeline.notes import add_comment
from app.timeline.tasks import add_task
from app.workspaces.seats import refresh_access
from models import Message, Role, Task, TaskLink
from sync.by_hand import link_thread
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import texts
from tests.addon.test_contacts import BERLIN, make_jane

BOBS, CAROLS = "bob@fairfield.example", "carol@fairfield.example"
JANE = "Jane Roe <jane@acme.com>"


def test_a_card_says_that_the_customer_wrote_first(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
        due_at = utcnow() + timedelta(days=3)
        add_task(session, viewer=desk.cast.bob, title="Ask Jane", due_at=due_at, record_ids=[jane])
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS))
    drain(desk.context.engine)
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id)
    assert any("they wrote just now" in text for text in texts(bob.card))


def test_a_task_for_today_is_not_late(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        for title, days in (("Today's", 0), ("Yesterday's", -1)):
            on = utcnow().astimezone(BERLIN).date() + timedelta(days=days)
            add_task(session, viewer=desk.cast.bob, title=title, due_on=on)
    bob = desk.sit(desk.cast.bob)
    bob.home()
    said = texts(bob.card)
    assert {"Today's", "today", "Yesterday's\nOverdue: yesterday"} <= set(said)


def test_a_follow_up_is_about_the_deal_of_the_thread_too(desk: Desk) -> None:
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS))
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
        deal = create_deal(session, viewer=desk.cast.bob, values={"name": "Renewal"}, contact_ids=[jane]).id
        thread = session.scalars(select(Message.thread_id)).one()
        link_thread(session, viewer=desk.cast.bob, thread_id=thread, record_id=deal)
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id)
    bob.press("In 3 days")
    with transaction(desk.context.engine) as session:
        task = session.scalars(select(Task)).one()
        assert task.thread_id == thread
        assert deal in session.scalars(select(TaskLink.record_id)).all()


def test_cards_show_what_was_said_and_logged(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
        add_comment(session, viewer=desk.cast.bob, record_id=jane, text="@Alice Fairfield knows her.")
        log_activity(session, viewer=desk.cast.bob, type="call", record_ids=[jane], outcome="Connected", text="Later.")
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    assert {"@Alice Fairfield knows her.", "Call: Connected", "Later."} <= set(texts(bob.card))


def test_a_role_without_others_mail_finds_it_locked_on_cards(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
        here = (col(Role.workspace_id) == desk.cast.workspace_id, col(Role.name) == "Rep")
        role = session.scalars(select(Role).where(*here)).one()
        role.rights = {**role.rights, "mail": "none"}
        refresh_access(session, workspace_id=desk.cast.workspace_id)
    desk.receive(desk.cast.carol, letter(JANE, CAROLS, subject="Between us", body="Not for Bob"))
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="For all"))
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id)
    said = texts(bob.card)
    assert "Private email" in said
    assert "For all" in said
    assert not any("Between us" in text or "Not for Bob" in text for text in said)
