"""What is going on around a customer: open deals, unsolved tickets and quotes."""

from decimal import Decimal

import pytest
from cryptography.fernet import Fernet
from sqlmodel import Session

from app.core.database import transaction
from app.core.hot import reader_of
from app.core.security import Vault
from app.records.deals import create_deal
from app.records.linking import link
from app.records.quotes.lines import NewLine, set_lines
from app.records.quotes.versions import send_quote
from app.records.seen import seen_by_id
from app.records.service import create_record
from app.timeline.matters import Matters, company_deals, matters_of
from app.workspaces.access import Viewer
from tests.cast import Cast, gather
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def make(session: Session, cast: Cast, kind: str, viewer: Viewer | None = None, **values: object) -> str:
    who = viewer or cast.bob
    if kind == "deal":
        return create_deal(session, viewer=who, values=values).id
    return create_record(session, workspace_id=cast.workspace_id, kind=kind, values=values, viewer=who).id


def around(session: Session, viewer: Viewer, record_id: str) -> Matters:
    session.flush()
    reader = reader_of(session)
    seen = seen_by_id(reader, viewer=viewer, record_id=record_id)
    assert seen is not None
    before = reader.statements
    found = matters_of(reader, viewer=viewer, about=seen)
    assert reader.statements == before + 1
    return found


def names(found: Matters) -> tuple[list[str], list[str], list[str]]:
    return (
        [one.name for one in found.deals.deals],
        [one.name for one in found.tickets],
        [one.quote.name for one in found.quotes],
    )


def test_a_person_a_company_and_a_deal_have_what_is_theirs(database: Database, cast: Cast) -> None:
    with transaction(database.engine) as session:
        acme, other = make(session, cast, "company", name="Acme"), make(session, cast, "company", name="Other")
        jane = make(session, cast, "contact", name="Jane", company=acme)
        tom = make(session, cast, "contact", name="Tom", company=acme)
        deal = make(session, cast, "deal", name="Pumps", company=acme)
        make(session, cast, "deal", name="Elsewhere", company=other)
        make(session, cast, "ticket", name="Janes", company=acme, contact=jane)
        make(session, cast, "ticket", name="Toms", company=acme, contact=tom)
        make(session, cast, "ticket", name="Without a company", contact=jane)
        make(session, cast, "ticket", name="Solved", company=acme, contact=jane, status="Closed")
        linked = make(session, cast, "ticket", name="Linked")
        link(session, viewer=cast.bob, record_id=linked, other_id=jane, label="related")
        make(session, cast, "quote", name="Old", company=acme, contact=jane)
        make(session, cast, "quote", name="New", company=acme, contact=jane, deal=deal)
        make(session, cast, "quote", name="For Other", company=other)

        deals, tickets, quotes = names(around(session, cast.bob, jane))
        assert (deals, quotes) == (["Pumps"], ["New", "Old"])
        assert sorted(tickets) == ["Janes", "Linked", "Without a company"]
        deals, tickets, quotes = names(around(session, cast.bob, acme))
        assert (deals, quotes, sorted(tickets)) == (["Pumps"], ["New", "Old"], ["Janes", "Toms"])
        assert names(around(session, cast.bob, deal)) == ([], [], ["New"])
        assert names(around(session, cast.bob, tom)) == (["Pumps"], ["Toms"], [])
        assert [one.name for one in company_deals(reader_of(session), viewer=cast.bob, company_id=other)] == [
            "Elsewhere"
        ]


def test_what_is_out_of_sight_is_not_told_of(database: Database, cast: Cast) -> None:
    with transaction(database.engine) as session:
        acme = make(session, cast, "company", cast.alice, name="Acme", owner=cast.carol.member_id)
        for kind in ("ticket", "quote", "deal"):
            make(session, cast, kind, cast.alice, name="Bobs", company=acme, owner=cast.bob.member_id)
        assert names(around(session, cast.carol, acme)) == ([], [], [])
        assert names(around(session, cast.alice, acme)) == (["Bobs"], ["Bobs"], ["Bobs"])


def test_a_few_of_many_are_told_and_all_deals_counted(database: Database, cast: Cast) -> None:
    with transaction(database.engine) as session:
        acme = make(session, cast, "company", name="Acme")
        for number in range(7):
            for kind in ("deal", "ticket", "quote"):
                amount = {"amount": "10"} if kind == "deal" else {}
                make(session, cast, kind, name=f"{kind} {number}", company=acme, **amount)
        found = around(session, cast.bob, acme)
        assert (found.deals.count, found.deals.value, len(found.deals.deals)) == (7, 7_000, 3)
        assert (len(found.tickets), [one.quote.name for one in found.quotes]) == (
            5,
            [f"quote {number}" for number in (6, 5, 4, 3, 2)],
        )


def test_only_a_quote_that_is_with_the_customer_has_a_link(database: Database, cast: Cast) -> None:
    vault = Vault([Fernet.generate_key().decode()])
    with transaction(database.engine) as session:
        acme = make(session, cast, "company", name="Acme")
        quote = make(session, cast, "quote", name="Pumps", company=acme)
        line = NewLine(description="Pump", quantity=Decimal(1), unit_price=100)
        set_lines(session, viewer=cast.bob, quote_id=quote, lines=[line])
        assert [one.has_link for one in around(session, cast.bob, acme).quotes] == [False]
        for _ in range(2):
            send_quote(session, viewer=cast.bob, quote_id=quote, vault=vault)
        assert [one.has_link for one in around(session, cast.bob, acme).quotes] == [True]
