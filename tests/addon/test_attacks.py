"""Input that no button sends, names that look like code, and pictures of who left."""

from typing import Any

import pytest

from app.core.database import transaction
from app.records.deals import create_deal
from app.records.service import create_record
from app.workspaces.access import Viewer
from models import Member
from tests.addon.conftest import Desk
from tests.addon.record_cards import ACTION_URL, call, on_card, write
from tests.addon.sidebar import BASE_URL, Sidebar, form_values, nodes

SECRET = "Zanzibar"
KINDS = ("contact", "company", "deal", "lead", "ticket", "product", "quote")
STUMBLED = "stumbled"


def secrets(desk: Desk, viewer: Viewer) -> dict[str, str]:
    """A record of every kind that is this person's alone."""
    found: dict[str, str] = {}
    with transaction(desk.context.engine) as session:
        for kind in KINDS:
            values: dict[str, object] = {"name": f"{SECRET} {kind}"}
            make = {"workspace_id": viewer.workspace_id, "kind": kind, "values": values, "viewer": viewer}
            if kind == "deal":
                found[kind] = create_deal(session, viewer=viewer, values=values).id
            else:
                found[kind] = create_record(session, **make).id  # type: ignore[arg-type]
    return found


def send(sidebar: Sidebar, parameters: dict[str, str], form: dict[str, object]) -> str:
    action: dict[str, Any] = {
        "function": ACTION_URL,
        "parameters": [{"key": k, "value": v} for k, v in parameters.items()],
    }
    response = sidebar.post(ACTION_URL, sidebar.event(action, **form))
    assert response.status_code == 200, response.text
    return response.text


def test_a_page_of_a_form_is_a_number_in_bounds(desk: Desk) -> None:
    own = secrets(desk, desk.cast.bob)["deal"]
    bob = on_card(desk, desk.cast.bob, own)
    assert STUMBLED not in send(
        bob, {"a": "follow", "record": own, "n": "0" * 26, "at": f"form:{own}:{'9' * 5_000}"}, {}
    )


def test_what_is_not_found_can_be_made_a_contact(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.home()
    bob.click(call("search"), search="Nobody of this name")
    bob.press("New contact")
    assert form_values(bob.card)["name"] == "Nobody of this name"


@pytest.mark.parametrize("name", ["{0.__class__}", "{name.__class__}{", "%s{}", "\u202egnp.exe", "W" * 200])
def test_names_are_only_text(desk: Desk, name: str) -> None:
    with transaction(desk.context.engine) as session:
        deal = create_deal(session, viewer=desk.cast.bob, values={"name": name}).id
    bob = on_card(desk, desk.cast.bob, deal)
    bob.click(write("follow", record=deal))
    assert "<class" not in str(bob.cards)
    assert name.lstrip("\u202e")[:20] in (bob.notice or "")


def test_the_picture_of_a_member_who_left_is_gone(desk: Desk) -> None:
    secrets(desk, desk.cast.bob)
    bob = desk.sit(desk.cast.bob)
    url = next(str(one["imageUrl"]) for one in nodes(bob.home()) if "pipeline.png" in str(one.get("imageUrl", "")))
    path = url.removeprefix(BASE_URL)
    assert desk.client.get(path).status_code == 200
    with transaction(desk.context.engine) as session:
        session.get_one(Member, desk.cast.bob.member_id).active = False
    assert desk.client.get(path).status_code == 404
