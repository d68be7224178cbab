"""Tickets and quotes beside an open email, and the customer's link once more."""

from decimal import Decimal

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.records.deals import create_deal
from app.records.quotes.lines import NewLine, set_lines
from app.records.quotes.versions import send_quote
from app.records.service import create_record
from app.workspaces.access import Viewer
from models import Message, QuoteVersion, Record
from sync.by_hand import link_thread
from tests.addon.conftest import Desk, letter
from tests.addon.record_cards import call, on_card
from tests.addon.sidebar import Sidebar, form_values, texts
from tests.addon.test_contacts import BOBS, JANE, make_jane
from tests.addon.test_quotes import BASE, link_on, stored
from tests.addon.writing import inserted
from tests.cast import shared_with


@pytest.fixture
def jane(desk: Desk) -> str:
    with transaction(desk.context.engine) as session:
        return make_jane(session, desk.cast)


def sell(desk: Desk, jane: str, name: str, *, sent: bool = True, deal: str | None = None) -> str:
    """A quote for her."""
    with transaction(desk.context.engine) as session:
        viewer, here = desk.cast.bob, desk.cast.workspace_id
        about = {"contact": jane, "company": session.get_one(Record, jane).company_id, "deal": deal}
        values = {"name": name, **{key: value for key, value in about.items() if value}}
        quote = create_record(session, workspace_id=here, kind="quote", values=values, viewer=viewer)
        line = NewLine(description="Pump", quantity=Decimal(1), unit_price=100)
        set_lines(session, viewer=viewer, quote_id=quote.id, lines=[line])
        if sent:
            send_quote(session, viewer=viewer, quote_id=quote.id, vault=desk.context.vault)
        return quote.id


def complain(desk: Desk, jane: str, name: str) -> None:
    with transaction(desk.context.engine) as session:
        about = {"contact": jane, "company": session.get_one(Record, jane).company_id}
        where = {"workspace_id": desk.cast.workspace_id, "viewer": desk.cast.bob}
        create_record(session, kind="ticket", values={"name": name, **about}, **where)


def beside(desk: Desk, viewer: Viewer | None = None, *, deal: str | None = None) -> Sidebar:
    who = viewer or desk.cast.bob
    gmail_id = desk.receive(who, letter(JANE, BOBS))
    if deal:
        with transaction(desk.context.engine) as session:
            thread = session.scalars(select(Message.thread_id)).one()
            link_thread(session, viewer=who, thread_id=thread, record_id=deal)
    sidebar = desk.sit(who)
    sidebar.open(gmail_id)
    return sidebar


def test_open_tickets_and_the_latest_quote_stand_beside_an_email(desk: Desk, jane: str) -> None:
    for number in range(4):
        complain(desk, jane, f"Pump {number} leaks")
    sell(desk, jane, "Old offer")
    sell(desk, jane, "New offer")
    bob = beside(desk)
    said = texts(bob.card)
    assert (said.count("Open tickets"), said.count("Latest quote")) == (1, 1)
    tickets = next(part for part in bob.card["sections"] if part.get("header") == "Open tickets")
    assert len(tickets["widgets"]) == 3
    latest = next(part for part in bob.card["sections"] if part.get("header") == "Latest quote")
    assert [row["decoratedText"]["text"] for row in latest["widgets"]] == ["New offer"]
    bob.press("New offer")
    assert bob.card["header"]["title"] == "New offer"


def test_the_quote_of_a_deal_stands_beside_its_email(desk: Desk, jane: str) -> None:
    with transaction(desk.context.engine) as session:
        deal = create_deal(session, viewer=desk.cast.bob, values={"name": "Pumps"}, contact_ids=[jane]).id
    sell(desk, jane, "For the pumps", deal=deal)
    bob = beside(desk, deal=deal)
    assert bob.card["header"]["title"] == "Pumps"
    assert "For the pumps" in texts(bob.card)


def test_the_link_is_there_later_with_its_pdf(desk: Desk, jane: str) -> None:
    quote = sell(desk, jane, "Offer")
    bob = beside(desk)
    bob.press("Link")
    link = link_on(bob)
    assert link.startswith(BASE)
    assert bob.action("PDF")["openLink"]["url"] == f"{link}/document.pdf"
    bob = on_card(desk, desk.cast.bob, quote)
    bob.press("Link for the customer")
    assert link_on(bob) == link


def test_it_goes_into_a_reply(desk: Desk, jane: str) -> None:
    sell(desk, jane, "Offer")
    bob = desk.sit(desk.cast.bob)
    bob.compose("jane@acme.com")
    bob.press("Insert the link")
    put_in = inserted(bob)["content"]
    bob.press("Offer")
    bob.press("Link for the customer")
    assert put_in == link_on(bob)
    bob.press("Insert the link")
    assert inserted(bob)["content"] == put_in


@pytest.mark.parametrize("kept", [True, False])
def test_a_quote_without_a_link_offers_none(desk: Desk, jane: str, kept: bool) -> None:
    quote = sell(desk, jane, "Offer", sent=not kept)
    with transaction(desk.context.engine) as session:
        for version in stored(desk, QuoteVersion):
            session.get_one(QuoteVersion, version.id).sealed_token = ""
    bob = beside(desk)
    assert "Offer" in texts(bob.card)
    assert "Link" not in texts(bob.card)
    bob.click(call("quote_link", quote=quote))
    assert bob.notice == "This quote has no link: send it first."


def test_who_may_only_look_gets_no_link(desk: Desk, jane: str) -> None:
    quote = sell(desk, jane, "Offer")
    shared_with(desk.context.engine, desk.cast, quote, desk.cast.carol)
    carol = on_card(desk, desk.cast.carol, quote)
    assert "Link for the customer" not in texts(carol.card)
    carol.click(call("quote_link", quote=quote))
    assert carol.notice == "This quote has no link: send it first."
    assert "link" not in form_values(carol.card)


def test_next_door_nobody_gets_it(desk: Desk, jane: str) -> None:
    quote = sell(desk, jane, "Offer")
    mallory = desk.sit(desk.cast.mallory)
    mallory.home()
    mallory.click(call("quote_link", quote=quote))
    assert "does not exist" in (mallory.notice or "")
