"""Mail in the store, without Gmail: a message, who holds it, and its entry on a record."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import Session

from app.core.ids import new_id
from app.timeline.entries import NewEntry, put_entry
from models import MailboxMessage, MailThread, Message

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def store_mail(
    session: Session,
    *,
    workspace_id: str,
    record_ids: Sequence[str],
    mailbox_ids: Sequence[str],
    private: bool = False,
    subject: str = "Salary",
    text: str = "secret",
    at: datetime = NOON,
) -> str:
    """A message that these mailboxes hold, on the timelines of these records; returns its entry's id."""
    thread = MailThread(id=new_id(), workspace_id=workspace_id, subject=subject, created_at=at)
    session.add(thread)
    session.flush()
    message = Message(
        id=new_id(),
        workspace_id=workspace_id,
        thread_id=thread.id,
        group_digest=new_id(),
        sent_at=at,
        subject=subject,
        snippet=text,
        direction="in",
        kind="human",
        created_at=at,
    )
    session.add(message)
    session.flush()
    for mailbox_id in mailbox_ids:
        session.add(
            MailboxMessage(
                mailbox_id=mailbox_id,
                gmail_id=new_id(),
                workspace_id=workspace_id,
                gmail_thread_id="1",
                outcome="stored",
                message_id=message.id,
                private=private,
                recorded_at=at,
            )
        )
    session.flush()
    entry = NewEntry(
        workspace_id=workspace_id,
        type="email",
        occurred_at=at,
        title=subject,
        summary=text,
        message_id=message.id,
        private=private,
        data={"from_name": "Secret Sender"},
    )
    return put_entry(session, entry, dict.fromkeys(record_ids, "address"))
