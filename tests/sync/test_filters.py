"""What is not stored, and the reason that is recorded."""

import pytest

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import Forbidden, InvalidInput
from app.core.ids import new_id
from app.records.erased import ERASED, fingerprints
from models import ErasedAddress, Erasure, Event, Exclusion, Message, Workspace
from sync.by_hand import exclude, link_thread
from tests.sync.letters import bounce, letter, sent
from tests.sync.office import Office

INTERNAL = ("filtered", "internal: everyone is a colleague")
UNKNOWN = ("filtered", "unknown people: this mailbox stores only mail with a record")


@pytest.mark.parametrize("label", ["DRAFT", "SPAM", "TRASH", "CHAT"])
def test_gmails_own_labels_keep_mail_out(office: Office, label: str) -> None:
    mail = letter(labels=("INBOX", label))
    office.receive(office.cast.alice, mail)

    assert office.outcome(office.cast.alice, mail) == ("filtered", label.lower())
    assert office.all(Message) == []


def test_mail_among_colleagues_stays_out(office: Office) -> None:
    office.configure(office.cast.bob, aliases=["bob@other-name.example"])
    alice = office.cast.alice
    inside = [
        letter(sender="bob@fairfield.example"),
        letter(sender="Bob <bob@other-name.example>"),
        letter(sender="not-a-member@fairfield.example"),
        bounce(failed="carol@fairfield.example", sender="mailer-daemon@fairfield.example"),
    ]
    outside = [
        letter(sender="bob@fairfield.example", cc="dana@customer.example"),
        letter(sender="x@other-name.example"),
        bounce(failed="dana@customer.example", sender="mailer-daemon@fairfield.example"),
        letter(sender="", to=""),
    ]
    office.receive(alice, *inside, *outside)

    assert [office.outcome(alice, mail) for mail in inside] == [INTERNAL] * 4
    assert [office.outcome(alice, mail) for mail in outside] == [("stored", None)] * 4


def test_a_free_mail_domain_is_never_internal(office: Office) -> None:
    with transaction(office.engine) as session:
        session.get_one(Workspace, office.cast.workspace_id).internal_domains = ["gmail.com", "Sub.Fairfield.example"]
    free, own = letter(sender="a@gmail.com"), letter(sender="a@fairfield.example")
    office.receive(office.cast.alice, free, own)

    assert office.outcome(office.cast.alice, free) == ("stored", None)
    assert office.outcome(office.cast.alice, own) == INTERNAL


@pytest.mark.parametrize(
    ("kind", "value", "sender", "reason"),
    [
        ("address", "Eve+x@Other.example", "eve@other.example", "excluded address: eve@other.example"),
        ("address", "e.ve@googlemail.com", "Eve <eve@gmail.com>", "excluded address: eve@gmail.com"),
        ("domain", "Other.example", "x@news.other.example", "excluded domain: other.example"),
        ("domain", "googlemail.com", "x@gmail.com", "excluded domain: gmail.com"),
    ],
)
def test_one_excluded_outsider_keeps_a_message_out(
    office: Office, kind: str, value: str, sender: str, reason: str
) -> None:
    alice, bob = office.cast.alice, office.cast.bob
    stored = letter(sender=sender)
    office.receive(alice, stored)
    with transaction(office.engine) as session:
        exclude(session, viewer=alice, kind=kind, value=value, workspace_wide=False)
    mail, among_others = letter(sender=sender), letter(cc=sender)
    office.receive(alice, mail, among_others)

    assert office.outcome(alice, mail) == office.outcome(alice, among_others) == ("filtered", reason)
    assert office.outcome(alice, stored) == ("stored", None), "history stays"
    office.receive(bob, mail)
    assert office.outcome(bob, mail) == ("stored", None), "an exclusion of one's own is nobody else's"


def test_an_excluded_host_leaves_its_neighbours(office: Office) -> None:
    with transaction(office.engine) as session:
        exclude(session, viewer=office.cast.alice, kind="domain", value="news.other.example", workspace_wide=True)
    news, people = letter(sender="x@news.other.example"), letter(sender="x@other.example")
    office.receive(office.cast.bob, news, people)

    assert office.outcome(office.cast.bob, news) == ("filtered", "excluded domain: news.other.example")
    assert office.outcome(office.cast.bob, people) == ("stored", None)


def test_excluding_twice_is_excluding_once(office: Office) -> None:
    for value in ("eve@other.example", "EVE@other.example"):
        with transaction(office.engine) as session:
            exclude(session, viewer=office.cast.bob, kind="address", value=value, workspace_wide=False)

    assert len(office.all(Exclusion)) == 1
    assert len([event for event in office.all(Event) if event.type == "exclusion.added"]) == 1


def test_only_an_admin_excludes_for_everybody(office: Office) -> None:
    with transaction(office.engine) as session, pytest.raises(Forbidden):
        exclude(session, viewer=office.cast.bob, kind="domain", value="other.example", workspace_wide=True)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("address", "eve"), ("address", "@"), ("domain", "com"), ("domain", ""), ("name", "eve@other.example")],
)
def test_an_exclusion_must_name_something(office: Office, kind: str, value: str) -> None:
    with transaction(office.engine) as session, pytest.raises(InvalidInput):
        exclude(session, viewer=office.cast.alice, kind=kind, value=value, workspace_wide=False)


def test_a_mailbox_may_store_only_mail_under_its_label(office: Office) -> None:
    office.configure(office.cast.alice, mode="labelled", label_id="Label_7")
    with_label, without = letter(labels=("INBOX", "Label_7")), letter()
    office.receive(office.cast.alice, with_label, without)

    assert office.outcome(office.cast.alice, with_label) == ("stored", None)
    assert office.outcome(office.cast.alice, without) == (
        "filtered",
        "not labelled: this mailbox stores only mail under its label",
    )


def test_a_mailbox_may_store_only_mail_with_a_record(office: Office) -> None:
    alice = office.cast.alice
    office.configure(alice, mode="known")
    office.create("contact", name="Dana", email="dana@customer.example")
    office.create("company", name="Other", domain="other.example")
    person, company, stranger = letter(), letter(sender="x@other.example"), sent(to="Stranger <s@strange.example>")
    office.receive(alice, person, company, stranger)

    assert office.outcome(alice, person) == office.outcome(alice, company) == ("stored", None)
    assert office.outcome(alice, stranger) == UNKNOWN


def test_a_thread_put_on_a_deal_is_known(office: Office) -> None:
    alice = office.cast.alice
    deal = office.create("deal", name="Deal")
    office.receive(alice, letter(thread="t", sender="s@strange.example"))
    office.configure(alice, mode="known")
    with transaction(office.engine) as session:
        link_thread(session, viewer=alice, thread_id=office.all(Message)[0].thread_id, record_id=deal)
    reply, apart = letter(thread="t", sender="s@strange.example"), letter(thread="u", sender="s@strange.example")
    office.receive(alice, reply, apart)

    assert office.outcome(alice, reply) == ("stored", None)
    assert office.outcome(alice, apart) == UNKNOWN


def test_what_a_person_asks_for_passes_every_filter(office: Office) -> None:
    alice = office.cast.alice
    office.configure(alice, mode="known")
    mail = [letter(labels=("TRASH",)), letter(sender="bob@fairfield.example"), letter(sender="s@strange.example")]
    office.receive(alice, *mail)
    assert {office.outcome(alice, one)[0] for one in mail} == {"filtered"}

    office.receive(alice, forced=mail)

    assert {office.outcome(alice, one) for one in mail} == {("stored", None)}
    assert sorted(message.direction for message in office.all(Message)) == ["in", "in", "internal"]


def test_who_was_erased_stays_out_even_when_asked_for(office: Office) -> None:
    alice = office.cast.alice
    with transaction(office.engine) as session:
        here, id = {"workspace_id": alice.workspace_id}, new_id()
        session.add(Erasure(id=id, member_id=alice.member_id, started_at=utcnow(), **here))
        session.flush()
        [digest] = fingerprints(office.vault, key="dana@customer.example", **here)
        session.add(ErasedAddress(digest=digest, erasure_id=id, **here))
    mail, asked_for, other = letter(sender="Dana+home@Customer.example"), letter(), letter(sender="x@customer.example")
    office.receive(alice, mail, other, forced=[asked_for])

    assert office.outcome(alice, mail) == office.outcome(alice, asked_for) == ("filtered", ERASED)
    assert office.outcome(alice, other) == ("stored", None)
