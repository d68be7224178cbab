"""Mail enters the store: once, in its thread, with everything that hangs on it."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.core.database import transaction
from models import (
    Attachment,
    Correspondent,
    Event,
    MailboxMessage,
    MailThread,
    Message,
    MessageBody,
    Participant,
    Record,
    TimelineEntry,
    TimelineLink,
)
from sync.ingest import record_failed, record_gone, update_labels
from sync.parse import ParsedMessage, parse_message
from tests.sync.letters import letter, resource, sent
from tests.sync.office import Office

EVERYTHING = (
    Attachment,
    Correspondent,
    Event,
    MailboxMessage,
    MailThread,
    Message,
    MessageBody,
    Participant,
    Record,
    TimelineEntry,
    TimelineLink,
)


def test_a_letter_is_stored_with_body_participants_and_entry(office: Office) -> None:
    alice = office.cast.alice
    mail = letter(cc="Eve Ek <eve@other.example>", text="When can you deliver?\n\nOn Monday Alice wrote:\n> Soon.")

    office.receive(alice, mail)

    [message] = office.all(Message)
    [body] = office.all(MessageBody)
    [entry] = office.all(TimelineEntry)
    assert (message.direction, message.kind, message.subject) == ("in", "human", "The offer")
    assert message.sent_at == mail.internal_date
    assert "When can you deliver?" in body.visible_text
    assert "Soon." in body.full_text
    assert {(p.role, p.address) for p in office.all(Participant)} == {
        ("from", "dana@customer.example"),
        ("to", "alice@fairfield.example"),
        ("cc", "eve@other.example"),
    }
    assert (entry.type, entry.title, entry.message_id) == ("email", "The offer", message.id)
    assert entry.data["from_name"] == "Dana Diaz"
    assert office.outcome(alice, mail) == ("stored", None)


def test_our_own_mail_is_outgoing_whether_labelled_sent_or_not(office: Office) -> None:
    office.configure(office.cast.alice, aliases=["sales@fairfield-group.example"])
    office.receive(
        office.cast.alice,
        sent(subject="labelled"),
        sent(subject="alias", sender="Sales <sales@fairfield-group.example>", labels=("INBOX",)),
        sent(subject="colleague", sender="bob@fairfield.example", labels=("INBOX",)),
        sent(subject="unknown alias", sender="a.adams@elsewhere.example"),
    )

    assert {message.direction for message in office.all(Message)} == {"out"}
    actors = {entry.title: entry.actor_id for entry in office.all(TimelineEntry)}
    assert actors["colleague"] == office.cast.bob.member_id
    assert actors["alias"] == office.cast.alice.member_id


def test_storing_again_changes_nothing(office: Office) -> None:
    mail = [sent(thread="a"), letter(thread="a", day=1), letter(labels=("SPAM",)), letter(cc="eve@gmail.com")]
    office.receive(office.cast.alice, *mail)
    before = _everything(office)

    office.receive(office.cast.alice, *mail)
    office.receive(office.cast.alice, mail[0], mail[0])

    assert _everything(office) == before


def test_stored_mail_only_gets_its_labels(office: Office) -> None:
    first = letter(labels=("INBOX", "UNREAD"))
    office.receive(office.cast.alice, first)
    office.receive(office.cast.alice, _relabelled(first, ("TRASH",)))

    [copy] = office.all(MailboxMessage)
    assert (copy.outcome, copy.labels) == ("stored", ["TRASH"])


def test_a_draft_is_stored_once_it_is_sent(office: Office) -> None:
    alice = office.cast.alice
    draft = sent(labels=("DRAFT",))
    office.receive(alice, draft)
    assert office.outcome(alice, draft) == ("filtered", "draft")

    with transaction(office.engine) as session:
        again = update_labels(session, office.mailbox(session, alice), {draft.gmail_id: (["SENT"], ["DRAFT"])})
    assert again == {draft.gmail_id}
    office.receive(alice, _relabelled(draft, ("SENT",)))

    assert office.outcome(alice, draft) == ("stored", None)


def test_label_changes_reach_known_messages_only(office: Office) -> None:
    mail = letter(labels=("INBOX", "UNREAD"))
    office.receive(office.cast.alice, mail)
    with transaction(office.engine) as session:
        changes = {mail.gmail_id: (["STARRED"], ["UNREAD"]), "ffff": (["INBOX"], [])}
        assert update_labels(session, office.mailbox(session, office.cast.alice), changes) == set()

    [copy] = office.all(MailboxMessage)
    assert copy.labels == ["INBOX", "STARRED"]


def test_mail_deleted_in_gmail_stays_on_the_timeline(office: Office) -> None:
    alice = office.cast.alice
    contact = office.create("contact", name="Dana", email="dana@customer.example")
    mail = letter()
    office.receive(alice, mail)
    with transaction(office.engine) as session:
        record_gone(session, office.mailbox(session, alice), [mail.gmail_id, "never-seen"])

    assert office.outcome(alice, mail) == ("gone", "deleted in Gmail")
    assert office.rules(contact) == {"The offer": "address"}
    assert {copy.gmail_id for copy in office.all(MailboxMessage)} == {mail.gmail_id, "never-seen"}


def test_a_failure_is_recorded_but_never_over_stored_mail(office: Office) -> None:
    alice = office.cast.alice
    good, bad = letter(), letter()
    office.receive(alice, good)
    with transaction(office.engine) as session:
        for mail in (good, bad):
            record_failed(
                session,
                office.mailbox(session, alice),
                mail.gmail_id,
                gmail_thread_id=mail.gmail_thread_id,
                reason="HTTP 500",
                attempts=5,
            )

    assert office.outcome(alice, good) == ("stored", None)
    assert office.outcome(alice, bad) == ("failed", "HTTP 500")
    office.receive(alice, bad)
    assert office.outcome(alice, bad) == ("stored", None)


def test_one_event_tells_of_each_new_message(office: Office) -> None:
    alice, bob = office.cast.alice, office.cast.bob
    mail = sent(rfc_id="once@fairfield.example")
    office.receive(alice, mail, backfill=True)
    office.receive(bob, sent(rfc_id="once@fairfield.example", labels=("INBOX",)))

    [event] = [event for event in office.all(Event) if event.type == "message.stored"]
    [message] = office.all(Message)
    assert event.subject_id == message.id
    assert event.data == {"backfill": True, "direction": "out", "kind": "human"}


@pytest.mark.parametrize(
    "damage",
    [
        {"payload": None},
        {"payload": {}},
        {
            "payload": {
                "headers": [{"name": "From", "value": "a\0b <a\0@b\0.example>"}, {"name": "To", "value": "\ud800"}]
            }
        },
        {"payload": {"headers": [{"name": "From", "value": "x" * 5000 + "@" + "y" * 5000 + ".example"}]}},
        {"payload": {"headers": [{"name": "Message-ID", "value": "<" + "i" * 20_000 + "@x.example>"}]}},
        {"payload": {"headers": [{"name": "References", "value": " ".join(f"<{n}@x.example>" for n in range(3000))}]}},
        {
            "payload": {
                "headers": [
                    {"name": "From", "value": "undisclosed"},
                    {"name": "To", "value": "Undisclosed recipients:;"},
                ]
            }
        },
        {"payload": {"headers": [{"name": "Subject", "value": "s" * 100_000}]}},
        {"internalDate": "not a number", "snippet": "\0"},
    ],
)
def test_broken_mail_is_stored_as_far_as_it_can_be_read(office: Office, damage: dict[str, object]) -> None:
    broken = parse_message({**resource(0x18BF), **damage})
    whole = letter()

    office.receive(office.cast.alice, broken, whole)

    assert office.outcome(office.cast.alice, broken) == ("stored", None)
    assert office.outcome(office.cast.alice, whole) == ("stored", None)


def test_activity_is_the_latest_mail(office: Office) -> None:
    contact = office.create("contact", name="Dana", email="dana@customer.example")
    newest = letter(day=9)
    office.receive(office.cast.alice, newest, letter(day=3))
    office.receive(office.cast.alice, letter(day=5))

    with transaction(office.engine, read_only=True) as session:
        last = session.scalar(select(col(Record.last_activity_at)).where(col(Record.id) == contact))
    assert last == newest.internal_date


def _everything(office: Office) -> list[str]:
    """All rows; when a filtered message was last judged is not among what matters."""
    return sorted(
        f"{model} {row.model_dump(exclude={'recorded_at'})}" for model in EVERYTHING for row in office.all(model)
    )


def _relabelled(message: ParsedMessage, labels: tuple[str, ...]) -> ParsedMessage:
    return replace(message, label_ids=labels)
