"""Tickets in the sidebar: made of an email, with their clocks, moved in one click."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.core.clock import utcnow
from app.core.database import transaction
from app.records.service import create_record, get_record
from gmail_addon.visit import NONCE
from models import Record, TicketClock
from tests.addon.conftest import Desk, letter
from tests.addon.record_cards import on_card, opening
from tests.addon.sidebar import Sidebar, form_values, nodes, texts
from tests.addon.test_contacts import BOBS, JANE, make_jane
from tests.addon.test_hostile_mail import HOSTILE
from tests.cast import shared_with


@pytest.fixture
def jane(desk: Desk) -> str:
    with transaction(desk.context.engine) as session:
        return make_jane(session, desk.cast)


def parameters(**given: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in given.items()]


def tickets(desk: Desk) -> list[Record]:
    with transaction(desk.context.engine, read_only=True) as session:
        found = session.exec(select(Record).where(Record.kind == "ticket").order_by(Record.id)).all()
        session.expunge_all()
        return list(found)


def make(desk: Desk, person: str | None = None, **values: object) -> str:
    with transaction(desk.context.engine) as session:
        company = get_record(session, viewer=desk.cast.bob, record_id=person).company_id if person else None
        about = {"contact": person, "company": company} if person else {}
        given = {"name": "Broken belt", **about, **values}
        made = create_record(
            session, workspace_id=desk.cast.workspace_id, kind="ticket", values=given, viewer=desk.cast.bob
        )
        return made.id


def due(desk: Desk, ticket_id: str, *, first: timedelta, solved: timedelta) -> None:
    with transaction(desk.context.engine) as session:
        clock = session.get_one(TicketClock, ticket_id)
        clock.first_response_due_at, clock.resolution_due_at = utcnow() + first, utcnow() + solved


def beside(desk: Desk, subject: str = "Re: Broken belt") -> Sidebar:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS, subject=subject)))
    return bob


@pytest.mark.usefixtures("jane")
def test_a_ticket_is_made_of_the_open_email(desk: Desk) -> None:
    bob = beside(desk)
    bob.press("Ticket from this email")
    assert form_values(bob.card)["subject"] == "Broken belt"
    making = bob.action("Create ticket")
    bob.click(making, subject="Belt broke", priority="Urgent", assignee=desk.cast.carol.member_id)
    assert bob.notice == "Ticket T-0001 created"
    (ticket,) = tickets(desk)
    assert (ticket.name, ticket.priority, ticket.owner_id) == ("Belt broke", "Urgent", desk.cast.carol.member_id)
    assert bob.answer(making)["renderActions"]
    assert len(tickets(desk)) == 1


def test_a_conversation_that_has_a_ticket_shows_it(desk: Desk, jane: str) -> None:
    bob = beside(desk)
    bob.press("Ticket from this email")
    bob.press("Create ticket")
    assert bob.card["header"]["title"] == "Broken belt"
    bob.cards = bob.cards[:1]
    bob.press("Ticket from this email")
    assert bob.notice == "This conversation has a ticket already"
    assert bob.card["header"]["title"] == "Broken belt"
    assert tickets(desk)[0].data["contact"] == jane


@pytest.mark.usefixtures("jane")
def test_a_refused_ticket_keeps_what_was_typed(desk: Desk) -> None:
    bob = beside(desk)
    bob.press("Ticket from this email")
    bob.press("Create ticket", subject=" ", priority="High")
    assert form_values(bob.card)["priority"] == ["High"]
    assert any("Subject:" in text for text in texts(bob.card))
    assert tickets(desk) == []


def test_the_status_moves_in_one_click(desk: Desk) -> None:
    ticket_id = make(desk)
    bob = on_card(desk, desk.cast.bob, ticket_id)
    for status in ("Pending", "Resolved", "Open"):
        bob.choose(f"status.{ticket_id}", status)
        assert bob.notice == f"Broken belt: {status}"
        assert tickets(desk)[0].status == status
    before = tickets(desk)[0].version
    change = next(node["onChangeAction"] for node in nodes(bob.card) if node.get("name") == f"status.{ticket_id}")
    bob.click(change, **{f"status.{ticket_id}": "Closed"})
    bob.click(change, **{f"status.{ticket_id}": "Closed"})
    assert (tickets(desk)[0].status, tickets(desk)[0].version) == ("Closed", before + 1)


def test_clocks_are_told_in_words_and_colour(desk: Desk) -> None:
    ticket_id = make(desk)
    due(desk, ticket_id, first=timedelta(hours=-25), solved=timedelta(hours=2, minutes=5))
    bob = on_card(desk, desk.cast.bob, ticket_id)
    assert {"overdue by 1 day", "due in 2 h"} <= set(texts(bob.card))
    drawn = str(bob.card["sections"])
    assert "#d93025" in drawn
    assert "#188038" in drawn
    bob.choose(f"status.{ticket_id}", "Pending")
    assert any(text.startswith("The clocks stand still since") for text in texts(bob.card))
    bob.choose(f"status.{ticket_id}", "Resolved")
    assert "in time" in texts(bob.card)


def test_a_customers_card_shows_unsolved_tickets_overdue_first(desk: Desk, jane: str) -> None:
    later, late, done = (make(desk, jane, name=name) for name in ("Later", "Late", "Done"))
    alone = make(desk, name="Without company", contact=jane)
    due(desk, later, first=timedelta(hours=5), solved=timedelta(days=9))
    due(desk, late, first=timedelta(minutes=30), solved=timedelta(hours=-3))
    due(desk, alone, first=timedelta(hours=5), solved=timedelta(days=30))
    bob = on_card(desk, desk.cast.bob, done)
    bob.choose(f"status.{done}", "Closed")
    for record_id, names in ((jane, ["Late", "Later", "Without company"]), (company_of(desk, jane), ["Late", "Later"])):
        bob = on_card(desk, desk.cast.bob, record_id)
        (found,) = [part for part in bob.card["sections"] if part.get("header") == "Open tickets"]
        rows = [text.split("\n")[0] for text in texts(found)]
        assert [text for text in rows if text in ("Late", "Later", "Without company", "Done")] == names
        assert any("due in 30 min" in text or "due in 29 min" in text for text in texts(found))


def company_of(desk: Desk, contact: str) -> str:
    with transaction(desk.context.engine) as session:
        return get_record(session, viewer=desk.cast.bob, record_id=contact).company_id or ""


@pytest.mark.parametrize("text", HOSTILE[:4])
def test_hostile_subjects_are_drawn_as_text(desk: Desk, jane: str, text: str) -> None:
    make(desk, jane, name=text)
    on_card(desk, desk.cast.bob, jane)


def test_who_may_not_change_it_reads_the_status(desk: Desk) -> None:
    ticket_id = make(desk)
    shared_with(desk.context.engine, desk.cast, ticket_id, desk.cast.carol)
    carol = desk.sit(desk.cast.carol)
    carol.home()
    carol.click(opening(ticket_id))
    assert "New" in texts(carol.card)
    assert f"status.{ticket_id}" not in form_values(carol.card)
    function = str(opening(ticket_id)["function"])
    for record_id in (ticket_id, "1" * 26):
        carol.click(
            {
                "function": function,
                "parameters": parameters(a="set_status", record=record_id, status="Closed", **{NONCE: "0" * 26}),
            }
        )
        assert carol.notice
    assert tickets(desk)[0].status == "New"
