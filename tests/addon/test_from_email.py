"""What the open email says of a record: offered with its place, accepted or dismissed in one tap, never overwritten."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.dispatch import drain
from app.records.deals import create_deal
from app.records.service import create_record, update_record
from models import DismissedProposal, FieldChange, MailThread, Record, Workspace
from sync.attribution.choosing import choose_deal
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import Sidebar, form_values, nodes, texts
from tests.addon.test_contacts import make_jane
from tests.addon.test_thread import look_only

BOBS = "bob@fairfield.example"
JANE = "Jane Roe <jane@acme.com>"
START = (utcnow() + timedelta(days=90)).date()
SIGNED = f"""We can start on {START:%d %B %Y} if the total stays at $48,500.00.

Best regards,
Jane Roe
Head of IT
Acme Tools Ltd
12 Mill Road
Tel. +49 30 1234567
www.acme.com
https://www.linkedin.com/in/janeroe
"""


@pytest.fixture
def jane(desk: Desk) -> str:
    """Her record has not been touched for an hour: what she writes now is newer."""
    with transaction(desk.context.engine) as session:
        contact = make_jane(session, desk.cast)
        session.get_one(Record, contact).updated_at = utcnow() - timedelta(hours=1)
        return contact


def opened(desk: Desk, *, body: str = SIGNED, subject: str = "Hello") -> Sidebar:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS, body=body, subject=subject)))
    return bob


def stored(desk: Desk, record_id: str) -> Record:
    with transaction(desk.context.engine, read_only=True) as session:
        record = session.get_one(Record, record_id)
        session.expunge(record)
        return record


def offered(bob: Sidebar) -> list[str]:
    """What can be accepted."""
    labels = [str(node.get("altText")) for node in nodes(bob.card)]
    return [label.removeprefix("Accept ") for label in labels if label.startswith("Accept ")]


def test_a_contact_takes_over_what_their_signature_says(desk: Desk, jane: str) -> None:
    bob = opened(desk)
    said = texts(bob.card)
    assert "From this email" in said
    assert offered(bob) == ["Head of IT", "+49301234567", "https://www.linkedin.com/in/janeroe", "12 Mill Road"]
    assert "now: CTO · in the signature" in said
    accept = bob.action("Accept Head of IT")
    bob.click(accept)
    bob.answer(accept)
    assert bob.notice == "Job title of Jane Roe saved"
    assert bob.card["header"]["subtitle"] == "Head of IT at Acme"
    assert "Head of IT" not in offered(bob)
    with transaction(desk.context.engine, read_only=True) as session:
        changes = session.scalars(select(FieldChange)).all()
        assert [(one.key, one.old, one.new, one.member_id) for one in changes] == [
            ("title", "CTO", "Head of IT", desk.cast.bob.member_id)
        ]


def test_phone_numbers_are_added(desk: Desk, jane: str) -> None:
    bob = opened(desk)
    bob.press("Accept +49301234567")
    assert stored(desk, jane).data["phone"] == ["+44 20 1", "+49301234567"]


def test_a_change_meanwhile_is_not_overwritten(desk: Desk, jane: str) -> None:
    bob = opened(desk)
    with transaction(desk.context.engine) as session:
        update_record(session, viewer=desk.cast.alice, record_id=jane, values={"title": "Chief of everything"})
    bob.press("Accept Head of IT")
    assert bob.notice == "Jane Roe was changed meanwhile: nothing was saved. Look at it and accept again."
    assert stored(desk, jane).data["title"] == "Chief of everything"
    assert bob.card["header"]["subtitle"] == "Chief of everything at Acme"


def test_what_is_dismissed_is_not_offered_again(desk: Desk, jane: str) -> None:
    bob = opened(desk)
    dismiss = bob.action("Dismiss Head of IT")
    bob.click(dismiss)
    bob.answer(dismiss)
    assert "Head of IT" not in offered(bob)
    assert "Head of IT" not in offered(opened(desk, subject="Once more"))
    with transaction(desk.context.engine, read_only=True) as session:
        assert len(session.scalars(select(DismissedProposal)).all()) == 1


def test_the_company_of_the_domain_is_theirs_in_one_tap(desk: Desk, jane: str) -> None:
    company = stored(desk, jane).company_id
    with transaction(desk.context.engine) as session:
        update_record(session, viewer=desk.cast.bob, record_id=jane, values={"company": None})
    bob = opened(desk)
    bob.press("Accept Acme Tools Ltd")
    assert stored(desk, jane).company_id == company


def test_a_company_that_is_new_is_made(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        values = {"name": "Jane Roe", "email": "jane@acme.com"}
        bob_ = desk.cast.bob
        jane = create_record(session, workspace_id=bob_.workspace_id, kind="contact", values=values, viewer=bob_).id
    bob = opened(desk)
    accept = bob.action("Accept Acme Tools Ltd")
    bob.click(accept)
    bob.answer(accept)
    with transaction(desk.context.engine, read_only=True) as session:
        company = session.scalars(select(Record).where(Record.kind == "company")).one()
        assert (company.name, company.data["domain"]) == ("Acme Tools Ltd", "acme.com")
        assert session.get_one(Record, jane).company_id == company.id
    assert "Acme Tools Ltd" not in offered(bob)


def test_the_company_says_what_it_lacks(desk: Desk, jane: str) -> None:
    bob = opened(desk)
    bob.press("Acme")
    assert bob.card["header"]["title"] == "Acme"
    assert offered(bob) == ["Acme Tools Ltd", "https://www.acme.com", "12 Mill Road"]
    bob.press("Accept https://www.acme.com")
    assert bob.card["header"]["title"] == "Acme"
    assert stored(desk, stored(desk, jane).company_id or "").data["website"] == "https://www.acme.com"


def test_a_deal_takes_over_amounts_and_days_with_their_words(desk: Desk, jane: str) -> None:
    with transaction(desk.context.engine) as session:
        session.get_one(Workspace, desk.cast.workspace_id).currency = "USD"
        values = {"name": "Acme renewal", "company": session.get_one(Record, jane).company_id}
        deal = create_deal(session, viewer=desk.cast.bob, values=values, contact_ids=[jane]).id
    bob = opened(desk)
    with transaction(desk.context.engine) as session:
        thread = session.scalars(select(MailThread)).one()
        choose_deal(session, viewer=desk.cast.bob, thread_id=thread.id, deal_id=deal)
    drain(desk.context.engine)
    bob.press("Refresh")
    assert bob.card["header"]["title"] == "Acme renewal"
    assert f"“{SIGNED.splitlines()[0]}”" in texts(bob.card)
    amount, day = offered(bob)
    bob.press(f"Accept {day}")
    bob.press(f"Accept {amount}")
    assert (stored(desk, deal).close_on, stored(desk, deal).amount) == (START, 4_850_000)


def test_a_stranger_finds_the_form_filled_in(desk: Desk) -> None:
    bob = opened(desk)
    values = form_values(bob.card)
    assert {key: values[key] for key in ("name", "title", "phone", "company_name")} == {
        "name": "Jane Roe",
        "title": "Head of IT",
        "phone": "+49301234567",
        "company_name": "Acme Tools Ltd",
    }
    bob.press("Create contact")
    with transaction(desk.context.engine, read_only=True) as session:
        contact = session.scalars(select(Record).where(Record.kind == "contact")).one()
        assert (contact.data["title"], contact.data["phone"]) == ("Head of IT", ["+49301234567"])


def test_a_refused_contact_keeps_the_phone_that_was_typed(desk: Desk) -> None:
    bob = opened(desk)
    bob.press("Create contact", email="no address", phone="12 34")
    assert form_values(bob.card)["phone"] == "12 34"


@pytest.mark.parametrize("other", ["machine", "colleague", "someone else"])
def test_nothing_is_offered_where_the_record_did_not_sign(desk: Desk, jane: str, other: str) -> None:
    bob = desk.sit(desk.cast.bob)
    senders = {"machine": JANE, "colleague": "alice@fairfield.example", "someone else": "Tom Poe <tom@acme.com>"}
    mail = letter(senders[other], f"{BOBS}, {JANE}", body=SIGNED)
    if other == "machine":
        mail["Auto-Submitted"] = "auto-generated"
    bob.open(desk.receive(desk.cast.bob, mail))
    if other == "someone else":
        bob.press("Jane Roe")
    assert offered(bob) == []


def test_who_may_not_change_the_record_is_offered_nothing(desk: Desk, jane: str) -> None:
    bob = opened(desk)
    accept, dismiss = bob.action("Accept Head of IT"), bob.action("Dismiss Head of IT")
    look_only(desk)
    bob.press("Refresh")
    assert offered(bob) == []
    for action in (accept, dismiss):
        bob.answer(action)
    assert stored(desk, jane).data["title"] == "CTO"
    with transaction(desk.context.engine, read_only=True) as session:
        assert session.scalars(select(DismissedProposal)).all() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"record": "x"},
        {"field": "no_such"},
        {"field": "owner", "value": "nobody"},
        {"version": "-1"},
        {"version": "9" * 30},
        {"field": "email", "value": "x" * 999},
    ],
)
def test_a_button_that_was_tampered_with_changes_nothing(desk: Desk, jane: str, wrong: dict[str, Any]) -> None:
    bob = opened(desk)
    action = bob.action("Accept Head of IT")
    kept = [each for each in action["parameters"] if each["key"] not in wrong]
    bob.answer({**action, "parameters": [*kept, *({"key": key, "value": value} for key, value in wrong.items())]})
    record = stored(desk, jane)
    assert (record.data["title"], record.data["email"], record.version) == ("CTO", ["jane@acme.com"], 1)


def test_hostile_signatures_stay_text(desk: Desk, jane: str) -> None:
    signature = "Jane Roe\nDirector of <b>bold</b> <script>x</script>\nEvil & Sons <img src=x> Ltd\n+49 30 1234567\n"
    bob = opened(desk, body=f"Hi\n\n-- \n{signature}")
    assert not any("<script" in str(node.get("text")) or "<img" in str(node.get("text")) for node in nodes(bob.card))
