"""Views in the sidebar: pinned to the homepage, opened, paged through."""

import pytest

from app.core.database import transaction
from app.records.deals import create_deal
from app.records.pin_counts import COUNTED_UP_TO
from app.records.schema import folder_of_kind
from app.records.views import create_view
from models import ViewPin
from tests.addon.conftest import Desk
from tests.addon.sidebar import Sidebar, nodes, texts


@pytest.fixture
def view(desk: Desk) -> str:
    """A view that everybody has, over 20 deals of Bob's and one of Carol's."""
    with transaction(desk.context.engine) as session:
        for number in range(20):
            create_deal(session, viewer=desk.cast.bob, values={"name": f"Deal {number:02}", "amount": str(number + 1)})
        create_deal(session, viewer=desk.cast.carol, values={"name": "Hers", "amount": "1000"})
        folder = folder_of_kind(session, workspace_id=desk.cast.workspace_id, kind="deal")
        values = {"name": "Worth it", "columns": ["name", "amount", "stage"], "sort": ["-amount"], "shared": True}
        values["filter"] = {"field": "amount", "op": "at_least", "value": 300}
        return create_view(session, viewer=desk.cast.alice, folder_id=folder.id, values=values).id


def opened(desk: Desk) -> Sidebar:
    bob = desk.sit(desk.cast.bob)
    bob.home()
    bob.press("All views")
    return bob


def test_a_view_is_pinned_with_its_count_and_let_go(desk: Desk, view: str) -> None:
    bob = opened(desk)
    assert "Worth it" in texts(bob.card)
    pin = next(one for one in _pins(bob) if _parameter(one, "id") == view)
    for _ in range(2):
        bob.click(pin)
    assert bob.notice == "Pinned to your homepage: Worth it"
    bob.home()
    said = texts(bob.card)
    assert said[said.index("Worth it") + 1] == "18 records"
    bob.press("Worth it")
    bob.press("Unpin")
    assert bob.notice == "Not pinned any more: Worth it"
    bob.home()
    assert "Worth it" not in texts(bob.card)


def test_a_view_shows_its_records_in_its_order_a_page_at_a_time(desk: Desk, view: str) -> None:
    bob = opened(desk)
    bob.press("Worth it")
    assert bob.card["header"] == {"title": "Worth it", "subtitle": "Deals · 18 records"}
    said = texts(bob.card)
    assert said.index("Deal 19") < said.index("Deal 18")
    assert "Hers" not in said
    assert any("20.00" in text and "Prospecting" in text for text in said)
    bob.press("More")
    said = texts(bob.card)
    assert "Deal 02" in said
    assert not {"Deal 19", "Deal 01", "More"} & set(said)
    bob.press("Deal 02")
    assert bob.card["header"]["title"] == "Deal 02"
    assert view


def test_more_than_a_thousand_are_not_counted_out(desk: Desk, view: str) -> None:
    bob = opened(desk)
    bob.click(next(one for one in _pins(bob) if _parameter(one, "id") == view))
    with transaction(desk.context.engine) as session:
        session.get_one(ViewPin, (desk.cast.bob.member_id, view)).count = COUNTED_UP_TO + 1
    assert "1,000+ records" in texts(bob.home())


def test_strangers_and_wrong_ids_get_nothing(desk: Desk, view: str) -> None:
    bob = opened(desk)
    opens = bob.action("Worth it")
    mallory = desk.sit(desk.cast.mallory)
    mallory.home()
    mallory.click(opens)
    assert mallory.notice == "This view does not exist, or you have no access to it."
    for id in ("0" * 26, "'; --"):
        bob.click({**opens, "parameters": [_changed(one, "id", id) for one in opens["parameters"]]})
        assert bob.notice
    for cursor in ("x", "e30", "W10"):
        given = [*opens["parameters"], {"key": "cursor", "value": cursor}]
        bob.click({**opens, "parameters": given})
        assert bob.notice
    assert view


def _pins(sidebar: Sidebar) -> list[dict[str, object]]:
    """The actions of the buttons that pin."""
    return [node["onClick"]["action"] for node in nodes(sidebar.card) if node.get("text") == "Pin"]


def _parameter(action: dict[str, object], key: str) -> str:
    return next(one["value"] for one in action["parameters"] if one["key"] == key)  # type: ignore[attr-defined, no-any-return]


def _changed(parameter: dict[str, str], key: str, value: str) -> dict[str, str]:
    return {"key": key, "value": value} if parameter["key"] == key else parameter
