"""What a parsed message holds. No string here contains NUL or a lone surrogate: PostgreSQL stores every one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

PARSER_VERSION = 1
"""Raised whenever `visible_text`, `kind` or `bounce` would come out differently for the same message."""

Resource = dict[str, Any]
"""A Gmail `users.messages` resource, or one of its parts, as Google's JSON gives it."""


class Kind(StrEnum):
    """What sort of mail a message is; everything but HUMAN and INVITATION was sent by a machine."""

    HUMAN = "human"
    INVITATION = "invitation"
    NOTIFICATION = "notification"
    BULK = "bulk"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Address:
    """One mail address: `name` as decoded text ("" when absent), `address` trimmed and lower-cased."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Participant:
    """An address in a role: from, sender, reply_to, to, cc or bcc; `position` counts from 0 in each role."""

    role: str
    name: str
    address: str
    position: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in the message, without its bytes. `inline`: the HTML body shows it. `size` in bytes."""

    part_id: str
    filename: str
    mime_type: str
    size: int
    inline: bool
    content_id: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """The first event of an iTIP message (RFC 5546). Times are UTC; an all-day event starts at midnight UTC."""

    method: str
    uid: str
    summary: str
    start: datetime | None
    end: datetime | None
    all_day: bool
    organizer: str
    sequence: int


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One address a delivery failed for; `status` is the RFC 3463 code ("5.1.1") or ""."""

    address: str
    permanent: bool
    status: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery failure report; `recipients` is empty when the report does not name them."""

    recipients: tuple[FailedRecipient, ...]
    permanent: bool


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A Gmail message as the store keeps it.

    `raw_html` is what the sender wrote and must pass through `display_html` before a browser sees it.
    `visible_text` is what the author typed, contained in `full_text` but for white space.
    `automatic` names why the mail counts as sent by a machine. `problems` names what could not be read.
    """

    gmail_id: str
    gmail_thread_id: str
    history_id: str
    label_ids: tuple[str, ...]
    internal_date: datetime
    size_estimate: int
    rfc_message_id: str
    references: tuple[str, ...]
    in_reply_to: str
    date_header: str
    subject: str
    from_: Address | None
    participants: tuple[Participant, ...]
    visible_text: str
    full_text: str
    raw_html: str
    snippet: str
    attachments: tuple[Attachment, ...]
    invitation: Invitation | None
    bounce: Bounce | None
    automatic: str | None
    kind: Kind
    group_digest: str
    problems: tuple[str, ...]
