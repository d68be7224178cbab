"""What a mail offers to records: what they lack, never a silent change, and only of mail that one may read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import Forbidden, NotFound
from app.core.hot import Reader, reading
from app.records.fields.formats import Formats
from app.records.schema import Schema, schema_of
from app.records.seen import Seen, seen_by_id
from app.records.service import update_record
from app.workspaces.access import Viewer
from models import FieldDef, Folder, Record
from sync.proposals import Letter, Proposal, Why, dismiss, proposals_for, propose
from sync.proposals.amounts import amounts_in
from sync.proposals.days import days_in
from tests.cast import granted
from tests.sync.letters import letter
from tests.sync.office import Office

SIGNED = """We can start on 12 March 2031, at the latest next Friday, if the total stays at €48,500.00.

Best regards,
Dana Diaz
Head of Purchasing
Customer Tools Ltd
12 Mill Road
Tel. +49 30 1234567
www.customer.example
https://www.linkedin.com/in/danadiaz"""
DANA = {"name": "Dana Diaz", "address": "dana@customer.example"}
SENT_ON = date(2027, 3, 10)
"""A Wednesday."""


def test_a_contact_is_offered_what_their_signature_says(office: Office) -> None:
    contact = office.create("contact", name="Dana", email="dana@customer.example")
    offered = {one.field_key: one for one in _offered(office, contact, SIGNED)}

    assert {key: one.value for key, one in offered.items()} == {
        "name": "Dana Diaz",
        "title": "Head of Purchasing",
        "phone": "+49301234567",
        "company": "Customer Tools Ltd",
        "linkedin": "https://www.linkedin.com/in/danadiaz",
        "address": "12 Mill Road",
    }
    assert {one.why for one in offered.values()} == {Why.SIGNATURE}
    assert (offered["name"].current, offered["title"].current) == ("Dana", "")


def test_what_is_accepted_is_not_offered_again(office: Office) -> None:
    for kind in ("contact", "lead", "company", "deal"):
        values = {"contact": {"email": DANA["address"]}, "lead": {"email": DANA["address"]}, "deal": {}}
        record = office.create(kind, name="Customer", **values.get(kind, {"domain": "customer.example"}))
        offered = {one.field_key: one.value for one in _offered(office, record, SIGNED) if one.field_key != "company"}
        assert offered
        with transaction(office.engine) as session:
            update_record(session, viewer=office.cast.alice, record_id=record, values=offered)
        left = {one.field_key for one in _offered(office, record, SIGNED)}
        assert left.isdisjoint(set(offered) - {"amount", "close_on"})


def test_a_value_that_stands_there_is_replaced_only_by_newer_mail(office: Office) -> None:
    contact = office.create("contact", name="Dana Diaz", email=DANA["address"], title="Buyer", address="1 Old Street")
    older, newer = utcnow() - timedelta(days=400), utcnow() + timedelta(days=1)

    assert "title" not in {one.field_key for one in _offered(office, contact, SIGNED, sent_at=older)}
    title = next(one for one in _offered(office, contact, SIGNED, sent_at=newer) if one.field_key == "title")
    assert (title.current, title.shown) == ("Buyer", "Head of Purchasing")
    assert "address" not in {one.field_key for one in _offered(office, contact, SIGNED, sent_at=newer)}


def test_phone_numbers_are_added_and_none_is_lost(office: Office) -> None:
    contact = office.create("contact", name="Dana Diaz", email=DANA["address"], phone="+49 170 7654321")
    phone = next(one for one in _offered(office, contact, SIGNED) if one.field_key == "phone")

    assert (phone.value, phone.shown, phone.current) == ("+491707654321; +49301234567", "+49301234567", "")
    known = office.create("contact", name="Dana Diaz", email=DANA["address"], phone="030 1234567")
    assert "phone" not in {one.field_key for one in _offered(office, known, SIGNED)}


def test_a_signature_says_nothing_of_anyone_else(office: Office) -> None:
    other = office.create("contact", name="Dan", email="dan@customer.example")
    elsewhere = office.create("company", name="Elsewhere", domain="elsewhere.example")
    nameless = office.create("contact", name="Dana")

    assert [_offered(office, record, SIGNED) for record in (other, elsewhere, nameless)] == [[], [], []]


def test_a_company_is_named_by_its_people_where_its_name_was_a_guess(office: Office) -> None:
    guessed = office.create("company", name="Customer", domain="customer.example")
    offered = {one.field_key: one.value for one in _offered(office, guessed, SIGNED)}
    assert offered == {
        "name": "Customer Tools Ltd",
        "website": "https://www.customer.example",
        "address": "12 Mill Road",
    }
    named = office.create("company", name="Customer Holding", domain="customer.example")
    assert "name" not in {one.field_key for one in _offered(office, named, SIGNED)}


def test_a_deal_is_offered_days_and_amounts_with_the_words_around(office: Office) -> None:
    deal = office.create("deal", name="Deal")
    sent_at = datetime(2031, 3, 5, 9, tzinfo=UTC)
    offered = _offered(office, deal, SIGNED, sent_at=sent_at)

    assert [(one.field_key, one.value) for one in offered] == [
        ("amount", "48500.00"),
        ("close_on", "2031-03-12"),
        ("close_on", "2031-03-14"),
    ]
    assert all(one.why == Why.TEXT and one.quote in SIGNED.splitlines()[0] for one in offered)
    later = _offered(office, deal, SIGNED, sent_at=datetime(2032, 1, 1, tzinfo=UTC))
    assert [one.value for one in later if one.field_key == "close_on"] == ["2032-01-09"]


def test_fields_that_a_role_may_not_fill_in_are_not_offered(office: Office) -> None:
    contact = office.create("contact", name="Dana", email=DANA["address"])
    with transaction(office.engine, read_only=True) as session:
        record = session.get_one(Record, contact)
        schema = schema_of(session, folder=session.get_one(Folder, record.folder_id))
        fields = tuple(field for field in schema.fields if field.key != "title")
        limited = type(schema)(schema.folder, fields, frozenset({"phone", "company"}))
        offered = propose(Letter(SIGNED, **DANA, sent_at=utcnow()), record=record, schema=limited, formats=Formats())
    assert {one.field_key for one in offered} == {"name", "linkedin", "address"}


def test_only_mail_that_ones_mailbox_holds_is_offered_from_in_one_statement(office: Office) -> None:
    contact = office.create("contact", name="Dana", email=DANA["address"])
    mail = letter(text=SIGNED)
    office.receive(office.cast.alice, mail)
    with reading(office.engine) as reader:
        seen, before = _seen(office, contact), reader.statements
        mine = _offered_from(office, reader, office.cast.alice, mail.gmail_id, seen)
        assert reader.statements == before + 1
        others = _offered_from(office, reader, office.cast.bob, mail.gmail_id, seen)
    assert {one.field_key for one in mine} >= {"name", "title", "phone"}
    assert others == []


def test_what_was_dismissed_is_not_offered_for_that_record_again(office: Office) -> None:
    contact = office.create("contact", name="Dana", email=DANA["address"])
    mail = letter(text=SIGNED)
    office.receive(office.cast.alice, mail)
    with reading(office.engine) as reader:
        offered = {
            one.field_key: one
            for one in _offered_from(office, reader, office.cast.alice, mail.gmail_id, _seen(office, contact))
        }
        with transaction(office.engine) as session:
            for key in ("title", "phone"):
                what = {"record_id": contact, "field_key": key, "value": offered[key].offered}
                dismiss(session, viewer=office.cast.alice, **what)
                dismiss(session, viewer=office.cast.alice, **what)
            update_record(session, viewer=office.cast.alice, record_id=contact, values={"phone": "+49 170 7654321"})
        left = _offered_from(office, reader, office.cast.alice, mail.gmail_id, _seen(office, contact))
    assert {one.field_key for one in left} == set(offered) - {"title", "phone"}


def test_who_may_not_change_a_record_dismisses_nothing_for_it(office: Office) -> None:
    contact = office.create("contact", name="Dana", email=DANA["address"])
    with transaction(office.engine) as session:
        what = {"record_id": contact, "field_key": "title", "value": "CTO"}
        with pytest.raises(Forbidden):
            dismiss(session, viewer=granted(office.cast.bob, read="all", edit="none"), **what)
        with pytest.raises(NotFound):
            dismiss(session, viewer=office.cast.mallory, **what)


def test_what_a_program_wrote_is_not_offered(office: Office) -> None:
    contact = office.create("contact", name="Dana", email=DANA["address"])
    mail = letter(text=SIGNED, auto_submitted="auto-replied")
    office.receive(office.cast.alice, mail)
    with reading(office.engine) as reader:
        assert _offered_from(office, reader, office.cast.alice, mail.gmail_id, _seen(office, contact)) == []


def test_of_a_very_long_mail_the_beginning_and_the_signature_are_read(office: Office) -> None:
    contact = office.create("contact", name="Dana", email=DANA["address"])
    mail = letter(text="We talked at length. " * 4000 + "\n\n" + SIGNED)
    office.receive(office.cast.alice, mail)
    with reading(office.engine) as reader:
        offered = _offered_from(office, reader, office.cast.alice, mail.gmail_id, _seen(office, contact))
    assert {one.field_key for one in offered} >= {"title", "phone"}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("by 2027-04-01.", [date(2027, 4, 1)]),
        ("bis 12.03.2027 bitte", [date(2027, 3, 12)]),
        ("on 12 March 2027", [date(2027, 3, 12)]),
        ("on March 12th, 2027", [date(2027, 3, 12)]),
        ("am 12. März 2027", [date(2027, 3, 12)]),
        ("le 1er avril", [date(2027, 4, 1)]),
        ("el 12 de marzo de 2028", [date(2028, 3, 12)]),
        ("до 12 квітня 2027", [date(2027, 4, 12)]),
        ("2027年3月12日", [date(2027, 3, 12)]),
        ("on 2 February", [date(2028, 2, 2)]),
        ("next Friday", [date(2027, 3, 19)]),
        ("nächsten Montag", [date(2027, 3, 15)]),
        ("vendredi prochain", [date(2027, 3, 19)]),
        ("наступної п’ятниці", [date(2027, 3, 19)]),
        ("下週五", [date(2027, 3, 19)]),
        ("on 03/04/2027 or 31.02.2027, v1.2.2027.1, you may 12345, Friday", []),
    ],
)
def test_days_are_found_where_no_one_doubts_which_are_meant(text: str, days: list[date]) -> None:
    assert [day for day, _ in days_in(text, written_on=SENT_ON)] == days


@pytest.mark.parametrize(
    ("currency", "text", "amounts"),
    [
        ("EUR", "the total is €48,500.00 net", [4_850_000]),
        ("EUR", "Summe 48.500,50 EUR", [4_850_050]),
        ("EUR", "about €1.5M or 20k €", [150_000_000, 2_000_000]),
        ("USD", "we have $12,000 and €9", [1_200_000]),
        ("JPY", "¥120000", [120_000]),
        ("TWD", "NT$3,000", [300_000]),
        ("EUR", "call 0301234567, in 2027, 5 EUROPEANS, €0, EUR", []),
    ],
)
def test_amounts_count_with_their_currency(currency: str, text: str, amounts: list[int]) -> None:
    field = FieldDef(
        id="f",
        workspace_id="w",
        folder_id="o",
        key="amount",
        name="Amount",
        type="currency",
        position=1,
        options={"currency": currency},
    )
    assert [amount for amount, _ in amounts_in(text, field=field)] == amounts


@given(st.text(alphabet="0123456789.,€$ kM-MarchEUR/年月日\n", max_size=400))
def test_no_text_breaks_the_reading_of_days_and_amounts(text: str) -> None:
    field = FieldDef(
        id="f",
        workspace_id="w",
        folder_id="o",
        key="amount",
        name="Amount",
        type="currency",
        position=1,
        options={"currency": "EUR"},
    )
    assert all(0 < amount <= 10**17 for amount, _ in amounts_in(text, field=field))
    assert all(text[at : at + 1] for _, at in days_in(text, written_on=SENT_ON))


def _offered(office: Office, record_id: str, text: str, *, sent_at: datetime | None = None) -> list[Proposal]:
    with transaction(office.engine, read_only=True) as session:
        record, schema = _known(session, office.cast.alice, record_id)
        sent = Letter(text, **DANA, sent_at=sent_at or utcnow() - timedelta(days=400))
        return propose(sent, record=record, schema=schema, formats=Formats())


def _offered_from(office: Office, reader: Reader, viewer: Viewer, gmail_id: str, record: Seen) -> list[Proposal]:
    with transaction(office.engine, read_only=True) as session:
        _, schema = _known(session, office.cast.alice, record.id)
    return proposals_for(reader, viewer=viewer, gmail_id=gmail_id, record=record, schema=schema, formats=Formats())


def _seen(office: Office, record_id: str) -> Seen:
    with reading(office.engine) as reader:
        seen = seen_by_id(reader, viewer=office.cast.alice, record_id=record_id)
    assert seen
    return seen


def _known(session: Session, viewer: Viewer, record_id: str) -> tuple[Record, Schema]:
    record = session.get_one(Record, record_id)
    return record, schema_of(session, folder=session.get_one(Folder, record.folder_id), viewer=viewer)
