"""The fictional mail: believable, the same every time, and with everything in it that a mailbox holds."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import orjson
import pytest

from app.demo.mailbox import DemoMessage, demo_messages
from app.demo.mailbox.people import people
from sync.emulator import GmailEmulator
from sync.emulator.render import full_json
from sync.parse import ParsedMessage, parse_message

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
BOB = people()["bob"].email


@pytest.fixture(scope="module")
def messages() -> list[DemoMessage]:
    return list(demo_messages(NOON))


@pytest.fixture(scope="module")
def parsed(messages: list[DemoMessage]) -> list[ParsedMessage]:
    """Bob's mail as Gmail serves it and the parser reads it."""
    gmail = GmailEmulator()
    gmail.add_mailbox(BOB)
    ids = [gmail.deliver(BOB, message.raw, labels=message.labels) for message in messages if message.mailbox == BOB]
    return [parse_message(orjson.loads(full_json(gmail.mailbox(BOB).messages[message_id]))) for message_id in ids]


def read(message: DemoMessage) -> EmailMessage:
    mail = message_from_bytes(message.raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_the_same_now_gives_the_same_bytes(messages: list[DemoMessage]) -> None:
    assert list(demo_messages(NOON)) == messages


def test_bob_has_about_sixty_messages_in_twenty_five_threads(messages: list[DemoMessage]) -> None:
    mine = [message for message in messages if message.mailbox == BOB]
    assert 58 <= len(mine) <= 70
    assert len({message.thread_key for message in mine}) == 25


@pytest.mark.parametrize(
    "now",
    [
        NOON,
        datetime(2026, 11, 28, 3, 0, tzinfo=UTC),
        datetime(2026, 11, 30, 0, 1, tzinfo=UTC),
        datetime(2027, 1, 1, 23, 0, tzinfo=UTC),
    ],
    ids=["midweek", "saturday night", "monday at midnight", "new year"],
)
def test_mail_lies_before_now_and_answers_follow_what_they_answer(now: datetime) -> None:
    seen: set[str] = set()
    for message in demo_messages(now):
        assert now - timedelta(weeks=7) < message.internal_date < now
        mail = read(message)
        assert mail["In-Reply-To"] is None or mail["In-Reply-To"] in seen
        seen.add(mail["Message-ID"])


def test_every_address_is_invented(messages: list[DemoMessage]) -> None:
    domains = {person.email.partition("@")[2] for person in people().values()}
    assert {domain for domain in domains if not domain.endswith(".example")} == {"gmail.com"}


def test_some_mail_has_three_holders(messages: list[DemoMessage]) -> None:
    holders: dict[str, set[str]] = {}
    for message in messages:
        holders.setdefault(read(message)["Message-ID"], set()).add(message.mailbox)
    assert sum(len(owners) == 3 for owners in holders.values()) >= 3
    alice = people()["alice"].email
    assert sum(alice in owners and BOB in owners for owners in holders.values()) >= 6


def test_nothing_in_it_is_malformed(messages: list[DemoMessage]) -> None:
    assert [part.defects for message in messages for part in read(message).walk() if part.defects] == []


def test_the_parser_finds_every_kind_of_mail(parsed: list[ParsedMessage]) -> None:
    kinds = {message.kind.value for message in parsed}
    assert kinds == {"human", "bulk", "bounce", "auto_reply", "invitation", "notification"}
    assert [message.problems for message in parsed if message.problems] == []


def test_the_bounce_names_the_failed_address(parsed: list[ParsedMessage]) -> None:
    bounces = [message.bounce for message in parsed if message.bounce]
    assert [recipient.address for bounce in bounces for recipient in bounce.recipients] == [
        "hugo.castellan@ostra-ceramics.example"
    ]


def test_the_invitation_is_ahead(parsed: list[ParsedMessage]) -> None:
    starts = [message.invitation.start for message in parsed if message.invitation]
    assert len(starts) == 1
    assert starts[0] is not None
    assert starts[0] > NOON


def test_attachments_are_what_they_say(messages: list[DemoMessage]) -> None:
    files = {
        part.get_filename(): part.get_content() for message in messages for part in read(message).iter_attachments()
    }
    pdf = files["contract-veldkamp.pdf"]
    assert pdf.startswith(b"%PDF-1.4")
    table = int(pdf.rpartition(b"startxref\n")[2].split()[0])
    assert pdf[table:].startswith(b"xref")
    assert files["spare-parts-fjordmark.csv"].startswith("part,description,quantity")


@pytest.mark.parametrize("name", ["佐藤 健一", "ليلى حداد", "Zoë Greenleaf 🌱"])
def test_names_of_all_scripts_survive(name: str, parsed: list[ParsedMessage]) -> None:
    assert name in {message.from_.name for message in parsed if message.from_}


def test_visible_text_leaves_quotes_and_signatures_to_the_full_text(parsed: list[ParsedMessage]) -> None:
    newest = max((m for m in parsed if "Harbourlight" in m.full_text), key=lambda m: m.internal_date)
    assert "hard date for us" in newest.visible_text
    assert "nine years old" not in newest.visible_text
