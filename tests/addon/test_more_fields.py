"""From the short form of a contact or deal to all fields, with what was typed so far."""

import pytest
from sqlmodel import Session, col, select

from app.core.database import transaction
from app.records.deals import PARTICIPANT
from app.workspaces.roles import roles
from app.workspaces.seats import give_roles
from models import Member, Record, RecordLink, ThreadLink, TimelineLink
from tests.addon.conftest import Desk, letter
from tests.addon.record_cards import call, on_card
from tests.addon.sidebar import Sidebar, form_values, texts
from tests.addon.test_contacts import make_jane

BOBS = "bob@fairfield.example"
IDA = "Ida Lead <ida@newco.com>"
JANE = "Jane Roe <jane@acme.com>"


def beside(desk: Desk, sender: str, *, cc: str = "", synced: bool = True) -> Sidebar:
    bob = desk.sit(desk.cast.bob)
    gmail_id = desk.receive(desk.cast.bob, letter(sender, BOBS, cc=cc, subject="Re: Pumps"), synced=synced)
    bob.open(gmail_id, message_token=desk.google.emulator.open_message(BOBS, gmail_id))
    return bob


def made(session: Session, kind: str) -> Record:
    return session.scalars(select(Record).where(Record.kind == kind).order_by(col(Record.id).desc())).first()  # type: ignore[return-value]


def participants(session: Session, deal: Record) -> set[str]:
    links = select(RecordLink).where(RecordLink.from_id == deal.id, RecordLink.label == PARTICIPANT)
    return {link.to_id for link in session.scalars(links)}


def test_a_contact_keeps_what_was_typed_and_its_email(desk: Desk) -> None:
    bob = beside(desk, IDA)
    bob.press("More fields", name="Ida B. Lead", title="Buyer", phone="not a number", company_name="New Company")
    typed = form_values(bob.card)
    assert bob.card["header"]["title"] == "New Contact"
    told = {key: typed[f"f.{key}"] for key in ("name", "email", "title", "phone", "company")}
    assert told == {
        "name": "Ida B. Lead",
        "email": "ida@newco.com",
        "title": "Buyer",
        "phone": "not a number",
        "company": "New Company",
    }
    bob.press("Create", **{"f.phone": "+44 20 7946 0958", "f.linkedin": "https://linkedin.com/in/ida"})
    assert (bob.notice, len(bob.cards)) == ("Ida B. Lead is now in Sidenote", 1)
    assert "Logged to New Company, Ida B. Lead" in texts(bob.card)
    with transaction(desk.context.engine) as session:
        ida, company = made(session, "contact"), made(session, "company")
        assert (ida.company_id, company.name, company.data["domain"]) == (company.id, "New Company", "newco.com")
        assert ida.data["linkedin"] == "https://linkedin.com/in/ida"
        logged = session.scalars(select(TimelineLink.record_id)).all()
        assert {ida.id, company.id} <= set(logged)


def test_the_company_of_the_domain_is_kept_or_refused(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    bob = beside(desk, "Tom Poe <tom@acme.com>")
    bob.press("More fields")
    assert form_values(bob.card)["f.company"].startswith("Acme")
    bob = beside(desk, "Tim Poe <tim@acme.com>")
    bob.press("More fields", company="none")
    assert "f.company" not in form_values(bob.card)


def test_a_deal_takes_its_people_and_its_conversation_along(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
    bob = beside(desk, JANE, cc=IDA)
    bob.press("New deal")
    bob.press("More fields", name="Twelve pumps", amount="1,250.50")
    typed = form_values(bob.card)
    assert (typed["f.name"], typed["f.amount"]) == ("Twelve pumps", "1250.50")
    assert typed["f.contacts"].startswith("Jane Roe")
    saving = bob.action("Create")
    for _ in range(2):
        bob.click(saving, **typed, **{"f.next_step": "Send a sample"})
    with transaction(desk.context.engine) as session:
        (deal,) = session.scalars(select(Record).where(Record.kind == "deal")).all()
        assert (deal.amount, deal.data["next_step"], deal.owner_id) == (125_050, "Send a sample", bob_id(desk))
        ida = session.scalars(select(Record).where(Record.kind == "contact", Record.id != jane)).one()
        assert (ida.name, participants(session, deal)) == ("Ida Lead", {jane, ida.id})
        assert session.scalars(select(ThreadLink.record_id)).all().count(deal.id) == 1
    assert bob.card["header"]["title"] == "Twelve pumps"


def test_a_deal_of_mail_that_is_not_synced_is_made_all_the_same(desk: Desk) -> None:
    bob = beside(desk, IDA, synced=False)
    bob.press("New deal")
    bob.press("More fields")
    bob.press("Create", **{"f.company": ""})
    with transaction(desk.context.engine) as session:
        assert made(session, "deal").name == "Pumps"
        assert made(session, "contact").name == "Ida Lead"


def test_a_deal_opened_from_a_persons_card_has_them_on_it(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
    bob = on_card(desk, desk.cast.bob, jane)
    bob.press("New deal")
    bob.press("More fields")
    assert form_values(bob.card)["f.company"].startswith("Acme")
    bob.press("Create")
    with transaction(desk.context.engine) as session:
        deal = made(session, "deal")
        assert participants(session, deal) == {jane}
        assert bob.card["header"]["title"] == deal.name


def test_a_refused_form_keeps_what_was_typed(desk: Desk) -> None:
    bob = beside(desk, IDA)
    bob.press("New deal")
    bob.press("More fields", amount="much")
    bob.press("Create", **{"f.company": ""})
    assert form_values(bob.card)["f.amount"] == "much"
    assert any("mount" in text for text in texts(bob.card)[:2])
    bob.press("Create", **{"f.amount": "12", "f.company": ""})
    with transaction(desk.context.engine) as session:
        assert made(session, "deal").amount == 1200


@pytest.mark.parametrize("name", ["more_contact_fields", "more_deal_fields"])
def test_who_may_make_none_gets_no_form(desk: Desk, name: str) -> None:
    with transaction(desk.context.engine) as session:
        read_only = next(role for role in roles(session, viewer=desk.cast.alice) if role.name == "Read-only")
        give_roles(session, member=session.get_one(Member, desk.cast.carol.member_id), role_ids=[read_only.id])
    carol = desk.sit(desk.cast.carol)
    carol.home()
    carol.click(call(name))
    assert len(carol.cards) == 1
    assert "role" in (carol.notice or "")


def bob_id(desk: Desk) -> str:
    return desk.cast.bob.member_id
