"""Mail that breaks the rules is stored and shown as far as it can be read; nothing crashes."""

from base64 import urlsafe_b64decode

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.emulator import GmailEmulator, Quota
from sync.emulator.mailbox import Message
from sync.emulator.render import attachment_content, format_message
from tests.emulator.conftest import ADDRESS

NESTED = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i) for i in range(300))


def deliver(raw: bytes) -> Message:
    emulator = GmailEmulator(clock=lambda: 1_795_000_000.0, quota=Quota.unlimited())
    emulator.add_mailbox(ADDRESS)
    return emulator.mailbox(ADDRESS).messages[emulator.deliver(ADDRESS, raw)]


def shown(raw: bytes) -> dict:
    message = deliver(raw)
    for form in ("minimal", "metadata", "raw"):
        orjson.loads(format_message(message, form))
    return orjson.loads(format_message(message, "full"))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"no header at all",
        b"Subject: only headers",
        b"From nobody Mon Jan  1 00:00:00 2001\nSubject: mbox line\n\nbody",
        b"Content-Type: text/plain; charset=klingon\n\n\xff\xfe\xfd",
        b'Content-Type: text/plain; charset="utf-8\x00"\n\nbody',
        b"Content-Type: text/plain; charset*=''%ff\n\nbody",
        b"Content-Transfer-Encoding: base64\n\n!!!not base64",
        b"Content-Transfer-Encoding: uuencode\n\nbegin 644 x\n~~~~",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n",
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\n--b--",
        b"Content-Disposition: attachment; filename*=utf-8''%E9%00.pdf\n\nx",
        b"Subject: =?utf-8?B?not_base64?= =?klingon?Q?=FF?=\n\nx",
        b"Date: Mon, 99 Foo 99999 99:99:99 +9999\nSubject: bad date\n\nx",
        b"Date: Tue, 0 Jan 0000 00:00:00\n\nx",
        b"Message-ID: <<<>>>\nReferences: \x00<a>\nIn-Reply-To:\n\nx",
        b"Subject: lone surrogate =?utf-16?B?2AA=?=\n\nx",
        NESTED,
    ],
)
def test_it_is_shown_somehow(raw):
    assert shown(raw)["sizeEstimate"] == len(raw)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"Content-Type: multipart/mixed; boundary=b\n", b"Subject: "]))
def test_no_bytes_can_break_it(body, start):
    shown(start + body)


def test_a_date_that_cannot_be_read_is_the_time_of_arrival():
    assert shown(b"Date: someday\nSubject: x\n\nbody")["internalDate"] == "1795000000000"


def test_raw_eight_bit_headers_are_read_as_utf_8_or_windows_1252():
    headers = shown("Subject: Grüße\nX-Old: Gr".encode() + b"\xfc\xdfe\n\nx")["payload"]["headers"]
    assert [header["value"] for header in headers] == ["Grüße", "Grüße"]


def test_a_bounce_shows_its_report_and_the_returned_message_as_gmail_does():
    raw = (
        b'From: mailer-daemon@x.example\nContent-Type: multipart/report; boundary="b"\n\n'
        b"--b\nContent-Type: text/plain\n\nIt bounced.\n"
        b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nStatus: 5.1.1\n"
        b"--b\nContent-Type: message/rfc822\n\nSubject: Original\n\nOld body\n--b--\n"
    )
    message = deliver(raw)
    text, report, returned = orjson.loads(format_message(message, "full"))["payload"]["parts"]
    assert urlsafe_b64decode(text["body"]["data"]) == b"It bounced."
    assert "parts" not in report
    content = attachment_content(message.raw, report["body"]["attachmentId"])
    assert content is not None
    assert b"Status: 5.1.1" in content
    assert returned["parts"][0]["partId"] == "2.0"
    assert {"name": "Subject", "value": "Original"} in returned["parts"][0]["headers"]


@pytest.mark.parametrize("attachment_id", ["", "ANGjdJ", "ANGjdJ0000000000000000MA==", "x" * 40, "ANGjdJé"])
def test_an_attachment_id_of_no_part_gives_nothing(attachment_id):
    assert attachment_content(b"Subject: x\n\nbody", attachment_id) is None
