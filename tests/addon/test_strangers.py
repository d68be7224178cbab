"""Layout B: a sender who is in no folder yet, and what one click makes of them."""

from sqlmodel import select

from app.core.database import transaction
from app.records.service import create_record
from models import Exclusion, Record, TimelineLink
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import first_widgets, form_values, texts

JANE = "Jane Roe <jane@acme-tools.com>"
BOBS = "bob@fairfield.example"


def test_the_form_is_filled_in_from_the_header_and_the_domain(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    assert form_values(bob.card) == {"name": "Jane Roe", "email": "jane@acme-tools.com", "company_name": "Acme Tools"}


def test_the_first_widget_tells_the_log_state(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    first = first_widgets(bob.card, 1)[0]["decoratedText"]
    assert "Not logged: nobody in it is in Sidenote yet" in first["text"]


def test_no_company_is_proposed_for_free_mail(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter("Jo <jo@gmail.com>", BOBS)))
    assert "company_name" not in form_values(bob.card)
    assert not [text for text in texts(bob.card) if text.startswith("Never log g")]


def test_a_known_company_is_chosen_already(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        values = {"name": "Acme Tools Ltd", "domain": "acme-tools.com"}
        company = create_record(
            session, workspace_id=desk.cast.workspace_id, kind="company", values=values, viewer=desk.cast.bob
        ).id
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    assert form_values(bob.card)["company"] == [company]
    bob.press("Create contact")
    with transaction(desk.context.engine) as session:
        jane = session.scalars(select(Record).where(Record.kind == "contact")).one()
        assert (jane.name, jane.company_id, jane.owner_id) == ("Jane Roe", company, desk.cast.bob.member_id)


def test_one_click_makes_contact_and_company_and_logs_the_email(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    bob.press("Create contact", title="Head of IT")
    assert bob.notice == "Jane Roe is now in Sidenote"
    assert bob.state_changed
    assert bob.card["header"] == {"title": "Jane Roe", "subtitle": "Head of IT at Acme Tools"}
    assert "Logged to Acme Tools, Jane Roe" in texts(bob.card)
    with transaction(desk.context.engine) as session:
        company = session.scalars(select(Record).where(Record.kind == "company")).one()
        assert company.data["domain"] == "acme-tools.com"
        assert {link.record_id for link in session.scalars(select(TimelineLink))} >= {company.id}


def test_a_refused_form_keeps_what_was_typed(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    bob.press("Create contact", name="Jane R.", email="not-an-address")
    assert bob.notice is None
    assert form_values(bob.card)["name"] == "Jane R."
    assert form_values(bob.card)["email"] == "not-an-address"
    assert any("not-an-address is not an email address" in text for text in texts(bob.card))
    bob.press("Create contact", email="jane@acme-tools.com")
    assert bob.notice == "Jane R. is now in Sidenote"


def test_a_cleared_name_is_refused(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    bob.press("Create contact", name="  ")
    assert "Name: please fill this in." in texts(bob.card)


def test_people_of_the_same_name_come_before_the_form(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        values = {"name": "ROE, Jane", "email": "jane.roe@gmail.com"}
        known = create_record(
            session, workspace_id=desk.cast.workspace_id, kind="contact", values=values, viewer=desk.cast.bob
        ).id
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    said = texts(bob.card)
    assert said.index("Already in Sidenote?") < said.index("Create contact")
    bob.press("Same person")
    assert bob.notice == "jane@acme-tools.com now belongs to ROE, Jane"
    assert bob.card["header"]["title"] == "ROE, Jane"
    with transaction(desk.context.engine) as session:
        assert session.get_one(Record, known).data["email"] == ["jane.roe@gmail.com", "jane@acme-tools.com"]


def test_another_members_contact_of_that_name_stays_unseen(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        create_record(
            session,
            workspace_id=desk.cast.workspace_id,
            kind="contact",
            values={"name": "Jane Roe"},
            viewer=desk.cast.carol,
        )
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    assert "Already in Sidenote?" not in texts(bob.card)


def test_newsletters_keep_the_form_folded(desk: Desk) -> None:
    mail = letter("Shop News <news@shop.example.com>", BOBS)
    mail["List-Unsubscribe"] = "<https://shop.example.com/u>"
    mail["Precedence"] = "bulk"
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, mail))
    form = next(part for part in bob.card["sections"] if part.get("header") == "New contact")
    assert form["collapsible"]
    assert form["uncollapsibleWidgetsCount"] == 0


def test_a_sender_or_domain_is_never_logged_again(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS))
    bob.open(gmail_id)
    bob.press("Never log this sender")
    assert "You never log jane@acme-tools.com" in texts(bob.card)
    assert "Never log this sender" not in texts(bob.card)
    bob.press("Never log acme-tools.com")
    assert "You never log acme-tools.com" in texts(bob.card)
    assert "Never log acme-tools.com" not in texts(bob.card)
    assert bob.notice == "New mail with acme-tools.com stays out of Sidenote"
    with transaction(desk.context.engine) as session:
        kept = {(one.kind, one.value, one.member_id) for one in session.scalars(select(Exclusion))}
    me = desk.cast.bob.member_id
    assert kept == {("address", "jane@acme-tools.com", me), ("domain", "acme-tools.com", me)}
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="Later")))
    assert "Not logged: you never log jane@acme-tools.com" in texts(bob.card)


def test_an_address_has_one_contact(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    create = bob.action("Create contact")
    bob.click(create)
    again = {**create, "parameters": [{**each} for each in create["parameters"]]}
    for each in again["parameters"]:
        if each["key"] == "n":
            each["value"] = "0" * 26
    bob.click(again, name="Jane Twice", email="Jane+sales@ACME-tools.com")
    assert bob.notice == "Jane+sales@ACME-tools.com is in Sidenote already, looked after by Bob Berg."
