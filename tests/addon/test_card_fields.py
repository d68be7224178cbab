"""Which fields a card shows, and in which order, is arranged by folder and role."""

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.core.errors import Forbidden, InvalidInput
from app.records.card_fields import arrange_card, card_layouts
from app.records.schema import folder_of_kind
from models import MemberRole
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import texts
from tests.addon.test_contacts import BOBS, JANE, make_jane


@pytest.fixture
def contacts(desk: Desk) -> str:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
        return folder_of_kind(session, workspace_id=desk.cast.workspace_id, kind="contact").id


def arranged(desk: Desk, folder_id: str, *keys: str, role_id: str | None = None) -> None:
    with transaction(desk.context.engine) as session:
        arrange_card(session, viewer=desk.cast.alice, folder_id=folder_id, keys=keys, role_id=role_id)


def facts(desk: Desk) -> list[str]:
    """What stands on the card between the state of the email and the next steps."""
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    said = texts(bob.card)
    return said[said.index("Private") + 2 : said.index("Next")]


def test_a_card_shows_the_arranged_fields_in_their_order(desk: Desk, contacts: str) -> None:
    assert facts(desk).index("Acme") < facts(desk).index("jane@acme.com")
    arranged(desk, contacts, "title", "phone", "email", "company")
    seen = facts(desk)
    assert seen.index("CTO") < seen.index("+44 20 1") < seen.index("jane@acme.com") < seen.index("Acme")
    assert "Owner" not in seen
    arranged(desk, contacts)
    assert "Owner" in facts(desk)


def test_what_is_arranged_for_a_role_goes_before_what_is_for_everybody(desk: Desk, contacts: str) -> None:
    arranged(desk, contacts, "email", "phone", "company", "title")
    with transaction(desk.context.engine) as session:
        held = select(MemberRole).where(MemberRole.member_id == desk.cast.bob.member_id)
        role_id = session.exec(held).one().role_id
    arranged(desk, contacts, "owner", "phone", "tags", "lifecycle", role_id=role_id)
    seen = facts(desk)
    assert "jane@acme.com" not in seen
    assert seen.index("Owner") < seen.index("+44 20 1")
    with transaction(desk.context.engine) as session:
        known = card_layouts(session, viewer=desk.cast.alice, folder_id=contacts)
        assert [(one.role_id, one.fields[0]) for one in known] == [(None, "email"), (role_id, "owner")]


def test_cards_are_arranged_by_those_who_configure_with_fields_that_are_there(desk: Desk, contacts: str) -> None:
    for keys, said in ((("email",), "choose 4 to 8"), (("email", "phone", "title", "no_such"), "no such field")):
        with pytest.raises(InvalidInput, match=said):
            arranged(desk, contacts, *keys)
    keys = ("email", "phone", "title", "company")
    with transaction(desk.context.engine) as session, pytest.raises(Forbidden):
        arrange_card(session, viewer=desk.cast.bob, folder_id=contacts, keys=keys, role_id=None)
