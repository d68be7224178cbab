"""The search operators that a sync uses, and the rule that nothing typed is an error."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import orjson
import pytest

from sync.emulator import GmailEmulator, Quota
from sync.emulator.wire import Request
from tests.emulator.conftest import ADDRESS, START, Clock
from tests.emulator.mail import compose

DAY = 86_400_000
NOW = int(START * 1000)


@pytest.fixture(scope="module")
def searched():
    emulator = GmailEmulator(clock=Clock(), quota=Quota.unlimited())
    emulator.add_mailbox(ADDRESS)

    def put(subject, days, labels=("INBOX",), **mail):
        emulator.deliver(ADDRESS, compose(subject, **mail), labels=labels, internal_date=NOW - days * DAY)

    put("offer", 1, ["INBOX", "UNREAD"], sender="Dana <dana@acme.example>", message_id="<offer@acme.example>")
    put("invoice", 10, ["INBOX", "Clients/Big Co"], sender="Bill <bill@acme.example>", files={"Invoice-7.PDF": b"x"})
    put("newsletter", 40, ["INBOX", "CATEGORY_PROMOTIONS"], sender="News <news@shop.example>", text="hot deals today")
    put("reply", 2, ["SENT"], sender=f"Alice <{ADDRESS}>", to="Dana <dana@acme.example>", text="見積書を送ります")
    put("chatter", 3, ["CHAT"], sender="Bot <bot@fairfield.example>")
    put("prize", 4, ["SPAM"], sender="Eve <eve@spam.example>")
    put("old", 400, ["STARRED"], sender="Zed <zed@old.example>", text="dealsmaker")
    return emulator


@pytest.mark.parametrize(
    ("q", "subjects"),
    [
        ("from:acme.example", "offer invoice"),
        ("from:(dana bill)", ""),
        ("from:{dana bill}", "offer invoice"),
        ("to:dana@acme.example", "reply"),
        ("subject:invoice", "invoice"),
        ('subject:"invoice"', "invoice"),
        ("in:sent", "reply"),
        ("in:inbox is:unread", "offer"),
        ("is:read in:inbox", "invoice newsletter"),
        ("is:starred", "old"),
        ("label:clients-big-co", "invoice"),
        ("-in:chats -category:promotions", "offer reply invoice old"),
        ("-from:acme.example -in:chats", "reply newsletter old"),
        ("in:spam", "prize"),
        ("in:anywhere from:eve", "prize"),
        ("subject:offer OR subject:newsletter", "offer newsletter"),
        ("{subject:offer subject:newsletter}", "offer newsletter"),
        ("(subject:offer OR subject:reply) is:unread", "offer"),
        ("subject:offer OR subject:invoice is:unread", "offer"),
        ("newer_than:5d -in:chats", "offer reply"),
        ("older_than:1y", "old"),
        (f"after:{NOW // 1000 - 5 * 86_400} in:inbox", "offer"),
        (f"before:{NOW // 1000 - 300 * 86_400}", "old"),
        ("has:attachment", "invoice"),
        ("filename:pdf", "invoice"),
        ("filename:invoice-7.pdf", "invoice"),
        ("rfc822msgid:<offer@acme.example>", "offer"),
        ("rfc822msgid:offer@acme.example", "offer"),
        ("deals", "newsletter"),
        ('"hot deals"', "newsletter"),
        ('"deals hot"', ""),
        ("見積書", "reply"),
        ("larger:1M", ""),
        ("smaller:1M is:starred", "old"),
        ("unheard:of", ""),
        ("label:nowhere", ""),
    ],
)
def test_a_query_finds(searched, q, subjects):
    assert found(searched, q) == subjects.split()


@pytest.mark.parametrize(
    "q", ["(", "))", '"', "-", "OR", "from:", "{-}", "after:yesterday", "older_than:x", "a OR", ":", "-("]
)
def test_no_query_is_an_error(searched, q):
    assert search(searched, q).status == 200


def test_dates_are_midnight_in_california():
    emulator = GmailEmulator(quota=Quota.unlimited())
    emulator.add_mailbox(ADDRESS)
    for hour in (6, 8):
        emulator.deliver(ADDRESS, compose(f"at-{hour}"), internal_date=datetime(2026, 11, 2, hour, tzinfo=UTC))
    assert found(emulator, "after:2026/11/02") == ["at-8"]
    assert found(emulator, "before:2026-11-02") == ["at-6"]


def found(emulator, q):
    messages = orjson.loads(search(emulator, q).body).get("messages", [])
    return [emulator.mailbox(ADDRESS).messages[message["id"]].subject for message in messages]


def search(emulator, q):
    token = emulator.tokens.issue(ADDRESS, ["https://mail.google.com/"])
    headers = {"authorization": f"Bearer {token}"}
    return emulator.answer(Request("GET", "/gmail/v1/users/me/messages", urlencode({"q": q}), headers, b""))
