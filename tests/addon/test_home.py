"""Layout F: the homepage."""

from datetime import datetime, timedelta

from app.core.clock import utcnow
from app.core.database import transaction
from app.records.deals import create_deal
from app.timeline.tasks import add_task
from models import Mailbox
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import texts
from tests.addon.test_contacts import make_jane
from tests.core.waiting import wait_for


def test_home_shows_what_is_mine(desk: Desk) -> None:
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        make_jane(session, cast)
        create_deal(session, viewer=cast.bob, values={"name": "Later", "close_on": "2031-01-01"})
        create_deal(session, viewer=cast.bob, values={"name": "Sooner", "close_on": "2030-01-01", "amount": "99.50"})
        create_deal(session, viewer=cast.carol, values={"name": "Carols deal"})
        add_task(session, viewer=cast.bob, title="Call Jane", due_at=utcnow() - timedelta(minutes=90))
        add_task(session, viewer=cast.bob, title="Next month", due_at=utcnow() + timedelta(days=30))
        add_task(session, viewer=cast.carol, title="Carols task", due_at=utcnow())
    desk.receive(cast.bob, letter("Jane Roe <jane@acme.com>", "bob@fairfield.example"))
    bob = desk.sit(cast.bob)
    bob.home()
    said = texts(bob.card)
    assert said[0] == "Hello, Bob"
    assert said.index("Sooner") < said.index("Later")
    assert "Prospecting · €99.50 · closes 1 Jan 2030" in said
    assert any(text.startswith("Call Jane\nOverdue: ") for text in said)
    assert "Jane Roe" in said
    assert not {"Next month", "Carols deal", "Carols task"} & set(said)
    bob.press("Done")
    assert bob.notice == "Done: Call Jane"
    assert "Nothing is due today." in texts(bob.card)


def test_home_tells_how_sync_is_doing(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.home()
    assert "Up to date, checked just now" in texts(bob.card)
    for state, words in (
        ("backfill", "Importing your mail, newest first"),
        ("reconnect", "Waiting for you to reconnect Gmail"),
    ):
        with transaction(desk.context.engine) as session:
            session.get_one(Mailbox, desk.cast.mailboxes[desk.cast.bob.member_id]).state = state
        bob.home()
        assert words in texts(bob.card)


def test_a_contact_is_made_from_home(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.home()
    bob.press("New contact")
    bob.press("Create contact", name="", email="ada@newco.com")
    assert "Name: please fill this in." in texts(bob.card)
    bob.press("Create contact", name="Ada Noon", company_name="Newco")
    assert bob.card["header"] == {"title": "Ada Noon", "subtitle": "Newco"}
    assert len(bob.cards) == 2


def test_the_sidebar_is_noted_once_a_minute(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    mailbox_id = desk.cast.mailboxes[desk.cast.bob.member_id]

    def seen_at() -> datetime | None:
        with transaction(desk.context.engine, read_only=True) as session:
            return session.get_one(Mailbox, mailbox_id).addon_seen_at

    assert seen_at() is None
    bob.home()
    wait_for(seen_at)
    first = seen_at()
    bob.home()
    bob.home()
    assert seen_at() == first
