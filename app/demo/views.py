"""What the page shows of Gmail's resources, as plain JSON."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any

from sync.parse import ParsedMessage, parse_message
from sync.parse.addresses import parse_addresses

Json = dict[str, Any]

SHOWN_SENDERS = 3
ROOT_PART = "root"
"""Stands in URLs for the part id of a message that is nothing but one file: Gmail leaves it empty."""


def thread_row(thread: Json, *, own_email: str, label_names: Mapping[str, str]) -> Json:
    """A line of the list, from a `users.threads` resource in format metadata, which names no attachments: mixed
    content is the sign of them."""
    messages = thread["messages"]
    labels = {label for message in messages for label in message.get("labelIds", ())}
    newest = messages[-1]
    return {
        "id": thread["id"],
        "subject": _header(messages[0], "Subject"),
        "senders": _senders(messages, own_email),
        "snippet": unescape(newest.get("snippet", "")),
        "date": _moment(newest),
        "unread": "UNREAD" in labels,
        "labels": sorted({label_names[label] for label in labels if label in label_names}),
        "count": len(messages),
        "hasAttachment": any(message.get("payload", {}).get("mimeType") == "multipart/mixed" for message in messages),
    }


def thread_page(thread: Json, *, own_email: str) -> Json:
    """An open conversation, from a `users.threads` resource in format full."""
    messages = [message_view(message, own_email=own_email) for message in thread["messages"]]
    return {"id": thread["id"], "subject": messages[0]["subject"], "messages": messages}


def message_view(resource: Json, *, own_email: str) -> Json:
    """One message: people as `{name, email}`, text for quoting, and addresses for its body and attachments."""
    message = parse_message(resource)
    body_url = f"/demo/api/messages/{message.gmail_id}"
    sender = (
        {"name": message.from_.name, "email": message.from_.address} if message.from_ else {"name": "", "email": ""}
    )
    return {
        "id": message.gmail_id,
        "threadId": message.gmail_thread_id,
        "messageId": message.rfc_message_id,
        "subject": message.subject,
        "from": sender,
        "to": _people(message, "to"),
        "cc": _people(message, "cc"),
        "replyTo": _reply_to(message),
        "replyAllCc": _others(message, own_email),
        "date": message.internal_date.isoformat(),
        "snippet": message.snippet,
        "unread": "UNREAD" in message.label_ids,
        "text": message.full_text,
        "invitation": _invitation(message),
        "bodyUrl": f"{body_url}/body",
        "attachments": [
            {
                "filename": attachment.filename,
                "mimeType": attachment.mime_type,
                "size": attachment.size,
                "url": f"{body_url}/attachments/{attachment.part_id or ROOT_PART}",
            }
            for attachment in message.attachments
            if attachment.filename
        ],
    }


def draft_view(draft: Json) -> Json:
    """A draft in the form that the compose window starts from."""
    message = parse_message(draft["message"])
    return {
        "to": _header_text(message, "to"),
        "cc": _header_text(message, "cc"),
        "bcc": _header_text(message, "bcc"),
        "subject": message.subject,
        "html": message.raw_html,
        "text": message.full_text,
        "threadId": message.gmail_thread_id,
        "inReplyTo": message.in_reply_to,
    }


def find_part(payload: Json, part_id: str) -> Json | None:
    """The MIME part with that id, at any depth; ROOT_PART is the message's own content."""
    if part_id == ROOT_PART or payload.get("partId") == part_id:
        return payload
    found = (find_part(part, part_id) for part in payload.get("parts", ()))
    return next((part for part in found if part is not None), None)


def _header(message: Json, name: str) -> str:
    headers: Iterable[Json] = message.get("payload", {}).get("headers", ())
    return next((str(header["value"]) for header in headers if header["name"].lower() == name.lower()), "")


def _senders(messages: list[Json], own_email: str) -> list[str]:
    names: dict[str, str] = {}
    for message in messages:
        for sender in parse_addresses(_header(message, "From")):
            full = sender.name or sender.address
            names[sender.address] = "me" if sender.address == own_email else full
    if len(names) == 1:
        return list(names.values())
    short = [name.split()[0] for name in names.values()]
    return short if len(short) <= SHOWN_SENDERS else [short[0], "…", short[-1]]


def _moment(message: Json) -> str:
    return datetime.fromtimestamp(int(message["internalDate"]) / 1000, tz=UTC).isoformat()


def _invitation(message: ParsedMessage) -> Json | None:
    event = message.invitation
    if event is None or event.start is None:
        return None
    end = event.end.isoformat() if event.end else None
    return {"summary": event.summary, "start": event.start.isoformat(), "end": end}


def _people(message: ParsedMessage, role: str) -> list[Json]:
    return [{"name": person.name, "email": person.address} for person in message.participants if person.role == role]


def _reply_to(message: ParsedMessage) -> str:
    """Where an answer goes: Reply-To, else the sender; to an own message, its recipients."""
    if "SENT" in message.label_ids:
        return _header_text(message, "to")
    return _header_text(message, "reply_to") or _header_text(message, "from")


def _others(message: ParsedMessage, own_email: str) -> str:
    """Whom a reply to all copies: everybody addressed but the one answered and oneself."""
    answered = {own_email, _reply_to(message)}
    people = (person for person in message.participants if person.role in ("to", "cc"))
    return ", ".join(person.address for person in people if person.address not in answered)


def _header_text(message: ParsedMessage, role: str) -> str:
    return ", ".join(person.address for person in message.participants if person.role == role)
