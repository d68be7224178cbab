"""A message as rows of the store."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from app.mail.colleagues import Colleagues
from app.timeline.entries import NewEntry
from sync.envelope import Envelope
from sync.ingest.threads import rfc_id
from sync.parse import PARSER_VERSION, ParsedMessage

SUMMARY_CHARACTERS = 300
KEPT_REFERENCES = 5
"""Of a message, the first and the latest that it refers to: enough to find the thread that it goes on from."""

Row = dict[str, Any]


def message_row(envelope: Envelope, *, id: str, workspace_id: str, thread_id: str, now: datetime) -> Row:
    message = envelope.message
    return {
        "id": id,
        "workspace_id": workspace_id,
        "thread_id": thread_id,
        "group_digest": message.group_digest,
        "rfc_message_id": rfc_id(message.rfc_message_id),
        "sent_at": message.internal_date,
        "subject": message.subject,
        "snippet": message.snippet,
        "direction": envelope.direction,
        "kind": message.kind.value,
        "facts": _facts(envelope),
        "unlogged_by": None,
        "created_at": now,
    }


def body_row(envelope: Envelope, *, message_id: str, workspace_id: str) -> Row:
    message = envelope.message
    return {
        "message_id": message_id,
        "workspace_id": workspace_id,
        "visible_text": message.visible_text,
        "full_text": message.full_text,
        "html": message.raw_html,
        "parser_version": PARSER_VERSION,
    }


def participant_rows(
    envelope: Envelope, *, message_id: str, workspace_id: str, correspondents: Mapping[str, str]
) -> list[Row]:
    return [
        {
            "message_id": message_id,
            "role": person.role,
            "position": person.position,
            "correspondent_id": correspondents[person.key],
            "workspace_id": workspace_id,
            "name": person.name,
            "address": person.address,
        }
        for person in envelope.people
    ]


def attachment_rows(envelope: Envelope, *, message_id: str, workspace_id: str) -> list[Row]:
    return [
        {
            "message_id": message_id,
            "part_id": attachment.part_id,
            "workspace_id": workspace_id,
            "filename": attachment.filename,
            "mime_type": attachment.mime_type,
            "size": attachment.size,
            "inline": attachment.inline,
        }
        for attachment in envelope.message.attachments
    ]


def timeline_entry(
    envelope: Envelope, *, message_id: str, workspace_id: str, us: Colleagues, private: bool
) -> NewEntry:
    message = envelope.message
    author = envelope.author
    return NewEntry(
        workspace_id=workspace_id,
        type="email",
        occurred_at=message.internal_date,
        title=message.subject,
        summary=_summary(message.visible_text) or message.snippet,
        message_id=message_id,
        actor_id=us.members.get(author.key) if author else None,
        private=private,
        data={
            "direction": envelope.direction,
            "kind": message.kind.value,
            "from_name": message.from_.name if message.from_ else "",
            "from_address": message.from_.address if message.from_ else "",
            "attachments": sum(not attachment.inline for attachment in message.attachments),
        },
    )


def _summary(text: str) -> str:
    return " ".join(text[: 4 * SUMMARY_CHARACTERS].split())[:SUMMARY_CHARACTERS]


def _facts(envelope: Envelope) -> Row:
    message = envelope.message
    facts: Row = {
        "automatic": message.automatic,
        "bounce": asdict(message.bounce) if message.bounce else None,
        "invitation": asdict(message.invitation) if message.invitation else None,
        "problems": list(message.problems),
        "references": _references(message),
    }
    return {name: value for name, value in facts.items() if value}


def _references(message: ParsedMessage) -> list[str]:
    ids = dict.fromkeys(id for id in (*message.references, message.in_reply_to) if rfc_id(id))
    referred = [rfc_id(id) or "" for id in ids]
    return referred if len(referred) <= KEPT_REFERENCES else [referred[0], *referred[1 - KEPT_REFERENCES :]]
