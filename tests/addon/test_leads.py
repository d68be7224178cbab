"""Leads in the sidebar: moved in one click, and converted once."""

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.records.service import create_record
from gmail_addon.visit import NONCE
from models import Record
from tests.addon.conftest import Desk, letter
from tests.addon.record_cards import on_card, opening
from tests.addon.sidebar import form_values, texts
from tests.cast import shared_with


def parameters(**given: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in given.items()]


def make(desk: Desk, kind: str = "lead", **values: object) -> str:
    with transaction(desk.context.engine) as session:
        given = {"name": "Ida Poe", **values}
        return create_record(
            session, workspace_id=desk.cast.workspace_id, kind=kind, values=given, viewer=desk.cast.bob
        ).id


def records(desk: Desk, kind: str) -> list[Record]:
    with transaction(desk.context.engine, read_only=True) as session:
        found = session.exec(select(Record).where(Record.kind == kind).order_by(Record.id)).all()
        session.expunge_all()
        return list(found)


@pytest.fixture
def ida(desk: Desk) -> str:
    return make(desk, email="ida@newco.com", company_name="Newco")


def test_a_status_is_one_click_and_asks_for_a_reason_where_one_is_needed(desk: Desk, ida: str) -> None:
    bob = on_card(desk, desk.cast.bob, ida)
    bob.choose(f"status.{ida}", "MQL")
    assert records(desk, "lead")[0].status == "MQL"
    assert "MQL since" in texts(bob.card)
    bob.choose(f"status.{ida}", "Unqualified")
    assert records(desk, "lead")[0].status == "MQL"
    bob.press("Save", reason=" ")
    assert any("say why" in text for text in texts(bob.card))
    bob.press("Save", reason="No budget")
    (lead,) = records(desk, "lead")
    assert (lead.status, lead.data["unqualified_reason"]) == ("Unqualified", "No budget")
    assert bob.card["header"]["title"] == "Ida Poe"


def test_a_lead_is_converted_with_company_and_deal(desk: Desk, ida: str) -> None:
    bob = on_card(desk, desk.cast.bob, ida)
    bob.press("Convert")
    assert form_values(bob.card)["company"] == "Newco"
    converting = bob.action("Convert")
    bob.press("Convert", name="Ida M. Poe", with_deal=["yes"], deal="Newco start", amount="1200")
    (contact,), (company,), (deal,) = (records(desk, kind) for kind in ("contact", "company", "deal"))
    assert (contact.name, contact.company_id, company.name) == ("Ida M. Poe", company.id, "Newco")
    assert (company.data["domain"], deal.name, deal.amount) == ("newco.com", "Newco start", 120_000)
    assert bob.card["header"]["title"] == "Ida M. Poe"
    again = [one for one in converting["parameters"] if one["key"] != NONCE] + parameters(**{NONCE: "0" * 26})
    bob.click({**converting, "parameters": again}, name="Ida")
    assert bob.notice == "This lead has been converted already: see what it became."
    assert len(records(desk, "contact")) == 1
    bob = on_card(desk, desk.cast.bob, ida)
    assert texts(bob.card).count("Became") == 3
    assert "Convert" not in texts(bob.card)
    bob.press("Newco start")
    assert bob.card["header"]["title"] == "Newco start"


def test_without_company_and_deal_it_becomes_a_contact_alone(desk: Desk, ida: str) -> None:
    bob = on_card(desk, desk.cast.bob, ida)
    bob.press("Convert")
    click = bob.action("Convert")
    for _ in range(2):
        bob.click(click, name="Ida Poe", company="")
    assert [len(records(desk, kind)) for kind in ("contact", "company", "deal")] == [1, 0, 0]


def test_of_several_companies_of_a_name_one_is_chosen(desk: Desk, ida: str) -> None:
    _, second = (make(desk, "company", name="Newco", domain=domain) for domain in ("newco.org", "newco.net"))
    bob = on_card(desk, desk.cast.bob, ida)
    bob.press("Convert")
    assert bob.suggest("company", "newc") == ["Newco · newco.net", "Newco · newco.org"]
    bob.press("Convert", with_deal=["yes"], amount="7")
    assert "Several companies have this name: choose one." in texts(bob.card)
    assert (form_values(bob.card)["amount"], records(desk, "contact")) == ("7", [])
    bob.press("Convert", company_id=second)
    assert records(desk, "contact")[0].company_id == second
    assert len(records(desk, "company")) == 2


def test_who_may_not_change_a_lead_converts_nothing(desk: Desk, ida: str) -> None:
    shared_with(desk.context.engine, desk.cast, ida, desk.cast.carol)
    carol = desk.sit(desk.cast.carol)
    carol.home()
    carol.click(opening(ida))
    assert "Convert" not in texts(carol.card)
    function = str(opening(ida)["function"])
    for record_id in (ida, "1" * 26):
        given = {"a": "convert_lead", "record": record_id, NONCE: "0" * 26}
        carol.click({"function": function, "parameters": parameters(**given)})
        assert carol.notice
    assert records(desk, "contact") == []


def test_a_stranger_becomes_a_lead(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter("Tom Poe <tom@newco.com>", "bob@fairfield.example")))
    bob.press("New lead")
    assert form_values(bob.card)["f.name"] == "Tom Poe"
    bob.press("Create")
    (lead,) = records(desk, "lead")
    assert (lead.name, lead.data["email"], lead.status) == ("Tom Poe", ["tom@newco.com"], "New")
