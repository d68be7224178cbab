"""Mail for tests: Gmail `users.messages` resources made of a few words, parsed as the sync would."""

import base64
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from sync.parse import ParsedMessage, parse_message

FIRST_DAY = 1_700_000_000_000
"""Epoch milliseconds of the first letter; each `day` is one later."""

_numbers = count(0x18C0_0000_0000_0000)


def letter(
    *,
    sender: str = "Dana Diaz <dana@customer.example>",
    to: str = "alice@fairfield.example",
    subject: str = "The offer",
    text: str = "When can you deliver?",
    labels: Sequence[str] = ("INBOX",),
    thread: str | None = None,
    rfc_id: str | None = None,
    day: int = 0,
    **headers: str,
) -> ParsedMessage:
    """A message under a Gmail id of its own; headers as keywords, e.g. `cc="…"`, `in_reply_to="<…>"`."""
    number = next(_numbers)
    named = {"from": sender, "to": to, "subject": subject, "date": f"day {day}"}
    named |= {"message-id": f"<{rfc_id or f'letter-{number}@customer.example'}>"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    return parse_message(
        resource(number, headers=named, text=text, labels=labels, thread=thread, epoch_ms=FIRST_DAY + day * 86_400_000)
    )


def sent(**words: Any) -> ParsedMessage:
    """A letter that Alice wrote to Dana."""
    own = {"sender": "alice@fairfield.example", "to": "Dana Diaz <dana@customer.example>", "labels": ("SENT",)}
    return letter(**{**own, **words})


def resource(
    number: int,
    *,
    headers: Mapping[str, str] = {},
    text: str = "Hello",
    labels: Sequence[str] = ("INBOX",),
    thread: str | None = None,
    epoch_ms: int = FIRST_DAY,
) -> dict[str, Any]:
    """What Gmail's API answers for a plain-text message."""
    return {
        "id": f"{number:x}",
        "threadId": thread or f"{number:x}",
        "historyId": str(number),
        "labelIds": list(labels),
        "internalDate": str(epoch_ms),
        "snippet": text[:100],
        "payload": {
            "partId": "",
            "mimeType": "text/plain",
            "filename": "",
            "headers": [{"name": name.title(), "value": value} for name, value in headers.items() if value],
            "body": {"size": len(text), "data": base64.urlsafe_b64encode(text.encode()).decode()},
        },
    }


def bounce(
    *, failed: str, sender: str = "Mail Delivery Subsystem <mailer-daemon@googlemail.com>", **words: Any
) -> ParsedMessage:
    """Gmail's report that a letter did not reach `failed`."""
    report = f"Address not found\n\nYour message wasn't delivered to {failed} because the address couldn't be found.\n"
    return letter(
        **{
            "sender": sender,
            "subject": "Delivery Status Notification (Failure)",
            "text": report,
            "x_failed_recipients": failed,
            "auto_submitted": "auto-replied",
            **words,
        }
    )
