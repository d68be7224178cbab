"""Which fields cards show, arranged in the sidebar."""

from sqlmodel import select

from app.core.database import transaction
from app.workspaces.roles import roles
from models import CardLayout
from tests.addon.conftest import Desk
from tests.addon.sidebar import Sidebar, form_values, texts

FIELDS = [f"field{place}" for place in range(8)]


def chosen(sidebar: Sidebar) -> list[str]:
    """The keys of the fields that the form shows, in order."""
    shown = form_values(sidebar.card)
    return [key for name in FIELDS for key in shown[name] if key != "none"]  # type: ignore[attr-defined]


def arranged(desk: Desk) -> list[tuple[bool, list[str]]]:
    with transaction(desk.context.engine, read_only=True) as session:
        return [(one.role_id is None, one.fields) for one in session.exec(select(CardLayout))]


def opened(desk: Desk) -> Sidebar:
    alice = desk.sit(desk.cast.alice)
    alice.home()
    alice.press("Settings")
    alice.press("Fields on cards")
    alice.press("Contacts")
    return alice


def test_fields_are_chosen_for_everybody_and_put_back(desk: Desk) -> None:
    alice = opened(desk)
    assert chosen(alice)[:2] == ["company", "email"]
    wanted = ["phone", "email", "title", "owner"]
    typed = dict.fromkeys(FIELDS, "none") | dict(zip(FIELDS, wanted, strict=False))
    alice.press("Save fields", **typed)
    assert alice.notice == "Cards show these fields from now on"
    assert chosen(alice) == wanted
    assert arranged(desk) == [(True, wanted)]
    alice.press("As usual")
    assert arranged(desk) == []
    assert chosen(alice)[:2] == ["company", "email"]


def test_a_role_has_its_own(desk: Desk) -> None:
    with transaction(desk.context.engine, read_only=True) as session:
        rep = next(role.id for role in roles(session, viewer=desk.cast.alice) if role.name == "Rep")
    alice = opened(desk)
    alice.choose("role", rep)
    alice.press("Save fields", field0="title")
    [(for_all, fields)] = arranged(desk)
    assert not for_all
    assert fields[0] == "title"


def test_too_few_come_back_with_the_error(desk: Desk) -> None:
    alice = opened(desk)
    alice.press("Save fields", **(dict.fromkeys(FIELDS, "none") | {"field0": "phone"}))
    assert "fields: choose 4 to 8 of them." in texts(alice.card)
    assert chosen(alice) == ["phone"]
    alice.press("Save fields", **dict.fromkeys(FIELDS, "none"))
    assert "Fields: choose some." in texts(alice.card)
    assert arranged(desk) == []


def test_only_who_arranges_cards_may(desk: Desk) -> None:
    alice = opened(desk)
    save, form = alice.action("Save fields"), form_values(alice.card)
    bob = desk.sit(desk.cast.bob)
    bob.home()
    bob.press("Settings")
    assert "Fields on cards" not in texts(bob.card)
    bob.click(save, **form)
    assert bob.notice == "Your role does not include config: ask an admin."
    mallory = desk.sit(desk.cast.mallory)
    mallory.home()
    mallory.click(save, **form)
    assert arranged(desk) == []
