"""Deals: two clicks from a thread, layout D, one click per stage, a reason for what is lost."""

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.records.deals import stages_of
from app.records.pipelines import create_pipeline
from app.records.schema import folder_of_kind
from app.records.stage_making import Step
from app.records.stages import archive_stage
from models import Record, RecordLink, StageChange, ThreadLink
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import first_widgets, form_values, nodes, texts
from tests.addon.test_contacts import make_jane

BOBS = "bob@fairfield.example"
JANE = "Jane Roe <jane@acme.com>"
CLOSING = 1_796_083_200_000


def stage(desk: Desk, name: str) -> str:
    with transaction(desk.context.engine) as session:
        return next(each.id for each in stages_of(session, viewer=desk.cast.bob) if each.name == name)


def test_two_clicks_make_a_deal_with_everyone_on_it(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
    bob = desk.sit(desk.cast.bob)
    mail = letter(JANE, BOBS, "Tom Poe <tom@acme.com>", cc="newsletter@acme.com", subject="Re: AW: Fwd: New offices")
    bob.open(desk.receive(desk.cast.bob, mail))
    bob.press("New deal")
    assert form_values(bob.card)["name"] == "New offices"
    bob.press("Save deal", amount="12,500.50", close_on=CLOSING)
    assert bob.notice == "Deal created: New offices"
    with transaction(desk.context.engine) as session:
        deal = session.scalars(select(Record).where(Record.kind == "deal")).one()
        assert (deal.amount, str(deal.close_on), deal.owner_id) == (1_250_050, "2026-12-01", desk.cast.bob.member_id)
        assert deal.company_id == session.get_one(Record, jane).company_id
        linked = {link.to_id for link in session.scalars(select(RecordLink).where(RecordLink.from_id == deal.id))}
        assert {session.get_one(Record, each).name for each in linked} == {"Jane Roe", "Tom Poe"}
        assert session.scalars(select(ThreadLink)).one().record_id == deal.id


def test_the_thread_then_shows_its_deal_first(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    mail = letter(JANE, BOBS, subject="New offices")
    mail["Message-ID"] = "<1@acme.com>"
    bob.open(desk.receive(desk.cast.bob, mail))
    bob.press("New deal")
    bob.press("Save deal", amount="900")
    bob.press("In 3 days")
    answer = letter("Tom Poe <tom@other.org>", BOBS, subject="Re: New offices")
    answer["In-Reply-To"] = "<1@acme.com>"
    answer["References"] = "<1@acme.com>"
    bob.open(desk.receive(desk.cast.bob, answer))
    assert bob.card["header"] == {"title": "New offices", "subtitle": "Prospecting · €900"}
    assert "Logged to" in first_widgets(bob.card, 1)[0]["decoratedText"]["text"]
    said = texts(bob.card)
    assert said.index("Follow up on New offices") < said.index("People") < said.index("Tom Poe")


def test_a_new_business_domain_brings_its_company(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter("Ida Lead <ida@newco.com>", BOBS)))
    bob.press("New deal")
    bob.press("Save deal")
    with transaction(desk.context.engine) as session:
        company = session.scalars(select(Record).where(Record.kind == "company")).one()
        ida = session.scalars(select(Record).where(Record.kind == "contact")).one()
        deal = session.scalars(select(Record).where(Record.kind == "deal")).one()
        assert (company.name, company.data["domain"]) == ("Newco", "newco.com")
        assert ida.company_id == deal.company_id == company.id


def test_a_refused_deal_keeps_the_form(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    bob.press("New deal")
    bob.press("Save deal", name="Big one", amount="a lot", company="none", close_on=CLOSING)
    assert len(bob.cards) == 2
    values = form_values(bob.card)
    assert (values["name"], values["amount"], values["company"]) == ("Big one", "a lot", ["none"])
    assert any(node.get("valueMsEpoch") == str(CLOSING) for node in nodes(bob.card))
    assert any("Amount: write an amount" in text for text in texts(bob.card))
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(Record)).all() == []


def test_a_stage_is_moved_in_one_click(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="New offices")))
    bob.press("New deal")
    bob.press("Save deal")
    with transaction(desk.context.engine) as session:
        deal = session.scalars(select(Record).where(Record.kind == "deal")).one().id
    bob.choose(f"stage.{deal}", stage(desk, "Negotiation"))
    assert bob.notice == "New offices moved to Negotiation"
    assert bob.state_changed
    assert bob.card["header"]["subtitle"] == "Negotiation · No amount yet"
    bob.choose(f"stage.{deal}", stage(desk, "Won"))
    with transaction(desk.context.engine) as session:
        assert session.get_one(Record, deal).status == "won"


def test_one_dropdown_moves_twice(desk: Desk) -> None:
    """Two choices made before the card was drawn anew are two moves; the same choice twice is one."""
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    bob.press("New deal")
    bob.press("Save deal")
    with transaction(desk.context.engine) as session:
        deal = session.scalars(select(Record).where(Record.kind == "deal")).one().id
    dropdown = next(node["onChangeAction"] for node in nodes(bob.card) if node.get("name") == f"stage.{deal}")
    proposal, negotiation = stage(desk, "Proposal"), stage(desk, "Negotiation")
    for chosen in (proposal, proposal, negotiation):
        bob.answer(dropdown, **{f"stage.{deal}": chosen})
    with transaction(desk.context.engine) as session:
        assert len(session.scalars(select(StageChange)).all()) == 3
        assert session.get_one(Record, deal).stage_id == negotiation


def test_a_lost_deal_needs_its_reason(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="New offices")))
    bob.press("New deal")
    bob.press("Save deal", amount="100", close_on=CLOSING)
    with transaction(desk.context.engine) as session:
        deal = session.scalars(select(Record).where(Record.kind == "deal")).one().id
    assert "close" in bob.card["header"]["subtitle"]
    bob.choose(f"stage.{deal}", stage(desk, "Lost"))
    assert bob.card["header"]["title"] == "Move to Lost"
    bob.press("Save and move", **{"f.lost_reason": " "})
    assert any(text.startswith("Lost reason: say ") for text in texts(bob.card))
    bob.press("Save and move", **{"f.lost_reason": "Pricing"})
    assert (bob.notice, len(bob.cards)) == ("New offices moved to Lost", 1)
    assert bob.card["header"]["subtitle"] == "Lost · €100"
    with transaction(desk.context.engine) as session:
        lost = session.get_one(Record, deal)
        assert (lost.status, lost.data["lost_reason"]) == ("lost", "Pricing")


def test_a_deal_from_home_stands_alone(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.home()
    bob.press("New deal")
    bob.press("Save deal", name="Trade fair", amount="100")
    assert [card["header"]["title"] for card in bob.cards] == ["Hello, Bob", "Trade fair"]
    assert "1 open deal, €100" in texts(bob.cards[0])


def test_a_contact_opened_from_home_takes_part(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
    desk.receive(desk.cast.bob, letter(JANE, BOBS))
    bob = desk.sit(desk.cast.bob)
    bob.home()
    bob.press("Jane Roe")
    bob.press("New deal")
    bob.press("Save deal")
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(RecordLink)).one().to_id == jane
    assert [card["header"]["title"] for card in bob.cards] == ["Hello, Bob", "Jane Roe"]


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: Fwd: RE: Offer", "Offer"),
        ("AW: WG: Angebot", "Angebot"),
        ("SV: VS: Tilbud", "Tilbud"),
        ("Re[2]: Offer", "Offer"),
        ("Report: Q3", "Report: Q3"),
        ("回复: 报价", "报价"),
        ("Re:", ""),
    ],
)
def test_a_deals_name_is_the_bare_subject(subject: str, bare: str) -> None:
    from gmail_addon.layouts.forms.deal_form import bare_subject

    assert bare_subject(subject) == bare


def test_the_stages_to_choose_from_are_those_in_use(desk: Desk) -> None:
    alice, negotiation = desk.cast.alice, stage(desk, "Negotiation")
    with transaction(desk.context.engine) as session:
        archive_stage(session, viewer=alice, stage_id=stage(desk, "Proposal"), to=negotiation)
        deals = folder_of_kind(session, workspace_id=alice.workspace_id, kind="deal")
        create_pipeline(session, viewer=alice, folder_id=deals.id, name="Renewals", steps=[Step("Due")])
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="New offices")))
    bob.press("New deal")
    offered = next(node["items"] for node in nodes(bob.card) if node.get("name") == "stage")
    assert [item["text"] for item in offered] == ["Prospecting", "Qualification", "Needs assessment", "Negotiation"]
