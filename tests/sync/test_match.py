"""Which records a message is linked to, and by which rule."""

import pytest
from sqlalchemy import select

from app.core.database import transaction
from app.records.bin import remove_for_good
from app.records.service import update_record
from app.records.shelf import delete_record, restore_record
from models import Event, Message, Outbox, Participant, Record, TimelineLink, Workspace
from sync.by_hand import link_thread, log_message, unlog_message
from sync.parse import ParsedMessage
from tests.sync.letters import bounce, letter, sent
from tests.sync.office import Office


@pytest.mark.parametrize(
    ("known", "seen"),
    [
        ("dana@customer.example", "DANA@customer.example"),
        ("dana@customer.example", "dana+crm@customer.example"),
        ("dana+new@customer.example", "dana@customer.example"),
        ("dana.diaz@gmail.com", "danadiaz@gmail.com"),
        ("danadiaz@gmail.com", "d.ana.diaz+x@googlemail.com"),
        ("dana@bücher.example", "dana@xn--bcher-kva.example"),
    ],
)
def test_one_address_in_many_spellings(office: Office, known: str, seen: str) -> None:
    contact = office.create("contact", name="Dana", email=known)
    office.receive(office.cast.alice, letter(sender=f"Dana <{seen}>"))

    assert office.rules(contact) == {"The offer": "address"}


def test_dots_count_outside_gmail(office: Office) -> None:
    contact = office.create("contact", name="Dana", email="da.na@customer.example")
    office.receive(office.cast.alice, letter())

    assert office.rules(contact) == {}


def test_two_addresses_one_person(office: Office) -> None:
    contact = office.create("contact", name="Dana", email="dana@customer.example, dana@home.example")
    office.receive(office.cast.alice, letter(subject="work"), letter(subject="home", sender="dana@home.example"))

    assert office.rules(contact) == {"work": "address", "home": "address"}


def test_leads_are_linked_as_contacts_are(office: Office) -> None:
    lead = office.create("lead", name="Dana", email="dana@customer.example")
    office.receive(office.cast.alice, letter())

    assert office.rules(lead) == {"The offer": "address"}


@pytest.mark.parametrize("role", ["to", "cc", "reply_to"])
def test_every_role_of_a_person_counts(office: Office, role: str) -> None:
    contact = office.create("contact", name="Eve", email="eve@other.example")
    words = {"sender": "form@website.example", role: "Eve <eve@other.example>, alice@fairfield.example"}
    office.receive(office.cast.alice, letter(**words))

    assert office.rules(contact) == {"The offer": "address"}


def test_a_contact_brings_its_company_and_a_domain_its_own(office: Office) -> None:
    employer = office.create("company", name="Holding")
    neighbour = office.create("company", name="Customer", domain="customer.example")
    contact = office.create("contact", name="Dana", email="dana@customer.example", company=employer)
    office.receive(office.cast.alice, letter(sender="dana@mail.customer.example", cc="dana@customer.example"))

    assert office.rules(contact) == {"The offer": "address"}
    assert office.rules(employer) == {"The offer": "company"}
    assert office.rules(neighbour) == {"The offer": "domain"}


def test_free_mail_never_tells_a_company(office: Office) -> None:
    company = office.create("company", name="Somebody at Gmail", domain="gmail.com")
    office.receive(office.cast.alice, letter(sender="someone@gmail.com"), sent(to="New Person <new.person@gmail.com>"))
    office.settle()

    assert office.rules(company) == {}
    assert office.records("contact")["New Person"].company_id is None


def test_colleagues_are_never_matched(office: Office) -> None:
    contact = office.create("contact", name="Bob as a contact", email="bob@fairfield.example")
    company = office.create("company", name="Ourselves", domain="fairfield.example")
    office.receive(office.cast.alice, letter(cc="bob@fairfield.example, temp@fairfield.example"))
    office.settle()

    assert office.rules(contact) == office.rules(company) == {}


def test_a_bounce_belongs_to_whom_it_did_not_reach(office: Office) -> None:
    dana = office.create("contact", name="Dana", email="dana@customer.example")
    daemon = office.create("contact", name="Daemon", email="mailer-daemon@googlemail.com")
    office.receive(office.cast.alice, bounce(failed="dana@customer.example"))

    assert list(office.rules(dana).values()) == ["address"]
    assert office.rules(daemon) == {}
    assert [one.address for one in office.all(Participant) if one.role == "failed"] == ["dana@customer.example"]


def test_a_later_record_finds_its_past_mail(office: Office) -> None:
    office.receive(office.cast.alice, letter(subject="one"), letter(subject="two", day=4))
    office.receive(office.cast.bob, letter(subject="three", to="bob@fairfield.example", cc="dana+x@customer.example"))
    office.receive(office.cast.alice, bounce(failed="dana@customer.example", subject="bounced"))
    company = office.create("company", name="Customer", domain="www.customer.example")
    contact = office.create("contact", name="Dana", email="dana@customer.example", company=company)

    office.settle()

    mail = ("one", "two", "three", "bounced")
    assert office.rules(contact) == dict.fromkeys(mail, "address")
    assert office.rules(company).keys() == set(mail)
    [record] = [record for record in office.all(Record) if record.id == contact]
    assert record.last_activity_at == letter(day=4).internal_date
    assert office.all(Outbox) == []


def test_a_later_address_and_a_later_company_find_their_past_mail(office: Office) -> None:
    contact = office.create("contact", name="Dana", email="dana@home.example")
    company = office.create("company", name="Holding")
    office.receive(office.cast.alice, letter(subject="work"))
    with transaction(office.engine) as session:
        values = {"email": "dana@home.example, dana@customer.example"}
        update_record(session, viewer=office.cast.alice, record_id=contact, values=values)
    office.settle()
    assert office.rules(contact) == {"work": "address"}

    with transaction(office.engine) as session:
        update_record(session, viewer=office.cast.alice, record_id=contact, values={"company": company})
    office.settle()
    assert office.rules(company) == {"work": "company"}


def test_mail_passes_by_a_record_in_the_bin_and_is_there_when_it_comes_back(office: Office) -> None:
    contact = office.create("contact", name="Dana", email="dana@customer.example")
    office.receive(office.cast.alice, letter(subject="before"))
    office.settle()
    with transaction(office.engine) as session:
        thread_id = session.scalars(select(Message.thread_id)).one()
        link_thread(session, viewer=office.cast.alice, thread_id=thread_id, record_id=contact)
        delete_record(session, viewer=office.cast.alice, record_id=contact)
    office.receive(office.cast.alice, letter(subject="meanwhile", day=4))
    office.settle()
    assert "meanwhile" not in office.rules(contact)

    with transaction(office.engine) as session:
        restore_record(session, viewer=office.cast.alice, record_id=contact)
    office.settle()
    assert office.rules(contact).keys() == {"before", "meanwhile"}


def test_what_was_removed_for_good_stops_no_event(office: Office) -> None:
    contact = office.create("contact", name="Dana", email="dana@customer.example")
    with transaction(office.engine) as session:
        delete_record(session, viewer=office.cast.alice, record_id=contact)
        remove_for_good(session, viewer=office.cast.alice, record_id=contact)
    office.settle()
    assert office.all(Outbox) == []


def test_another_workspace_finds_nothing_of_ours(office: Office) -> None:
    office.receive(office.cast.alice, letter())
    office.receive(office.cast.mallory, sent(sender="mallory@elsewhere.example", subject="hers"))
    office.settle()

    hers = {record.id for record in office.all(Record) if record.workspace_id == office.cast.mallory.workspace_id}
    titles = {title for record in hers for title in office.rules(record)}
    assert hers
    assert titles == {"hers"}


def test_a_thread_on_a_deal_pulls_past_and_coming_mail(office: Office) -> None:
    alice = office.cast.alice
    company = office.create("company", name="Customer")
    deal = office.create("deal", name="Big deal", company=company)
    office.receive(alice, letter(thread="t", subject="past"), letter(thread="other", subject="apart"))
    _link_thread(office, deal)
    assert office.rules(deal) == office.rules(company) == {"past": "thread"}

    office.receive(alice, letter(thread="t", subject="coming", sender="stranger@new.example", day=1))

    assert office.rules(deal) == office.rules(company) == {"past": "thread", "coming": "thread"}


def test_unlogged_mail_stays_off_whatever_comes(office: Office) -> None:
    alice, mail = office.cast.alice, letter(rfc_id="1@x.example", thread="t", subject="private matter")
    contact = office.create("contact", name="Dana", email="dana@customer.example")
    office.receive(alice, mail, letter(subject="business"))
    with transaction(office.engine) as session:
        unlog_message(session, viewer=alice, message_id=_id_of(office, "private matter"))

    office.receive(alice, mail)
    office.receive(office.cast.bob, letter(rfc_id="1@x.example", thread="u", subject="private matter"))
    deal = office.create("deal", name="Deal")
    _link_thread(office, deal, subject="private matter")
    late = office.create("lead", name="Dana again", email="dana@customer.example")
    office.settle()

    assert office.rules(contact) == office.rules(late) == {"business": "address"}
    assert office.rules(deal) == {}


def test_unlogging_lowers_the_last_activity(office: Office) -> None:
    contact = office.create("contact", name="Dana", email="dana@customer.example")
    office.receive(office.cast.alice, letter(subject="old"), letter(subject="new", day=3))
    with transaction(office.engine) as session:
        unlog_message(session, viewer=office.cast.alice, message_id=_id_of(office, "new"))

    assert {record.id: record.last_activity_at for record in office.all(Record)}[contact] == letter().internal_date


def test_logging_by_hand_takes_an_unlog_back(office: Office) -> None:
    alice = office.cast.alice
    contact = office.create("contact", name="Dana", email="dana@customer.example")
    other = office.create("contact", name="Eve")
    office.receive(alice, letter())
    message = _id_of(office, "The offer")
    with transaction(office.engine) as session:
        unlog_message(session, viewer=alice, message_id=message)
        log_message(session, viewer=alice, message_id=message, record_ids=[contact, other])

    assert office.rules(contact) == office.rules(other) == {"The offer": "hand"}
    assert {link.member_id for link in office.all(TimelineLink)} == {alice.member_id}


def test_logging_after_an_unlog_brings_back_what_the_rules_say(office: Office) -> None:
    alice = office.cast.alice
    employer = office.create("company", name="Holding")
    at_domain = office.create("company", name="Customer", domain="customer.example")
    contact = office.create("contact", name="Dana", email="dana@customer.example", company=employer)
    deal = office.create("deal", name="Big deal")
    office.receive(alice, letter(thread="t"))
    _link_thread(office, deal, subject="The offer")
    office.settle()
    message = _id_of(office, "The offer")
    with transaction(office.engine) as session:
        unlog_message(session, viewer=alice, message_id=message)
    assert office.all(TimelineLink) == []

    with transaction(office.engine) as session:
        log_message(session, viewer=alice, message_id=message, record_ids=[contact])

    rules = {record_id: office.rules(record_id)["The offer"] for record_id in (contact, deal, employer, at_domain)}
    assert rules == {contact: "hand", deal: "thread", employer: "company", at_domain: "domain"}
    [told] = [event for event in office.all(Event) if event.type == "message.logged"]
    assert set(told.data["record_ids"]) == rules.keys()


@pytest.mark.parametrize(
    "mail",
    [
        letter(sender="No Reply <no-reply@shop.example>"),
        sent(to="sales@shop.example"),
        sent(to="no-reply@shop.example"),
        sent(to="team@googlegroups.com"),
        sent(to="bob@fairfield.example, colleague@fairfield.example", cc="x@gmail.com", auto_submitted="auto-replied"),
        sent(to="not an address"),
        letter(),
    ],
)
def test_only_people_we_wrote_to_become_contacts(office: Office, mail: ParsedMessage) -> None:
    office.receive(office.cast.alice, mail)

    assert office.all(Record) == []


def test_a_person_we_wrote_to_becomes_a_contact_of_their_company(office: Office) -> None:
    office.receive(office.cast.alice, letter(subject="before"))
    office.receive(office.cast.bob, sent(sender="bob@fairfield.example", subject="ours"))
    office.settle()

    contact, company = office.records("contact")["Dana Diaz"], office.records("company")["Customer"]
    assert contact.company_id == company.id
    assert (contact.source, contact.owner_id) == ("Email", office.cast.bob.member_id)
    assert contact.territory_id == office.cast.north
    assert office.rules(contact.id) == {"before": "address", "ours": "address"}
    assert office.rules(company.id).keys() == {"before", "ours"}


def test_an_existing_company_is_joined_and_an_existing_person_left_alone(office: Office) -> None:
    company = office.create("company", name="Customer Ltd", domain="customer.example")
    office.create("lead", name="Lena", email="lena@customer.example")
    office.receive(office.cast.alice, sent(cc="Lena <lena@customer.example>"))

    assert office.records("contact")["Dana Diaz"].company_id == company
    assert len(office.all(Record)) == 3


@pytest.mark.parametrize(("policy", "names"), [("none", set()), ("sent_and_received", {"Dana Diaz", "Eve"})])
def test_the_mailbox_may_follow_another_policy(office: Office, policy: str, names: set[str]) -> None:
    office.configure(office.cast.alice, contact_policy=policy)
    office.receive(office.cast.alice, sent(to="Eve <eve@other.example>"), letter(), letter(sender="info@shop.example"))

    assert office.records("contact").keys() == names


def test_a_required_field_leaves_strangers_to_people(office: Office) -> None:
    _require(office, kind="contact", key="phone")
    office.receive(office.cast.alice, sent())

    assert office.records("contact") == {}
    assert len(office.all(Message)) == 1


def test_internal_domains_make_no_contacts(office: Office) -> None:
    with transaction(office.engine) as session:
        workspace = session.get_one(Workspace, office.cast.workspace_id)
        workspace.internal_domains = [*workspace.internal_domains, "sister.example", "gmail.com"]
    office.receive(office.cast.alice, sent(to="sis@sister.example, Friend <friend@gmail.com>"))

    assert office.records("contact").keys() == {"Friend"}


def _id_of(office: Office, subject: str) -> str:
    return str(next(message.id for message in office.all(Message) if message.subject == subject))


def _link_thread(office: Office, record_id: str, subject: str = "past") -> None:
    thread = next(message.thread_id for message in office.all(Message) if message.subject == subject)
    for _ in range(2):
        with transaction(office.engine) as session:
            link_thread(session, viewer=office.cast.alice, thread_id=thread, record_id=record_id)


def _require(office: Office, *, kind: str, key: str) -> None:
    from sqlalchemy import select
    from sqlmodel import col

    from models import FieldDef, Folder

    with transaction(office.engine) as session:
        query = select(FieldDef).join(Folder, col(Folder.id) == col(FieldDef.folder_id))
        for field in session.scalars(query.where(col(Folder.kind) == kind, col(FieldDef.key) == key)):
            field.required = True
