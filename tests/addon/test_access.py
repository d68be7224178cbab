"""Layout H and every parameter: nobody sees, moves or links what is not theirs."""

from typing import Any

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.records.deals import create_deal, stages_of
from app.timeline.tasks import add_task
from models import Record, Task, TimelineEntry
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import Sidebar, texts
from tests.addon.test_contacts import make_jane

BOBS = "bob@fairfield.example"
JANE = "Jane Roe <jane@acme.com>"
NONE = "01m84nothing000000000000zz"


def ask(sidebar: Sidebar, form: dict[str, object] | None = None, **parameters: str) -> dict[str, Any]:
    """Click a button of one's own making."""
    listed = [{"key": key, "value": value} for key, value in {"n": "2" * 26, **parameters}.items()]
    action = {"function": "https://crm.example/addon/gmail/action", "parameters": listed}
    answer = sidebar.answer(action, **(form or {}))
    sidebar.cards = sidebar.cards[:1]
    notification: str = answer["renderActions"]["action"].get("notification", {}).get("text", "")
    return {"notice": notification, **answer}


def test_a_contact_out_of_sight_shows_only_its_owner(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast, owner=desk.cast.carol)
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter("J. <jane@acme.com>", BOBS, subject="Hi")))
    said = texts(bob.card)
    assert "Carol Chen looks after this contact" in said
    assert "Logged to a record that is out of your sight" in said
    for secret in ("Jane Roe", "+44 20 1", "CTO", "Timeline", "Create contact"):
        assert not any(secret in text for text in said), secret


def test_ids_of_another_workspace_lead_nowhere(desk: Desk) -> None:
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        mine = make_jane(session, cast)
        company = session.get_one(Record, mine).company_id or ""
        deal = create_deal(session, viewer=cast.bob, values={"name": "Acme renewal"}).id
        task = add_task(session, viewer=cast.bob, title="Call", due_at=None, record_ids=[mine]).id
        stages = [stage.id for stage in stages_of(session, viewer=cast.mallory)]
    mallory = desk.sit(cast.mallory)
    mallory.home()
    nowhere = "does not exist"
    assert nowhere in ask(mallory, a="open_record", id=mine)["notice"]
    assert nowhere in ask(mallory, a="open_record", id=company)["notice"]
    assert nowhere in ask(mallory, a="open_record", id=deal)["notice"]
    assert nowhere in ask(mallory, a="complete_task", task=task)["notice"]
    assert nowhere in ask(mallory, {"note": "Mine now"}, a="add_note", record=mine)["notice"]
    assert nowhere in ask(mallory, a="follow_up", record=mine, days="1", title="x")["notice"]
    assert nowhere in ask(mallory, {f"stage.{deal}": stages[1]}, a="move_stage", deal=deal)["notice"]
    assert nowhere in ask(mallory, a="add_address", id=mine, address="m@elsewhere.example")["notice"]
    moment = "2026-01-01T00:00:00+00:00"
    assert nowhere in ask(mallory, a="timeline", record=mine, before=moment, entry=task)["notice"]
    bought = ask(mallory, {"name": "Mine", "stage": stages[0]}, a="create_deal", person=mine)
    assert nowhere in bought["notice"]
    hers = ask(mallory, {"name": "Eve", "company": company}, a="create_contact", fields="name,email")
    assert "Company: choose one from the list." in str(hers)
    assert "Acme" not in str(hers)
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(Record).where(Record.workspace_id == cast.mallory.workspace_id)).all() == []
        assert session.get_one(Task, task).done_at is None
        assert session.scalars(select(TimelineEntry).where(TimelineEntry.type == "note")).all() == []


def test_a_stage_of_another_workspace_is_no_stage(desk: Desk) -> None:
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        deal = create_deal(session, viewer=cast.bob, values={"name": "Acme renewal"}).id
        foreign = stages_of(session, viewer=cast.mallory)[1].id
    bob = desk.sit(cast.bob)
    bob.home()
    assert "Stage: choose one" in ask(bob, {f"stage.{deal}": foreign}, a="move_stage", deal=deal)["notice"]
    assert "Stage: choose one" in str(ask(bob, {"name": "X", "stage": foreign}, a="create_deal"))


def test_a_message_of_another_mailbox_is_unknown(desk: Desk) -> None:
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="Confidential"))
    mallory = desk.sit(desk.cast.mallory)
    mallory.open(gmail_id)
    said = texts(mallory.card)
    assert "Gmail could not be asked who takes part in this email." in said
    assert not any("Confidential" in text or "Jane" in text for text in said)
    for action in ("log", "unlog", "set_private"):
        assert ask(mallory, a=action)["notice"]


@pytest.mark.parametrize("id", ["", "x", "1; drop table record", "\x00" * 26, "é" * 26, "a" * 5_000, NONE])
def test_ids_of_no_shape_are_told_apart(desk: Desk, id: str) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.home()
    for action, name in (
        ("open_record", "id"),
        ("complete_task", "task"),
        ("note_form", "record"),
    ):
        answer = ask(bob, a=action, **({name: id} if id else {}))
        assert answer["notice"] or (action == "note_form" and id == NONE)
        assert not answer["stateChanged"]
    assert ask(bob, a="refresh", at=f"record:{id}")["notice"]


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"a": "drop"},
        {"a": "add_note", "n": ""},
        {"a": "add_note", "n": "short", "record": NONE},
        {"a": "follow_up", "record": NONE, "days": "10000", "title": "x"},
        {"a": "timeline", "record": NONE, "before": "yesterday", "entry": NONE},
        {"a": "timeline", "record": NONE, "before": "2026-01-01T00:00:00", "entry": NONE},
        {"a": "timeline", "record": NONE, "before": "0001-01-01T00:00:00+23:59", "entry": NONE},
        {"a": "never_log", "kind": "universe", "value": "x"},
        {"a": "never_log", "kind": "domain", "value": "com"},
        {"a": "refresh", "at": "nowhere:1"},
        {"a": "open_attendee", "address": "nobody@x.example"},
    ],
)
def test_buttons_of_nobodys_making_get_a_sentence(desk: Desk, parameters: dict[str, str]) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.home()
    answer = ask(bob, **parameters)
    assert answer["notice"]
    assert "stumbled" not in answer["notice"]
    assert not answer["stateChanged"]


@pytest.mark.parametrize("text", ["long " * 20_000, "\U0001f642" * 20_000, "nul\0", "\0"])
@pytest.mark.parametrize(
    ("action", "field"),
    [("create_contact", "email"), ("create_contact", "title"), ("create_deal", "amount"), ("add_note", "note")],
)
def test_whatever_is_typed_into_a_form_is_stored_or_refused_in_words(
    desk: Desk, action: str, field: str, text: str
) -> None:
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        jane, stage = make_jane(session, cast), stages_of(session, viewer=cast.bob)[0].id
    bob = desk.sit(cast.bob)
    bob.home()
    answer = ask(bob, {"name": "Zed", "stage": stage, field: text}, a=action, record=jane)
    assert "stumbled" not in answer["notice"]
    assert answer["notice"] or answer["renderActions"]["action"]["navigations"]
