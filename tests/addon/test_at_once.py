"""Two clicks at the same moment on any button that makes something: one thing is made, and both get its answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, func, select

from app.core.database import transaction
from app.records.service import create_record
from models import Handled, Message, QuoteLine, QuoteVersion, Record, Snippet, Task, TimelineEntry
from tests.addon.conftest import Desk, letter
from tests.addon.record_cards import on_card
from tests.addon.sidebar import Sidebar, form_values
from tests.addon.test_contacts import BOBS, JANE, make_jane

AT_ONCE = 3
Form = dict[str, object]
Prepared = tuple[Sidebar, dict[str, Any], Form]
"""Who clicks, what, and what they typed."""


def beside(desk: Desk, sender: str = JANE) -> Sidebar:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(sender, BOBS)))
    return bob


def pressed(desk: Desk, jane: str, *labels: str, to: str = "", **typed: object) -> Prepared:
    """On the card of Jane or of the record `to`, after these buttons, the last of which is the one in question."""
    bob = on_card(desk, desk.cast.bob, to or jane)
    for label in labels[:-1]:
        bob.press(label)
    return bob, bob.action(labels[-1]), {**form_values(bob.card), **typed}


def contact(desk: Desk, _jane: str) -> Prepared:
    bob = beside(desk, "Ida Lead <ida@newco.com>")
    return bob, bob.action("Create contact"), form_values(bob.card)


def contact_with_all_fields(desk: Desk, _jane: str) -> Prepared:
    bob = beside(desk, "Ida Lead <ida@newco.com>")
    bob.press("More fields")
    return bob, bob.action("Create"), form_values(bob.card)


def recipient(desk: Desk, _jane: str) -> Prepared:
    bob = desk.sit(desk.cast.bob)
    bob.compose("ida@newco.com")
    return bob, bob.action("New contact"), {}


def company(desk: Desk, _jane: str) -> Prepared:
    bob = desk.sit(desk.cast.bob)
    bob.home()
    bob.press("New company")
    return bob, bob.action("Create"), {"f.name": "Newco"}


def deal(desk: Desk, _jane: str) -> Prepared:
    bob = beside(desk)
    bob.press("New deal")
    return bob, bob.action("Save deal"), form_values(bob.card)


def deal_with_all_fields(desk: Desk, _jane: str) -> Prepared:
    bob = beside(desk)
    bob.press("New deal")
    bob.press("More fields")
    return bob, bob.action("Create"), form_values(bob.card)


def deal_of_a_lead(desk: Desk, jane: str) -> Prepared:
    lead = made(desk, "lead", name="Ida Poe", email="ida@newco.com")
    return pressed(desk, jane, "Convert", "Convert", to=lead, with_deal=["yes"], deal="Start", amount="12")


def ticket(desk: Desk, _jane: str) -> Prepared:
    bob = beside(desk)
    bob.press("Ticket from this email")
    return bob, bob.action("Create ticket"), form_values(bob.card)


def quote(desk: Desk, jane: str) -> Prepared:
    return pressed(desk, jane, "New quote", "Create quote")


def line(desk: Desk, jane: str) -> Prepared:
    offer = made(desk, "quote", name="Offer", contact=jane)
    return pressed(desk, jane, "Add line", "Save line", to=offer, description="Pump", unit_price="5")


def version(desk: Desk, jane: str) -> Prepared:
    bob, saving, typed = line(desk, jane)
    bob.click(saving, **typed)
    return bob, bob.action("Send"), {}


def task(desk: Desk, jane: str) -> Prepared:
    return pressed(desk, jane, "New task", "Save task", title="Call her")


def reminder(desk: Desk, jane: str) -> Prepared:
    return pressed(desk, jane, "In 3 days")


def note(desk: Desk, jane: str) -> Prepared:
    return pressed(desk, jane, "Add note", "Save note", note="She called")


def call_logged(desk: Desk, jane: str) -> Prepared:
    return pressed(desk, jane, "Log a call", "Save", text="She called")


def snippet(desk: Desk, _jane: str) -> Prepared:
    bob = desk.sit(desk.cast.bob)
    bob.compose("jane@acme.com")
    bob.press("New snippet")
    return bob, bob.action("Save snippet"), {"name": "Hello", "text": "Good morning"}


def made(desk: Desk, kind: str, **values: object) -> str:
    with transaction(desk.context.engine) as session:
        where = {"workspace_id": desk.cast.workspace_id, "viewer": desk.cast.bob}
        return create_record(session, kind=kind, values=values, **where).id


def records(kind: str) -> Any:
    return select(func.count()).select_from(Record).where(Record.kind == kind)


def rows(table: type[SQLModel]) -> Any:
    return select(func.count()).select_from(table)


def entries(type: str) -> Any:
    return rows(TimelineEntry).where(TimelineEntry.type == type)


MAKING: list[tuple[Callable[[Desk, str], Prepared], Any]] = [
    (contact, records("contact")),
    (contact_with_all_fields, records("contact")),
    (recipient, records("contact")),
    (company, records("company")),
    (deal, records("deal")),
    (deal_with_all_fields, records("deal")),
    (deal_of_a_lead, records("deal")),
    (ticket, records("ticket")),
    (quote, records("quote")),
    (line, rows(QuoteLine)),
    (version, rows(QuoteVersion)),
    (task, rows(Task)),
    (reminder, rows(Task)),
    (note, entries("note")),
    (call_logged, entries("call")),
    (snippet, rows(Snippet)),
]


def count(session: Session, query: Any) -> int:
    return int(session.scalar(query) or 0)


@pytest.mark.parametrize(("prepare", "query"), MAKING, ids=[prepare.__name__ for prepare, _ in MAKING])
def test_clicks_at_the_same_moment_make_one(desk: Desk, prepare: Callable[[Desk, str], Prepared], query: Any) -> None:
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
    bob, button, typed = prepare(desk, jane)
    with transaction(desk.context.engine, read_only=True) as session:
        before, handled, mails = count(session, query), count(session, rows(Handled)), count(session, rows(Message))
    gate = Barrier(AT_ONCE)

    def click(_number: int) -> dict[str, Any]:
        gate.wait()
        return bob.answer(button, **typed)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(click, range(AT_ONCE)))
    told = {answer["renderActions"]["action"]["notification"]["text"] for answer in answers}
    assert len(told) == 1, told
    with transaction(desk.context.engine, read_only=True) as session:
        assert count(session, query) == before + 1
        assert (count(session, rows(Handled)), count(session, rows(Message))) == (handled + 1, mails)
