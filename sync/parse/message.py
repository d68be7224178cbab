"""A Gmail message resource (format=full) to everything the store keeps of it."""

import html
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from sync.parse.addresses import parse_addresses
from sync.parse.automatic import classify
from sync.parse.bodies import attachments, read_parts
from sync.parse.bounces import read_bounce
from sync.parse.content import read_content
from sync.parse.headers import Headers, message_id, message_ids, text_header
from sync.parse.identity import group_digest
from sync.parse.invitations import read_invitation
from sync.parse.model import Address, ParsedMessage, Participant, Resource
from sync.parse.text import clean, one_line

MAX_SUBJECT = 1_000
MAX_DATE_HEADER = 200
MAX_SNIPPET = 500
MAX_PROBLEMS = 50
MAX_LABELS = 500
_MAX_ID = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROLES = {"from": "from", "sender": "sender", "reply_to": "reply-to", "to": "to", "cc": "cc", "bcc": "bcc"}


def parse_message(resource: Resource) -> ParsedMessage:
    """Parse a `users.messages` resource as Google returns it for format=full.

    Never raises for any content of the message: what cannot be read is left out or stored as found, and named in
    `problems`. Sizes are bounded (text 200,000 and HTML 500,000 characters, 1,000 parts, 200 attachments).
    https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages#Message
    """
    problems: list[str] = []
    parts = read_parts(resource.get("payload"), problems) or read_parts({}, [])
    headers = parts[0].headers
    subject = text_header(headers.first("subject"), MAX_SUBJECT)
    date = one_line(headers.first("date"), MAX_DATE_HEADER)
    content = read_content(parts, subject=subject, problems=problems)
    participants = tuple(_participants(headers))
    sender = next((Address(p.name, p.address) for p in participants if p.role == "from"), None)
    bounce = read_bounce(parts, text=content.full_text, subject=subject, problems=problems)
    invitation = read_invitation(parts, problems)
    automatic, kind = classify(headers, sender=sender, subject=subject, bounce=bounce, invitation=invitation)
    gmail_id, rfc_message_id = _text(resource, "id"), message_id(headers.first("message-id"))
    return ParsedMessage(
        **_gmail_facts(resource, date, problems),
        **_conversation(headers),
        gmail_id=gmail_id,
        rfc_message_id=rfc_message_id,
        date_header=date,
        subject=subject,
        from_=sender,
        participants=participants,
        visible_text=content.visible_text,
        full_text=content.full_text,
        raw_html=content.raw_html,
        attachments=attachments(parts, content.leaves, content.raw_html, problems),
        invitation=invitation,
        bounce=bounce,
        automatic=automatic,
        kind=kind,
        group_digest=group_digest(gmail_id, rfc_message_id, sender, date, subject, content.visible_text),
        problems=tuple(problems[:MAX_PROBLEMS]),
    )


def _gmail_facts(resource: Resource, date_header: str, problems: list[str]) -> dict[str, Any]:
    """What Gmail says of the message beside its content, by the names of `ParsedMessage`."""
    return {
        "gmail_thread_id": _text(resource, "threadId"),
        "history_id": _text(resource, "historyId"),
        "label_ids": _labels(resource.get("labelIds")),
        "internal_date": _internal_date(resource.get("internalDate"), date_header, problems),
        "size_estimate": _size(resource.get("sizeEstimate")),
        "snippet": _snippet(resource.get("snippet")),
    }


def _conversation(headers: Headers) -> dict[str, Any]:
    answered = message_ids(headers.first("in-reply-to"))
    return {"references": message_ids(headers.first("references")), "in_reply_to": answered[-1] if answered else ""}


def _participants(headers: Headers) -> Iterable[Participant]:
    for role, header in _ROLES.items():
        seen: dict[str, None] = {}
        for value in headers.every(header):
            for address in parse_addresses(value):
                if address.address not in seen:
                    yield Participant(role, address.name, address.address, position=len(seen))
                    seen[address.address] = None


def _text(resource: Resource, key: str) -> str:
    value = resource.get(key)
    return one_line(str(value), _MAX_ID) if isinstance(value, str | int) else ""


def _labels(value: Any) -> tuple[str, ...]:
    labels = value[:MAX_LABELS] if isinstance(value, list) else ()
    return tuple(one_line(label, _MAX_ID) for label in labels if isinstance(label, str))


def _internal_date(value: Any, date_header: str, problems: list[str]) -> datetime:
    """Gmail's receipt time (milliseconds since 1970 as a string); the Date header's, or 1970, without one."""
    try:
        return _EPOCH + timedelta(milliseconds=int(value))
    except (TypeError, ValueError, OverflowError):
        problems.append("internalDate: missing or not a time")
    try:
        found = parsedate_to_datetime(date_header)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return _EPOCH


def _size(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0


def _snippet(value: Any) -> str:
    return clean(html.unescape(value))[:MAX_SNIPPET] if isinstance(value, str) else ""
