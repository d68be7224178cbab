"""The open mail as proposals see it: what its author typed, and who they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, func, select
from sqlmodel import col

from app.core.hot import HotQuery, Reader
from app.workspaces.access import Viewer
from models import DismissedProposal, Mailbox, MailboxMessage, Message, MessageBody, Participant

_LONGEST = 40_000
"""Characters of a mail that are read: half from where it begins, half from where its signature is."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as proposals see it: `text` is what its author typed, `name` and `address` are theirs."""

    text: str
    name: str
    address: str
    sent_at: datetime


def letter_held(
    reader: Reader, *, viewer: Viewer, gmail_id: str, record_id: str = ""
) -> tuple[Letter, frozenset[str]] | None:
    """A person's message that the viewer's own mailbox holds, and digests of what was dismissed for a record.

    None for mail that is not stored, or that a program wrote. One statement.
    """
    rows = _LETTER(reader, me=viewer.member_id, gmail_id=gmail_id, record=record_id)
    if not rows:
        return None
    text, name, address, sent_at, dismissed = rows[0]
    return Letter(_capped(text), name, address, sent_at), frozenset((dismissed or "").split())


def _capped(text: str) -> str:
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}\n{text[-half:]}"


_dismissed = (
    select(func.aggregate_strings(col(DismissedProposal.digest), " "))
    .where(col(DismissedProposal.record_id) == bindparam("record", type_=String))
    .scalar_subquery()
)
_letter: Any = (
    select(
        col(MessageBody.visible_text), col(Participant.name), col(Participant.address), col(Message.sent_at), _dismissed
    )
    .select_from(MailboxMessage)
    .join(Mailbox, col(Mailbox.id) == col(MailboxMessage.mailbox_id))
    .join(Message, col(Message.id) == col(MailboxMessage.message_id))
    .join(MessageBody, col(MessageBody.message_id) == col(Message.id))
    .join(Participant, col(Participant.message_id) == col(Message.id))
    .where(col(Mailbox.member_id) == bindparam("me"), col(MailboxMessage.gmail_id) == bindparam("gmail_id"))
    .where(col(Message.kind) == "human", col(Participant.role) == "from", col(Participant.position) == 0)
    .limit(1)
)
_LETTER = HotQuery(_letter)
