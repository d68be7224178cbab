"""Layout A: someone the viewer knows, and what is done about them in one click."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from app.core.clock import utcnow
from app.core.database import transaction
from app.records.deals import create_deal, stages_of
from app.records.service import create_record
from app.timeline.notes import add_note
from app.timeline.tasks import add_task
from models import Record, Task, TaskLink, TimelineEntry
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import first_widgets, texts
from tests.cast import Cast

JANE = "Jane Roe <jane@acme.com>"
BOBS = "bob@fairfield.example"
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def jane(desk: Desk) -> str:
    """Jane of Acme, whom Bob looks after."""
    with transaction(desk.context.engine) as session:
        return make_jane(session, desk.cast)


def make_jane(session, cast: Cast, owner=None) -> str:  # type: ignore[no-untyped-def]
    owner = owner or cast.bob
    company = create_record(
        session,
        workspace_id=cast.workspace_id,
        kind="company",
        values={"name": "Acme", "domain": "acme.com"},
        viewer=owner,
    )
    values = {"name": "Jane Roe", "email": "jane@acme.com", "phone": "+44 20 1", "company": company.id, "title": "CTO"}
    return create_record(session, workspace_id=cast.workspace_id, kind="contact", values=values, viewer=owner).id


def test_the_card_says_who_it_is_and_what_they_are_logged_to(desk: Desk, jane: str) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    assert bob.card["header"] == {"title": "Jane Roe", "subtitle": "CTO at Acme"}
    logged = first_widgets(bob.card, 1)[0]["decoratedText"]
    assert logged["text"] == "Logged to Acme, Jane Roe"
    assert logged["bottomLabel"] == "Automatically: known address"
    said = texts(bob.card)
    for expected in ("jane@acme.com", "+44 20 1", "Owner", "You", "New deal"):
        assert expected in said


def test_deals_tasks_and_timeline_stand_on_the_card(desk: Desk, jane: str) -> None:
    with transaction(desk.context.engine) as session:
        values = {"name": "Acme renewal", "amount": "12500"}
        create_deal(session, viewer=desk.cast.bob, values=values, contact_ids=[jane])
        late = utcnow() - timedelta(days=1)
        add_task(session, viewer=desk.cast.bob, title="Send the offer", due_at=late, record_ids=[jane])
        for number in range(7):
            add_note(session, viewer=desk.cast.bob, record_ids=[jane], text=f"Note {number}")
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    said = texts(bob.card)
    assert "Acme renewal" in said
    assert "€12,500" in said
    assert any(text.startswith("Send the offer\nOverdue: yesterday") for text in said)
    timeline = next(part for part in bob.card["sections"] if part.get("header") == "Timeline")
    assert timeline["uncollapsibleWidgetsCount"] == 2
    assert len(timeline["widgets"]) == 6


def test_a_long_timeline_is_paged_to_its_end(desk: Desk, jane: str) -> None:
    with transaction(desk.context.engine) as session:
        for number in range(50):
            add_note(session, viewer=desk.cast.bob, record_ids=[jane], text=f"Note {number}")
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    seen: list[str] = []
    for _ in range(3):
        bob.press("Older")
        seen += [text for text in texts(bob.card) if text.startswith("Note ")]
    assert seen == [f"Note {number}" for number in reversed(range(50))]
    assert "Older" not in texts(bob.card)


@pytest.mark.parametrize(("label", "days"), [("Tomorrow", 1), ("In 3 days", 3), ("In a week", 5)])
def test_a_follow_up_takes_one_click(desk: Desk, jane: str, label: str, days: int) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    bob.press(label)
    assert bob.notice is not None
    assert bob.notice.startswith("Reminder set for")
    assert "Follow up with Jane Roe" in texts(bob.card)
    expected = datetime.now(UTC).astimezone(BERLIN).date()
    while days:
        expected += timedelta(days=1)
        days -= expected.weekday() < 5
    with transaction(desk.context.engine) as session:
        task = session.scalars(select(Task)).one()
        assert session.get(TaskLink, (task.id, jane))
        assert task.thread_id is not None
        assert task.due_at is not None
        local = task.due_at.astimezone(BERLIN)
        assert (local.date(), local.hour, local.minute) == (expected, 9, 0)


def test_a_task_is_ticked_off_in_place(desk: Desk, jane: str) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    bob.press("Tomorrow")
    bob.press("Done")
    assert bob.notice == "Done: Follow up with Jane Roe"
    assert "Done" not in texts(bob.card)
    with transaction(desk.context.engine) as session:
        assert session.get_one(Record, jane).next_task_at is None


def test_a_note_is_written(desk: Desk, jane: str) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    bob.press("Add note")
    bob.press("Save note")
    assert "Note: write something first." in texts(bob.card)
    bob.press("Save note", note="Prefers calls <b>before</b> noon")
    assert (bob.notice, len(bob.cards)) == ("Note saved", 1)
    assert "Prefers calls <b>before</b> noon" in texts(bob.card)


def test_the_company_opens_with_its_people_and_deals(desk: Desk, jane: str) -> None:
    with transaction(desk.context.engine) as session:
        company = session.get_one(Record, jane).company_id
        create_deal(session, viewer=desk.cast.bob, values={"name": "Acme renewal", "company": company})
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    bob.press("Acme")
    assert bob.card["header"]["title"] == "Acme"
    assert {"acme.com", "Jane Roe", "Acme renewal"} <= set(texts(bob.card))
    bob.press("Jane Roe")
    assert len(bob.cards) == 3
    bob.press("In 3 days")
    assert [card["header"]["title"] for card in bob.cards] == ["Jane Roe", "Jane Roe"]
    assert all("Follow up with Jane Roe" in texts(card) for card in bob.cards)


def test_a_colleagues_deal_can_be_read_not_moved(desk: Desk, jane: str) -> None:
    with transaction(desk.context.engine) as session:
        board = create_deal(session, viewer=desk.cast.alice, values={"name": "Board deal"}, contact_ids=[jane])
        board.territory_id = desk.cast.north
        deal, won = board.id, stages_of(session, viewer=desk.cast.bob)[-2].id
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    assert "Board deal" in texts(bob.card)
    assert "Prospecting · No amount yet" in texts(bob.card)
    move = {**bob.action("Tomorrow")}
    move["parameters"] = [
        {"key": "a", "value": "move_stage"},
        {"key": "n", "value": "1" * 26},
        {"key": "deal", "value": deal},
    ]
    bob.click(move, **{f"stage.{deal}": won})
    assert bob.notice == "Board deal belongs to someone else: ask its owner or an admin to change it."


def test_private_mail_of_a_colleague_shows_no_subject(desk: Desk, jane: str) -> None:
    carols = desk.receive(desk.cast.alice, letter(JANE, "alice@fairfield.example", subject="Secret salary"))
    alice = desk.sit(desk.cast.alice)
    alice.open(carols)
    alice.choose("private", "on")
    assert alice.notice == "Only you see what this email says"
    assert "Secret salary" in texts(alice.card)
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="Open")))
    said = texts(bob.card)
    assert "Private email" in said
    assert not any("Secret salary" in text for text in said)
    alice.choose("private", [])
    bob.press("Refresh")
    assert "Secret salary" in texts(bob.card)


def test_the_entry_of_a_note_is_escaped_on_the_card(desk: Desk, jane: str) -> None:
    with transaction(desk.context.engine) as session:
        add_note(session, viewer=desk.cast.bob, record_ids=[jane], text='<a href="https://evil.example">x</a>')
        assert session.scalars(select(TimelineEntry)).one()
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    assert "<a href" not in str(bob.card)
