"""What can be put into the mail being written: snippets, and fields of the people it is to."""

from typing import Any

import orjson
import pytest
from sqlmodel import select

from app.core.database import transaction
from app.core.ids import new_id
from app.mail.snippets import create_snippet
from app.records.service import create_record, update_record
from models import Record, Snippet
from tests.addon.conftest import Desk
from tests.addon.sidebar import Sidebar, nodes, texts
from tests.addon.test_contacts import make_jane
from tests.addon.writing import JANES, inserted, make_deal, make_snippet, offered


@pytest.fixture
def jane(desk: Desk) -> str:
    with transaction(desk.context.engine) as session:
        return make_jane(session, desk.cast)


@pytest.fixture
def bob(desk: Desk, jane: str) -> Sidebar:
    return desk.sit(desk.cast.bob)


def test_a_snippet_is_filled_for_the_first_recipient(desk: Desk, bob: Sidebar, jane: str) -> None:
    make_deal(desk, jane)
    make_snippet(desk, "Thanks", "Hi {{first_name|there}},\nabout {{deal}} of {{ company }} & co.\n{{me}} {{title}}")
    bob.compose(JANES)
    assert any(text.startswith("Hi Jane,") for text in texts(bob.card)), texts(bob.card)
    bob.press("Insert")
    assert inserted(bob) == {
        "contentType": "MUTABLE_HTML",
        "content": "Hi Jane,<br>about Acme renewal of Acme &amp; co.<br>Bob Berg CTO",
    }
    bob.compose("nobody@newco.com")
    bob.press("Insert")
    assert any(text.startswith("Not known: deal, company") for text in texts(bob.card))


def test_what_is_missing_is_shown_before_it_is_put_in(desk: Desk, bob: Sidebar) -> None:
    make_snippet(desk, "A plain one", "Thanks!")
    other = make_snippet(desk, "Birthday", "Hi {{first_name}}, all the best for your {{birthday}}")
    bob.compose(JANES)
    bob.click(next(each for each in at_hand(bob) if each["id"] == other)["call"])
    assert bob.notice == "Not known: birthday"
    assert any(text.startswith("Not known: birthday\nHi Jane") for text in texts(bob.card))
    bob.press("Insert this text")
    assert inserted(bob)["content"] == "Hi Jane, all the best for your {{birthday}}"


def test_of_many_snippets_the_chosen_one_is_shown_and_put_in(desk: Desk, bob: Sidebar) -> None:
    ids = [make_snippet(desk, f"Offer {number}", f"Text {number} for {{{{first_name}}}}") for number in range(5)]
    bob.compose(JANES)
    assert len(at_hand(bob)) == 3
    bob.choose("snippet", ids[4])
    assert any("Text 4 for Jane" in text for text in texts(bob.card))
    bob.press("Insert this text")
    assert inserted(bob)["content"] == "Text 4 for Jane"


def test_hostile_values_are_put_in_as_text(desk: Desk, bob: Sidebar, jane: str) -> None:
    evil = '<img src=x onerror="alert(1)">'
    make_snippet(desk, f"Evil {evil}", f"{evil} {{{{company}}}} {{{{first_name}}}}")
    with transaction(desk.context.engine) as session:
        record = session.get_one(Record, jane)
        company = record.company_id or ""
        update_record(session, viewer=desk.cast.bob, record_id=company, values={"name": f"{evil}{{{{me}}}}"})
    bob.compose(JANES)
    bob.press("Insert")
    safe = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;"
    assert inserted(bob)["content"] == f"{safe} {safe}{{{{me}}}} Jane"
    assert "<img" not in orjson.dumps([node.get("text") for node in nodes(bob.card) if "wrapText" in node]).decode()


def test_a_field_is_put_in_as_text(desk: Desk, bob: Sidebar, jane: str) -> None:
    deal = make_deal(desk, jane)
    bob.compose(JANES)
    fields = offered(bob, "field")
    assert fields[f"{jane}:phone"] == "Contact: Phone – +44 201"
    assert fields[f"{deal}:amount"].startswith("Deal: Amount – ")
    assert any(text.startswith("Company: Domain – acme.com") for text in fields.values())
    bob.press("Insert field", field=f"{jane}:title")
    assert inserted(bob) == {"contentType": "TEXT", "content": "CTO"}


@pytest.mark.parametrize("field", ["", "x", "x:y", "01arz3ndektsv4rrffq69g5fav:name"])
def test_a_field_of_nobody_is_not_put_in(bob: Sidebar, field: str) -> None:
    bob.compose(JANES)
    bob.press("Insert field", field=field)
    assert "hostAppAction" not in bob.body["renderActions"]
    assert bob.notice


def test_a_field_out_of_sight_is_not_put_in(desk: Desk, bob: Sidebar) -> None:
    carol = desk.cast.carol
    with transaction(desk.context.engine) as session:
        hers = create_record(
            session, workspace_id=carol.workspace_id, kind="contact", values={"name": "Hers"}, viewer=carol
        ).id
    bob.compose(JANES)
    bob.press("Insert field", field=f"{hers}:name")
    assert "hostAppAction" not in bob.body["renderActions"]


def test_more_snippets_than_fit_a_list_are_found_by_name(desk: Desk, bob: Sidebar) -> None:
    with transaction(desk.context.engine) as session:
        for number in range(101):
            name = f"Offer {number:03}"
            create_snippet(session, viewer=desk.cast.bob, name=name, text=f"Text {number}")
        create_snippet(session, viewer=desk.cast.carol, name="100% (sure)", text="Hers", shared=True)
    bob.compose(JANES)
    ask = next(node["autoCompleteAction"] for node in nodes(bob.card) if node.get("name") == "snippet")
    answered = bob.post(ask["function"], bob.event(ask, snippet="0%")).json()
    assert answered == {"autoComplete": {"items": [{"text": "100% (sure) (by Carol Chen)"}]}}
    bob.press("Insert this text", snippet="100% (sure) (by Carol Chen)")
    assert inserted(bob)["content"] == "Hers"
    bob.press("Insert this text", snippet="offer 099")
    assert inserted(bob)["content"] == "Text 99"
    bob.press("Insert this text", snippet="nothing of the sort")
    assert bob.notice == "Snippet: choose one from the list."


def test_snippets_are_made_changed_deleted_and_brought_back(desk: Desk, bob: Sidebar) -> None:
    bob.compose(JANES)
    bob.press("New snippet")
    bob.press("Save snippet", name="Thanks", text=" ")
    assert "text: write a text of up to 10000 characters." in texts(bob.card)
    save = bob.action("Save snippet")
    bob.answer(save, name="Thanks", text="Hi {{first_name}}", shared=["on"])
    bob.click(save, name="Thanks", text="Hi {{first_name}}", shared=["on"])
    assert bob.notice == "Snippet saved: Thanks"
    assert "Hi Jane" in texts(bob.card)
    bob.press("Snippets")
    bob.press("New snippet")
    bob.press("Save snippet", name="THANKS", text="Again")
    assert "name: you have a snippet called THANKS already." in texts(bob.card)
    bob.press("Save snippet", name="Greetings", text="Hello")
    bob.press("Thanks")
    bob.press("Save snippet", name="Thanks", text="Bye", shared=[])
    bob.press("Delete")
    assert bob.notice == "Snippet deleted: Greetings"
    bob.press("Undo")
    assert bob.notice == "Snippet is back: Greetings"
    with transaction(desk.context.engine) as session:
        found = session.scalars(select(Snippet)).all()
        kept = {(one.name, one.text, one.shared) for one in found if one.deleted_at is None}
        assert kept == {("Thanks", "Bye", False), ("Greetings", "Hello", False)}


def test_a_colleagues_snippet_can_be_used_and_not_changed(desk: Desk, bob: Sidebar) -> None:
    hers = make_snippet(desk, "Hers", "Shared text", shared=True, viewer=desk.cast.carol)
    secret = make_snippet(desk, "Secret", "Her own text", viewer=desk.cast.carol)
    mine = make_snippet(desk, "Mine", "My text")
    bob.compose(JANES)
    assert {each["id"] for each in at_hand(bob)} == {hers, mine}
    assert {"Hers (by Carol Chen)", "Mine"} <= set(texts(bob.card))
    call = at_hand(bob)[0]["call"]
    forged = [{"key": "id", "value": secret} if each["key"] == "id" else each for each in call["parameters"]]
    bob.click({**call, "parameters": forged})
    assert "Her own text" not in inserted(bob)["content"]
    bob.compose(JANES)
    bob.press("Snippets")
    delete = bob.action("Delete")
    for forged in (hers, secret, new_id(), "x"):
        changed = [{"key": "id", "value": forged} if one["key"] == "id" else one for one in delete["parameters"]]
        bob.click({**delete, "parameters": changed})
        assert not (bob.notice or "").startswith("Snippet deleted")
    with transaction(desk.context.engine) as session:
        assert all(one.deleted_at is None for one in session.scalars(select(Snippet)))


def at_hand(bob: Sidebar) -> list[dict[str, Any]]:
    """The snippets that one click puts in: their ids, and what the click calls."""
    calls = [node["onClick"]["action"] for node in nodes(bob.card) if node.get("text") == "Insert"]
    return [{"id": {each["key"]: each["value"] for each in call["parameters"]}["id"], "call": call} for call in calls]
