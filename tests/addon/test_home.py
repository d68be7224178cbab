"""Layout F: the homepage."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlmodel import Session, col, select

from app.core.clock import utcnow
from app.core.database import transaction
from app.records.deals import create_deal, stages_of
from app.records.recent import KEPT, Sight, note_sights
from app.records.service import create_record
from app.timeline.tasks import add_task
from app.workspaces.access import Viewer
from models import Mailbox, Message, RecentRecord, Record
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import texts
from tests.addon.test_contacts import make_jane
from tests.core.waiting import wait_for

BOBS = "bob@fairfield.example"


def test_my_day_shows_what_asks_for_something_and_nobody_elses(desk: Desk) -> None:
    cast, today = desk.cast, utcnow().date()
    with transaction(desk.context.engine) as session:
        soon = {"close_on": (today + timedelta(days=3)).isoformat()}
        create_deal(session, viewer=cast.bob, values={"name": "This week", "amount": "99.50", **soon})
        create_deal(session, viewer=cast.bob, values={"name": "Overdue", "close_on": "2020-01-01"})
        create_deal(session, viewer=cast.bob, values={"name": "Next year", "close_on": "2099-01-01"})
        create_deal(session, viewer=cast.carol, values={"name": "Carols deal", **soon})
        add_task(session, viewer=cast.bob, title="Call Jane", due_at=utcnow() - timedelta(minutes=90))
        add_task(session, viewer=cast.bob, title="Next month", due_at=utcnow() + timedelta(days=30))
        add_task(session, viewer=cast.carol, title="Carols task", due_at=utcnow())
    bob = desk.sit(cast.bob)
    bob.home()
    said = texts(bob.card)
    assert said[0] == "Hello, Bob"
    assert said.index("Closing this week") < said.index("Overdue") < said.index("This week")
    assert any(text.startswith("Prospecting · €99.50 · closes ") for text in said)
    assert any(text.startswith("Call Jane\nOverdue: ") for text in said)
    assert not {"Next month", "Next year", "Carols deal", "Carols task", "Hot leads", "Standing still"} & set(said)
    bob.press("Done")
    assert bob.notice == "Done: Call Jane"
    assert "Today" not in texts(bob.card)


def test_deals_that_stand_still_and_leads_nobody_wrote_to(desk: Desk) -> None:
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        stages = stages_of(session, viewer=cast.alice)
        stages[0].stale_after, stages[1].stale_after = 10, 60
        for name, stage, days in (("Old", 0, 12), ("Fresh", 0, 8), ("Patient", 1, 40)):
            deal = create_deal(session, viewer=cast.bob, values={"name": name, "stage": stages[stage].id})
            deal.stage_entered_at = utcnow() - timedelta(days=days)
        for name, score, owner in (("Hot", 80, cast.bob), ("Cold", 5, cast.bob), ("Hers", 90, cast.carol)):
            values = {"name": name, "score": score, "company_name": "Newco"}
            lead = create_record(session, workspace_id=cast.workspace_id, kind="lead", values=values, viewer=owner)
            lead.status = "New"
        first = stages[0].name
    bob = desk.sit(cast.bob)
    bob.home()
    said = texts(bob.card)
    assert f"{first} for 12 days" in said
    assert {"Old", "Hot", "Newco · Urgent · Score 80"} <= set(said)
    assert not {"Fresh", "Patient", "Cold", "Hers"} & set(said)


def test_mail_that_waits_for_my_reply_opens_in_gmail(desk: Desk) -> None:
    bob, google = desk.cast.bob, desk.google.emulator
    old = letter("Jane Roe <jane@acme.com>", BOBS, subject="Prices?")
    answered = letter("Tom Poe <tom@acme.com>", BOBS, subject="Answered")
    for mail, hours in ((old, 6), (answered, 8)):
        _date(mail, hours)
    waiting = desk.receive(bob, old)
    done = desk.receive(bob, answered)
    desk.receive(bob, letter("Ida <ida@acme.com>", BOBS, subject="Just now"))
    reply = letter(f"Bob Berg <{BOBS}>", "tom@acme.com", subject="Re: Answered")
    _date(reply, 7)
    desk.receive(bob, reply, thread=google.mailbox(bob.email).messages[done].thread.id)
    with transaction(desk.context.engine) as session:
        _sent_hours_ago(session, {"Prices?": 6, "Answered": 8, "Re: Answered": 7})
    sidebar = desk.sit(bob)
    sidebar.home()
    said = texts(sidebar.card)
    assert "Waiting for your reply" in said
    assert not {"Answered", "Just now"} & set(said)
    thread = google.mailbox(bob.email).messages[waiting].thread.id
    assert sidebar.action("Prices?") == {
        "openLink": {"url": f"https://mail.google.com/mail/u/0/#all/{thread}", "openAs": "FULL_SIZE"}
    }
    carol = desk.sit(desk.cast.carol)
    carol.home()
    assert "Prices?" not in texts(carol.card)


def test_a_quiet_day_says_so(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.home()
    assert "Nothing is due, and nobody waits for you." in texts(bob.card)


def test_what_i_saw_last_comes_first(desk: Desk) -> None:
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, cast)
        create_deal(session, viewer=cast.bob, values={"name": "Big deal", "close_on": utcnow().date().isoformat()})
    bob = desk.sit(cast.bob)
    bob.home()
    bob.press("Big deal")
    wait_for(lambda: _seen(desk, cast.bob) == ["Big deal"])
    bob.open(desk.receive(cast.bob, letter("Jane Roe <jane@acme.com>", BOBS)))
    wait_for(lambda: _seen(desk, cast.bob) == ["Jane Roe", "Big deal"])
    said = texts(bob.home())
    assert said.index("Recently seen") < said.index("Jane Roe") < said.index("Big deal", said.index("Recently seen"))
    assert jane
    assert _seen(desk, cast.carol) == []


def test_what_is_out_of_sight_was_not_seen(desk: Desk) -> None:
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        hers = make_jane(session, cast, cast.carol)
        shown = ((cast.bob, hers), (cast.bob, "0" * 26), (cast.mallory, hers), (cast.carol, hers))
        note_sights(session, [Sight(viewer.member_id, id, utcnow()) for viewer, id in shown])
    assert _seen(desk, cast.mallory) == []
    for viewer, said in ((cast.bob, False), (cast.carol, True)):
        assert ("Jane Roe" in texts(desk.sit(viewer).home())) == said


def test_the_last_twenty_are_kept(desk: Desk) -> None:
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        deals = [create_deal(session, viewer=cast.bob, values={"name": f"Deal {n}"}) for n in range(KEPT + 2)]
        moments = [utcnow() + timedelta(seconds=n) for n in range(len(deals))]
        seen = [Sight(cast.bob.member_id, deal.id, at) for deal, at in zip(deals, moments, strict=True)]
        note_sights(session, [*seen[:5], *seen])
    assert sorted(_seen(desk, cast.bob)) == sorted(f"Deal {n}" for n in range(2, KEPT + 2))


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


def _seen(desk: Desk, viewer: Viewer) -> list[str]:
    """The names of what this member saw, the latest first."""
    with transaction(desk.context.engine, read_only=True) as session:
        query = select(Record.name).join(RecentRecord, col(RecentRecord.record_id) == col(Record.id))
        query = query.where(RecentRecord.member_id == viewer.member_id).order_by(col(RecentRecord.seen_at).desc())
        return list(session.exec(query))


def _date(mail: EmailMessage, hours: int) -> None:
    del mail["Date"]
    mail["Date"] = format_datetime(utcnow() - timedelta(hours=hours))


def _sent_hours_ago(session: Session, hours: dict[str, int]) -> None:
    """Gmail dates mail by its arrival, which in a test is now."""
    for message in session.exec(select(Message).where(col(Message.subject).in_(hours))):
        message.sent_at = utcnow() - timedelta(hours=hours[message.subject])
