"""Layout E: beside a mail that is being written."""

import orjson
import pytest
from sqlmodel import select

from app.core.database import transaction
from app.core.hot import reading
from app.records.deals import create_deal
from app.records.service import create_record, update_record
from app.workspaces.roles import roles
from app.workspaces.seats import give_roles
from gmail_addon.context import addon_of, identify
from gmail_addon.events import parse_event
from gmail_addon.layouts.places import draw_root
from gmail_addon.visit import find_visit
from models import Handled, Member, Record
from tests.addon.conftest import Desk
from tests.addon.sidebar import Sidebar, nodes, texts
from tests.addon.test_contacts import make_jane
from tests.addon.writing import JANES, make_deal, make_snippet


@pytest.fixture
def jane(desk: Desk) -> str:
    with transaction(desk.context.engine) as session:
        return make_jane(session, desk.cast)


@pytest.fixture
def bob(desk: Desk, jane: str) -> Sidebar:
    return desk.sit(desk.cast.bob)


def test_recipients_stand_there_with_company_deal_and_stage(desk: Desk, bob: Sidebar, jane: str) -> None:
    make_deal(desk, jane)
    bob.compose(f"Jane Roe <{JANES}>", cc=["tom@newco.com", "alice@fairfield.example"])
    said = texts(bob.card)
    assert said[:2] == ["To Jane Roe, Tom", "Acme renewal"]
    assert "Acme · Acme renewal: Prospecting" in said
    assert "Not in Sidenote yet" in said
    assert not any("alice" in text.lower() for text in said)
    bob.press("Jane Roe")
    assert bob.card["header"]["title"] == "Jane Roe"


def test_a_draft_to_nobody_says_what_to_do(bob: Sidebar) -> None:
    bob.compose()
    assert "Write to somebody, then refresh: this card cannot see what you type." in texts(bob.card)
    assert not any(node.get("name") == "log" for node in nodes(bob.card))
    bob.address(JANES)
    bob.press("Refresh recipients")
    assert bob.card["header"]["title"] == "To Jane Roe"


def test_a_mail_among_colleagues_is_told_apart(bob: Sidebar) -> None:
    bob.compose("alice@fairfield.example")
    assert "Only colleagues get this mail, so it stays out of Sidenote." in texts(bob.card)


def test_a_click_without_recipients_is_about_those_of_the_card(bob: Sidebar) -> None:
    """Should Gmail send them with the trigger alone."""
    bob.compose(JANES, cc=["tom@newco.com"])
    bob.gmail = {}
    bob.press("Refresh recipients")
    assert bob.card["header"]["title"] == "To Jane Roe, Tom"


def test_who_asked_for_no_mail_is_named_in_red(desk: Desk, bob: Sidebar, jane: str) -> None:
    with transaction(desk.context.engine) as session:
        update_record(session, viewer=desk.cast.bob, record_id=jane, values={"do_not_email": True})
    bob.compose(JANES)
    row = next(node for node in nodes(bob.card) if "Jane Roe" in node.get("text", ""))
    assert row["text"] == 'Jane Roe<br><font color="#d93025">Asked not to get email</font>'


def test_a_recipient_becomes_a_contact_in_one_tap(desk: Desk, bob: Sidebar) -> None:
    bob.compose("Tom Poe <tom@acme.com>")
    new = bob.action("New contact")
    bob.click(new)
    assert bob.notice == "Tom Poe is now in Sidenote"
    assert "Not in Sidenote yet" not in texts(bob.card)
    bob.answer(new)
    with transaction(desk.context.engine) as session:
        tom = session.scalars(select(Record).where(Record.name == "Tom Poe")).one()
        assert session.get_one(Record, tom.company_id or "").name == "Acme"
        assert session.scalars(select(Handled)).one()


def test_only_a_recipient_of_the_mail_becomes_a_contact(desk: Desk, bob: Sidebar) -> None:
    bob.compose("tom@acme.com")
    new = bob.action("New contact")
    bob.address("ida@newco.com")
    bob.click(new)
    assert bob.notice == "This mail is not to them any more: refresh the recipients."


def test_of_a_hidden_contact_only_the_owner_is_told(desk: Desk, bob: Sidebar) -> None:
    values = {"name": "Hers", "email": "secret@other.org", "do_not_email": True}
    carol = desk.cast.carol
    with transaction(desk.context.engine) as session:
        hers = create_record(session, workspace_id=carol.workspace_id, kind="contact", values=values, viewer=carol)
        create_deal(session, viewer=carol, values={"name": "Her deal", "amount": "1"}, contact_ids=[hers.id])
    bob.compose("secret@other.org")
    said = " ".join(texts(bob.card))
    assert "With Carol Chen" in said
    for secret in ("Hers", "Her deal", "Asked not", "New contact"):
        assert secret not in said


@pytest.mark.parametrize("reply", [False, True])
def test_the_card_takes_at_most_eight_statements(desk: Desk, bob: Sidebar, jane: str, reply: bool) -> None:
    for number in range(3):
        make_deal(desk, jane, f"Deal {number}")
        make_snippet(desk, f"Snippet {number}", "Hello {{first_name}}")
    bob.compose(JANES, "tom@newco.com", cc=["ida@newco.com"], thread="1f" if reply else "")
    bob.choose("remind", "1")
    addon = addon_of(desk.context)
    event = parse_event(orjson.dumps(bob.event()))
    with reading(addon.engine) as reader:
        visit = find_visit(reader, addon=addon, event=event, user=identify(addon, event))
        assert visit is not None
        draw_root(visit, reader, None)
        assert reader.statements <= 8


def test_the_card_is_no_place_for_other_workspaces(desk: Desk, bob: Sidebar, jane: str) -> None:
    make_deal(desk, jane)
    make_snippet(desk, "Everybody", "Ours", shared=True)
    mallory = desk.sit(desk.cast.mallory)
    mallory.compose(JANES)
    said = " ".join(texts(mallory.card))
    assert "Not in Sidenote yet" in said
    for secret in ("Acme", "Everybody", "Bob"):
        assert secret not in said


def test_a_mail_to_very_many_still_fits(desk: Desk, bob: Sidebar) -> None:
    bob.compose(*[f"person{number}@{'x' * 60}{number}.example" for number in range(300)])
    bob.choose("remind", "3")
    assert bob.notice == "Saved for when you send it"


def test_who_may_only_look_finds_no_buttons_that_write(desk: Desk, jane: str) -> None:
    cast = desk.cast
    with transaction(desk.context.engine) as session:
        look = next(role for role in roles(session, viewer=cast.alice) if role.name == "Read-only")
        give_roles(session, member=session.get_one(Member, cast.carol.member_id), role_ids=[look.id])
    make_snippet(desk, "Shared", "Text", shared=True)
    carol = desk.sit(cast.carol)
    carol.compose("new@newco.com")
    said = texts(carol.card)
    for button in ("New contact", "Log on send", "New snippet"):
        assert button not in said
    carol.press("Snippets")
    assert "Delete" not in texts(carol.card)
    assert "fixedFooter" not in carol.card
