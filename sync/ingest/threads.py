"""Which thread a message belongs to.

Within a mailbox Gmail has decided. Across mailboxes a message joins the thread of its other copies, else that of a
message it refers to (RFC 5322 3.6.4).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.bulk import among, insert_rows, table_of
from app.core.clock import utcnow
from app.core.ids import new_id
from models import Mailbox, MailboxMessage, MailThread, Message
from sync.parse import ParsedMessage

MAX_REFERENCES = 20
MAX_RFC_ID = 500
"""Longer Message-IDs are cut: they would not fit the index."""

_PREFIX = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg|sv|vs|tr|r|rv|antw|odp)\s*(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)


def find_threads(
    session: Session, mailbox: Mailbox, messages: Sequence[ParsedMessage], *, elsewhere: Mapping[str, str]
) -> dict[str, str]:
    """Thread ids, as far as there are any, by Gmail thread id.

    `elsewhere` maps the digests of messages that the workspace has already to their threads.
    """
    threads = _in_this_mailbox(session, mailbox, {message.gmail_thread_id for message in messages})
    for message in messages:
        if message.group_digest in elsewhere:
            threads.setdefault(message.gmail_thread_id, elsewhere[message.group_digest])
    strangers = [message for message in messages if message.gmail_thread_id not in threads]
    return threads | _by_reference(session, mailbox, strangers)


def start_threads(
    session: Session, *, workspace_id: str, messages: Sequence[ParsedMessage], threads: dict[str, str]
) -> set[str]:
    """Make a thread for each Gmail thread that has none, and add it to `threads`; returns the new ids."""
    now = utcnow()
    rows: list[dict[str, Any]] = []
    for message in sorted(messages, key=lambda message: message.internal_date):
        if message.gmail_thread_id not in threads:
            threads[message.gmail_thread_id] = thread_id = new_id()
            subject = bare_subject(message.subject)
            rows.append({"id": thread_id, "workspace_id": workspace_id, "subject": subject, "created_at": now})
    insert_rows(session, MailThread, rows)
    return {row["id"] for row in rows}


def bare_subject(subject: str) -> str:
    """Without `Re:`, `AW:`, `Fwd:`… at its beginning, however many."""
    return _PREFIX.sub("", subject)


def drop_threads(session: Session, thread_ids: Collection[str]) -> None:
    """Take back threads of this transaction that came to hold no message."""
    if thread_ids:
        session.execute(delete(table_of(MailThread)).where(col(MailThread.id).in_(thread_ids)))


def rfc_id(message_id: str) -> str | None:
    """A Message-ID as `message.rfc_message_id` keeps it."""
    return message_id[:MAX_RFC_ID] or None


def _in_this_mailbox(session: Session, mailbox: Mailbox, gmail_thread_ids: set[str]) -> dict[str, str]:
    query = (
        select(col(MailboxMessage.gmail_thread_id), col(Message.thread_id))
        .join(Message, col(Message.id) == col(MailboxMessage.message_id))
        .where(
            col(MailboxMessage.mailbox_id) == mailbox.id,
            among(session, col(MailboxMessage.gmail_thread_id), gmail_thread_ids),
        )
        .distinct()
    )
    return dict(session.execute(query).all())


def _by_reference(session: Session, mailbox: Mailbox, messages: Sequence[ParsedMessage]) -> dict[str, str]:
    """Threads of other mailboxes only: those of this one Gmail has kept apart on purpose."""
    wanted = {id for message in messages for id in _references(message)}
    if not wanted:
        return {}
    neighbour, rfc_ids = aliased(Message), table_of(Message).c.rfc_message_id
    here = (
        exists()
        .where(col(neighbour.thread_id) == col(Message.thread_id), col(MailboxMessage.message_id) == col(neighbour.id))
        .where(col(MailboxMessage.mailbox_id) == mailbox.id)
    )
    query = select(col(Message.rfc_message_id), col(Message.thread_id)).where(
        col(Message.workspace_id) == mailbox.workspace_id, among(session, rfc_ids, wanted), ~here
    )
    known: dict[str | None, str] = dict(session.execute(query).all())
    threads: dict[str, str] = {}
    for message in messages:
        found = [known[id] for id in _references(message) if id in known]
        if found and found[-1] not in threads.values():
            threads.setdefault(message.gmail_thread_id, found[-1])
    return threads


def _references(message: ParsedMessage) -> list[str]:
    """The latest last."""
    ids = [*message.references[-MAX_REFERENCES:], message.in_reply_to]
    return [id[:MAX_RFC_ID] for id in ids if id]
