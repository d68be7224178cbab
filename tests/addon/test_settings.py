"""The settings in the sidebar."""

import pytest
from sqlmodel import select

from app.core.clock import utcnow
from app.core.database import transaction
from app.workspaces.access import Viewer
from models import Event, Exclusion, Mailbox, Member, Workspace
from sync.by_hand import exclude
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import Sidebar, nodes, texts


def settings(desk: Desk, viewer: Viewer) -> Sidebar:
    sidebar = desk.sit(viewer)
    sidebar.home()
    sidebar.press("Settings")
    return sidebar


def values(desk: Desk, column: object) -> list[object]:
    with transaction(desk.context.engine, read_only=True) as session:
        return list(session.scalars(select(column)))  # type: ignore[call-overload]


def test_gmails_own_menu_opens_them(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.home()
    bob.click({"function": "https://crm.example/addon/gmail/settings"})
    assert bob.card["header"] == {"title": "Settings", "subtitle": "bob@fairfield.example"}
    assert len(bob.cards) == 2


def test_whoever_is_not_connected_is_asked_to(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        session.get_one(Mailbox, desk.cast.mailboxes[desk.cast.bob.member_id]).state = "disabled"
    bob = desk.sit(desk.cast.bob)
    url = "https://crm.example/addon/gmail/settings"
    answer = bob.post(url, bob.event()).json()
    assert "custom_authorization_prompt" in answer


def test_they_tell_how_far_the_import_is_and_what_is_wrong(desk: Desk) -> None:
    cast = desk.cast
    desk.receive(cast.bob, letter("Jane Roe <jane@acme.com>", cast.bob.email))
    bob = settings(desk, cast.bob)
    said = texts(bob.card)
    assert {"Up to date, checked just now", "1 email is in", "All mail with people outside the team"} <= set(said)
    with transaction(desk.context.engine) as session:
        box = session.get_one(Mailbox, cast.mailboxes[cast.bob.member_id])
        box.state, box.last_error = "reconnect", "invalid_grant <b>"
    bob.press("Refresh")
    said = texts(bob.card)
    assert "Waiting for you to reconnect Gmail" in said
    assert any("Last problem: invalid_grant <b>" in text and "until you reconnect" in text for text in said)
    assert "Reconnect" in said


def test_private_mode_is_ones_own(desk: Desk) -> None:
    cast = desk.cast
    bob = settings(desk, cast.bob)
    switch = f"private.{cast.mailboxes[cast.bob.member_id]}"
    bob.choose(switch, "on")
    assert bob.notice == "New mail of yours is private"
    assert next(node for node in nodes(bob.card) if node.get("name") == switch)["selected"] is True
    action = next(node["onChangeAction"] for node in nodes(bob.card) if node.get("name") == switch)
    bob.click(action, **{switch: []})
    assert bob.notice == "Colleagues can read new mail"
    alice = desk.sit(cast.alice)
    alice.home()
    alice.click(action, **{switch: ["on"]})
    assert alice.notice == "This mailbox does not exist, or is not yours."
    assert set(values(desk, Mailbox.private_default)) == {False}


def test_the_language_is_chosen_and_left_to_gmail_again(desk: Desk) -> None:
    bob = settings(desk, desk.cast.bob)
    bob.choose("language", "de")
    assert sorted(values(desk, Member.language)) == ["", "", "", "de"]  # type: ignore[type-var]
    chosen = [item for node in nodes(bob.card) if node.get("name") == "language" for item in node["items"]]
    assert [item["value"] for item in chosen if item["selected"]] == ["de"]
    bob.choose("language", "gmail")
    assert set(values(desk, Member.language)) == {""}


@pytest.mark.parametrize("chosen", ["tlh", "", "x" * 5000])
def test_a_language_that_is_none_is_refused(desk: Desk, chosen: str) -> None:
    bob = settings(desk, desk.cast.bob)
    bob.choose("language", chosen)
    assert bob.notice
    assert bob.notice.lower().startswith("language:")
    assert set(values(desk, Member.language)) == {""}


def test_admins_decide_who_becomes_a_contact(desk: Desk) -> None:
    bob = settings(desk, desk.cast.bob)
    assert "Your admin decides this for everybody." in texts(bob.card)
    assert not any(node.get("name") == "policy" for node in nodes(bob.card))
    alice = settings(desk, desk.cast.alice)
    change = next(node["onChangeAction"] for node in nodes(alice.card) if node.get("name") == "policy")
    alice.choose("policy", "none")
    assert alice.notice == "Saved for everybody"
    bob.click(change, policy="sent")
    assert bob.notice == "Only an admin can do this."
    with transaction(desk.context.engine, read_only=True) as session:
        assert session.get_one(Workspace, desk.cast.workspace_id).contact_policy == "none"


def test_what_is_never_logged_is_listed_added_removed_and_brought_back(desk: Desk) -> None:
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        exclude(session, viewer=cast.alice, kind="domain", value="spam.example", workspace_wide=True)
        exclude(session, viewer=cast.carol, kind="address", value="mum@home.example", workspace_wide=False)
    bob = settings(desk, cast.bob)
    said = texts(bob.card)
    assert "spam.example" in said
    assert "mum@home.example" not in said
    assert "Remove" not in said
    bob.press("Never log", never="nonsense")
    assert any("write an address such as" in text for text in texts(bob.card))
    assert any(node.get("value") == "nonsense" for node in nodes(bob.card))
    bob.press("Never log", never="Jo@Bank.example")
    assert bob.notice == "Never logged from now on: Jo@Bank.example"
    assert "jo@bank.example" in texts(bob.card)
    bob.press("Remove")
    assert "jo@bank.example is logged again" in texts(bob.card)
    assert sorted(values(desk, Exclusion.value)) == ["mum@home.example", "spam.example"]  # type: ignore[type-var]
    bob.press("Undo")
    assert "Undo" not in texts(bob.card)
    assert "jo@bank.example" in values(desk, Exclusion.value)


def test_clicked_twice_is_done_once(desk: Desk) -> None:
    bob = settings(desk, desk.cast.bob)
    keep_out = bob.action("Never log")
    for _ in range(2):
        bob.answer(keep_out, never="jo@bank.example")
    assert values(desk, Exclusion.value) == ["jo@bank.example"]
    bob.press("Refresh")
    remove = bob.action("Remove")
    for _ in range(2):
        bob.answer(remove)
    assert values(desk, Exclusion.value) == []
    assert [type for type in values(desk, Event.type) if str(type).startswith("exclusion.")] == [
        "exclusion.added",
        "exclusion.removed",
    ]


def test_nobody_lets_in_what_another_keeps_out(desk: Desk) -> None:
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        hers = exclude(session, viewer=cast.carol, kind="address", value="mum@home.example", workspace_wide=False).id
        all_of_us = exclude(session, viewer=cast.alice, kind="domain", value="spam.example", workspace_wide=True).id
        exclude(session, viewer=cast.bob, kind="address", value="jo@bank.example", workspace_wide=False)
    bob = settings(desk, cast.bob)
    remove = bob.action("Remove")
    for id in (hers, all_of_us, "0" * 26, "x"):
        parameters = [one | {"value": id} if one["key"] == "id" else one for one in remove["parameters"]]
        parameters = [one | {"value": f"0{id[1:]:0>25}"[:26]} if one["key"] == "n" else one for one in parameters]
        bob.answer({**remove, "parameters": parameters})
    assert len(values(desk, Exclusion.value)) == 3
    mallory = desk.sit(cast.mallory)
    mallory.home()
    mallory.click(remove)
    assert len(values(desk, Exclusion.value)) == 3


def test_a_pause_is_told(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        box = session.get_one(Mailbox, desk.cast.mailboxes[desk.cast.bob.member_id])
        box.paused_until = utcnow().replace(year=utcnow().year + 1)
    said = texts(settings(desk, desk.cast.bob).card)
    assert any(text.startswith("Gmail asked us to wait until ") for text in said)
