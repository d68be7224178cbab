"""Quotes in the sidebar: made of products, changed line by line, sent."""

from operator import attrgetter
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from app.core.database import transaction
from app.records.deals import create_deal
from app.records.quotes.answers import accept_quote
from app.records.service import create_record
from gmail_addon.visit import NONCE
from models import Handled, QuoteLine, QuoteVersion, Record
from tests.addon.conftest import Desk
from tests.addon.record_cards import on_card, opening
from tests.addon.sidebar import Sidebar, form_values, texts
from tests.addon.test_hostile_mail import HOSTILE
from tests.addon.writing import inserted
from tests.cast import shared_with

BASE = "https://crm.example/quotes/"


def make(desk: Desk, kind: str, **values: object) -> str:
    with transaction(desk.context.engine) as session:
        viewer = desk.cast.bob
        return create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=values, viewer=viewer).id


@pytest.fixture
def belt(desk: Desk) -> str:
    return make(desk, "product", name="Belt", price="19.99", tax_percent="20")


@pytest.fixture
def deal(desk: Desk) -> str:
    with transaction(desk.context.engine) as session:
        return create_deal(session, viewer=desk.cast.bob, values={"name": "Acme renewal", "amount": "100"}).id


def quotes(desk: Desk) -> list[Record]:
    return [one for one in stored(desk, Record) if one.kind == "quote"]


def stored(desk: Desk, model: type[SQLModel]) -> list[Any]:
    """All rows of a table, as they were made."""
    with transaction(desk.context.engine, read_only=True) as session:
        found = list(session.exec(select(model)).all())
        session.expunge_all()
        return sorted(found, key=attrgetter("id"))


def quoted(desk: Desk, deal: str, belt: str, **form: object) -> Sidebar:
    """Bob, with the card of a quote for three belts."""
    bob = on_card(desk, desk.cast.bob, deal)
    bob.press("New quote")
    bob.press("Create quote", products=[belt], quantity="3", **form)
    return bob


def link_on(bob: Sidebar) -> str:
    return str(form_values(bob.card)["link"])


def test_a_quote_is_made_of_products(desk: Desk, deal: str, belt: str) -> None:
    bob = on_card(desk, desk.cast.bob, deal)
    bob.press("New quote")
    making = bob.action("Create quote")
    for _ in range(2):
        bob.click(making, products=[belt], quantity="3", discount="10")
    (quote,) = quotes(desk)
    assert (quote.name, quote.data["deal"], quote.amount) == ("Quote for Acme renewal", deal, 6_476)
    assert {"€59.97", "-€6", "€53.97", "€10.79", "€64.76", "Draft"} <= set(texts(bob.card))
    bob = on_card(desk, desk.cast.bob, deal)
    assert "Quote for Acme renewal" in texts(bob.card)
    assert any(text.startswith("€64.76 · Draft") for text in texts(bob.card))


def test_lines_are_added_changed_and_removed(desk: Desk, deal: str, belt: str) -> None:
    bob = quoted(desk, deal, belt)
    bob.press("Add line")
    bob.press("Save line", description="Fitting", unit_price="2.505")
    assert "Unit price: too many decimals for EUR." in texts(bob.card)
    assert form_values(bob.card)["description"] == "Fitting"
    bob.press("Save line", description="Fitting", unit_price="25,50", quantity="2")
    assert quotes(desk)[0].amount == 7_196 + 5_100
    bob.press("Fitting")
    assert form_values(bob.card)["unit_price"] == "25.50"
    bob.press("Save line", quantity="lots")
    assert "Quantity: write a number such as 2.5." in texts(bob.card)
    bob.press("Save line", quantity="1", discount_percent="50", tax_percent="0")
    assert quotes(desk)[0].amount == 7_196 + 1_275
    bob.press("Fitting")
    bob.press("Remove")
    assert (quotes(desk)[0].amount, len(stored(desk, QuoteLine))) == (7_196, 1)


def test_sending_gives_a_link_once(desk: Desk, deal: str, belt: str) -> None:
    bob = quoted(desk, deal, belt)
    sending = bob.action("Send")
    bob.click(sending)
    assert bob.notice == "Q-0001-1 is ready for the customer"
    link = link_on(bob)
    assert link.startswith(BASE)
    assert "Insert the link" not in texts(bob.card)
    bob.click(sending)
    assert (link_on(bob), len(stored(desk, QuoteVersion))) == (link, 1)
    token = link.removeprefix(BASE)
    with transaction(desk.context.engine) as session:
        assert all(token not in str(one.result) for one in session.exec(select(Handled)))
        accept_quote(session, token=token, name="Jane Roe")
    bob = on_card(desk, desk.cast.bob, quotes(desk)[0].id)
    assert any(text.startswith("Accepted by Jane Roe, ") for text in texts(bob.card))
    assert not {"Send", "Add line"} & set(texts(bob.card))


def test_sending_again_makes_another_version(desk: Desk, deal: str, belt: str) -> None:
    bob = quoted(desk, deal, belt)
    stale = bob.action("Send")
    bob.press("Send")
    first, quote_id = link_on(bob), quotes(desk)[0].id
    bob = on_card(desk, desk.cast.bob, quote_id)
    assert any(text.startswith("Sent just now, valid until ") for text in texts(bob.card))
    bob.press("Send")
    assert link_on(bob) != first
    assert [one.state for one in stored(desk, QuoteVersion)] == ["replaced", "sent"]
    changed = [one for one in stale["parameters"] if one["key"] != NONCE] + [{"key": NONCE, "value": "0" * 26}]
    bob.click({**stale, "parameters": changed})
    assert len(stored(desk, QuoteVersion)) == 2


def test_the_link_goes_into_the_mail_that_is_being_written(desk: Desk, deal: str, belt: str) -> None:
    quoted(desk, deal, belt)
    bob = desk.sit(desk.cast.bob)
    bob.compose("jane@acme.com")
    bob.click(opening(quotes(desk)[0].id))
    bob.press("Send")
    link = link_on(bob)
    bob.press("Insert the link")
    assert inserted(bob)["content"] == link


@pytest.mark.parametrize("text", HOSTILE[:3])
def test_hostile_words_are_drawn_as_text(desk: Desk, deal: str, text: str) -> None:
    bob = on_card(desk, desk.cast.bob, deal)
    bob.press("New quote")
    bob.press("Create quote", title="Offer")
    bob.press("Add line")
    bob.press("Save line", description=text, unit_price="1")
    assert bob.notice == "Line saved"


def test_who_may_not_change_a_quote_only_reads_it(desk: Desk, deal: str, belt: str) -> None:
    quoted(desk, deal, belt)
    quote_id = quotes(desk)[0].id
    shared_with(desk.context.engine, desk.cast, quote_id, desk.cast.carol)
    carol = on_card(desk, desk.cast.carol, quote_id)
    assert "€71.96" in texts(carol.card)
    assert not {"Send", "Add line", "Set discount"} & set(texts(carol.card))
    given = {"quote": quote_id, "version": str(quotes(desk)[0].version), "line": stored(desk, QuoteLine)[0].id}
    for name in ("send_quote", "remove_line", "save_line"):
        for wrong in ({}, {"quote": "1" * 26}):
            parameters = {"a": name, NONCE: f"{name:0<26}".replace("_", "0"), **given, **wrong}
            listed = [{"key": key, "value": value} for key, value in parameters.items()]
            carol.click({**opening(quote_id), "parameters": listed})
            assert carol.notice
    assert (len(stored(desk, QuoteVersion)), len(stored(desk, QuoteLine))) == (0, 1)
