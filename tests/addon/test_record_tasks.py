"""Tasks on the card of a record: made, put off, ticked off and taken back where they stand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from app.core.clock import utcnow
from app.core.database import transaction
from app.timeline.tasks import add_task, times_to_snooze
from models import Task, TaskLink
from tests.addon.conftest import Desk
from tests.addon.record_cards import NOBODY, on_card, write
from tests.addon.sidebar import form_values, nodes, texts
from tests.addon.test_contacts import make_jane
from tests.cast import shared_with

BERLIN = ZoneInfo("Europe/Berlin")
DUE = 1_893_456_000_000
"""1 January 2030."""


@pytest.fixture
def jane(desk: Desk) -> str:
    with transaction(desk.context.engine) as session:
        return make_jane(session, desk.cast)


def only_task(desk: Desk) -> Task:
    with transaction(desk.context.engine) as session:
        task = session.exec(select(Task)).one()
        session.refresh(task)
        session.expunge(task)
        return task


def add(desk: Desk, record_id: str, **values: object) -> str:
    with transaction(desk.context.engine) as session:
        given = {"title": "Call her", "due_at": utcnow() + timedelta(days=2), **values}
        return add_task(session, viewer=desk.cast.bob, record_ids=[record_id], **given).id  # type: ignore[arg-type]


def test_a_record_without_a_task_says_so_and_offers_one(desk: Desk, jane: str) -> None:
    bob = on_card(desk, desk.cast.bob, jane)
    assert "No next step" in texts(bob.card)
    bob.press("In 3 days")
    assert "No next step" not in texts(bob.card)
    assert only_task(desk).title == "Follow up with Jane Roe"


def test_the_form_makes_a_task_with_all_its_parts(desk: Desk, jane: str) -> None:
    bob = on_card(desk, desk.cast.bob, jane)
    bob.press("New task")
    carol = desk.cast.carol.member_id
    form = {
        "clock": "14:30",
        "priority": "High",
        "assignee": carol,
        "repeat": "FREQ=WEEKLY",
        "description": "Bring tea",
    }
    bob.press("Save task", title="Visit her", due_on=DUE, **form)
    task = only_task(desk)
    assert (task.title, task.priority, task.assignee_id, task.repeat) == ("Visit her", "High", carol, "FREQ=WEEKLY")
    assert task.due_at == datetime(2030, 1, 1, 14, 30, tzinfo=BERLIN).astimezone(UTC)
    assert (task.all_day, task.description) == (False, "Bring tea")
    with transaction(desk.context.engine) as session:
        assert session.exec(select(TaskLink.record_id)).all() == [jane]
    assert bob.card["header"]["title"] == "Jane Roe"
    assert "Visit her" in texts(bob.card)


def test_a_refused_form_keeps_what_was_typed(desk: Desk, jane: str) -> None:
    bob = on_card(desk, desk.cast.bob, jane)
    bob.press("New task")
    bob.press("Save task", title=" ", description="Bring tea", clock="09:00", priority="Urgent")
    assert "Task: give it a title." in texts(bob.card)
    values = form_values(bob.card)
    assert (values["description"], values["clock"], values["priority"]) == ("Bring tea", ["09:00"], ["Urgent"])
    with transaction(desk.context.engine) as session:
        assert session.exec(select(Task)).all() == []


def test_a_task_for_a_day_is_changed_by_its_form(desk: Desk, jane: str) -> None:
    task_id = add(desk, jane, due_at=None, due_on=utcnow().date() + timedelta(days=3))
    bob = on_card(desk, desk.cast.bob, jane)
    bob.press("Call her")
    bob.press("Change")
    assert form_values(bob.card)["title"] == "Call her"
    bob.press("Save task", title="Write to her", due_on=DUE)
    task = only_task(desk)
    assert (task.id, task.title, task.all_day) == (task_id, "Write to her", True)
    assert task.due_at is not None
    assert task.due_at.date().isoformat() in ("2029-12-31", "2030-01-01")


def test_completing_is_one_click_and_can_be_taken_back(desk: Desk, jane: str) -> None:
    add(desk, jane)
    bob = on_card(desk, desk.cast.bob, jane)
    done = bob.action("Done")
    bob.click(done)
    bob.click(done)
    assert only_task(desk).done_at is not None
    assert "No next step" in texts(bob.card)
    bob.press("Undo")
    assert only_task(desk).done_at is None
    assert bob.notice == "Open again: Call her"
    assert "No next step" not in texts(bob.card)


def test_an_overdue_task_is_put_off_where_it_stands(desk: Desk, jane: str) -> None:
    add(desk, jane, due_at=utcnow() - timedelta(days=1))
    bob = on_card(desk, desk.cast.bob, jane)
    assert any("Overdue: yesterday" in text for text in texts(bob.card))
    assert any("#d93025" in str(node.get("text")) for node in nodes(bob.card))
    bob.press("Next week")
    due = only_task(desk).due_at
    assert due is not None
    local = due.astimezone(BERLIN)
    assert (local.weekday(), local.hour, local.minute) == (0, 9, 0)
    assert timedelta(0) < due - utcnow() < timedelta(days=8)
    assert bob.notice is not None
    assert bob.notice.startswith("Put off until")


def test_tasks_are_put_off_to_working_hours() -> None:
    def clocks(*moment: int) -> dict[str, str]:
        times = times_to_snooze(datetime(2026, 3, *moment, tzinfo=BERLIN), time_zone="Europe/Berlin")
        return {name: f"{at.astimezone(BERLIN):%a %H:%M}" for name, at in times.items()}

    assert clocks(4, 10, 40) == {"later": "Wed 13:00", "tomorrow": "Thu 09:00", "next_week": "Mon 09:00"}
    assert clocks(4, 17, 0) == {"tomorrow": "Thu 09:00", "next_week": "Mon 09:00"}
    assert clocks(6, 10, 0) == {"later": "Fri 13:00", "next_week": "Mon 09:00"}
    assert clocks(8, 10, 0) == {"next_week": "Mon 09:00"}


def test_who_may_not_change_a_task_sees_no_buttons(desk: Desk, jane: str) -> None:
    task_id = add(desk, jane)
    shared_with(desk.context.engine, desk.cast, jane, desk.cast.carol)
    carol = on_card(desk, desk.cast.carol, jane)
    assert "Call her" in texts(carol.card)
    assert "Done" not in texts(carol.card)
    carol.press("Call her")
    assert not {"Done", "Change", "Next week"} & set(texts(carol.card))
    carol.click(write("complete_task", task=task_id))
    assert carol.notice == "This task belongs to someone else: ask them, their manager or an admin."
    carol.click(write("complete_task", task=NOBODY))
    assert carol.notice == "This task does not exist, or belongs to someone else."
    assert only_task(desk).done_at is None
