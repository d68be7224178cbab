"""The search box on the homepage."""

import pytest

from app.core.database import transaction
from app.records.deals import create_deal
from app.records.service import create_record
from app.timeline.notes import add_note
from tests.addon.conftest import Desk
from tests.addon.sidebar import Sidebar, nodes, texts
from tests.addon.test_contacts import make_jane


def suggestions(sidebar: Sidebar, typed: str) -> list[str]:
    """What the search box offers while this stands in it."""
    asked = next(node["autoCompleteAction"] for node in nodes(sidebar.card) if "autoCompleteAction" in node)
    response = sidebar.post(asked["function"], sidebar.event(asked, search=typed))
    assert response.status_code == 200
    return [item["text"] for item in response.json()["autoComplete"]["items"]]


@pytest.fixture
def bob(desk: Desk) -> Sidebar:
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
        create_deal(session, viewer=desk.cast.bob, values={"name": "Jane's fleet"}, contact_ids=[jane])
        values = {"name": "Jane Hidden", "email": "hidden@acme.com"}
        create_record(
            session, workspace_id=desk.cast.workspace_id, kind="contact", values=values, viewer=desk.cast.carol
        )
        add_note(session, viewer=desk.cast.bob, record_ids=[jane], text="She prefers marzipan.")
    sidebar = desk.sit(desk.cast.bob)
    sidebar.home()
    return sidebar


def test_a_suggestion_that_is_picked_opens_its_record(bob: Sidebar) -> None:
    offered = suggestions(bob, "jan")
    assert offered[0] == "Jane Roe · jane@acme.com"
    assert len(offered) == 2
    assert not any("Hidden" in label for label in offered)
    bob.press("Search", search=offered[0])
    assert bob.card["header"]["title"] == "Jane Roe"
    assert len(bob.cards) == 2


def test_words_find_records_by_folder_and_what_was_written(bob: Sidebar) -> None:
    bob.press("Search", search="jane")
    said = texts(bob.card)
    assert said.index("Contacts") < said.index("Jane Roe")
    assert "Jane's fleet" in said
    assert "Jane Hidden" not in said
    bob.press("Search", search="marzipan")
    assert len(bob.cards) == 2
    said = texts(bob.card)
    assert "Mail and notes" in said
    assert any("marzipan" in text for text in said)


def test_what_is_not_found_can_be_made(bob: Sidebar) -> None:
    bob.press("Search", search="ada@newco.com")
    assert "Nothing found for “ada@newco.com”." in texts(bob.card)
    bob.press("New contact")
    assert any(node.get("value") == "ada@newco.com" for node in nodes(bob.card))


def test_pages_follow_each_other(desk: Desk, bob: Sidebar) -> None:
    with transaction(desk.context.engine) as session:
        for number in range(20):
            create_deal(session, viewer=desk.cast.bob, values={"name": f"Serial {number:02}"})
    bob.press("Search", search="serial")
    first = {text for text in texts(bob.card) if text.startswith("Serial")}
    bob.press("More")
    second = {text for text in texts(bob.card) if text.startswith("Serial")}
    assert len(first | second) == 20
    assert not first & second
    assert "More" not in texts(bob.card)


@pytest.mark.parametrize(
    "typed", ["", " ", "j", "\u202e<b>x</b>", "%_' OR 1=1 --", "x" * 5000, " · ", "Nobody · nowhere"]
)
def test_whatever_is_typed_gets_an_answer(bob: Sidebar, typed: str) -> None:
    assert isinstance(suggestions(bob, typed), list)
    bob.press("Search", search=typed)
    assert bob.notice or bob.card["header"]["title"] == "Search"


def test_strangers_find_nothing_of_ours(desk: Desk, bob: Sidebar) -> None:
    mallory = desk.sit(desk.cast.mallory)
    mallory.home()
    assert suggestions(mallory, "jane") == []
    mallory.press("Search", search="Jane Roe · jane@acme.com")
    assert "Jane Roe" not in texts(mallory.card)[2:]
