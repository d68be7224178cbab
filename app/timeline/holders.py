"""Whose mailboxes hold the email behind an entry."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import Session, col

from models import Mailbox, MailboxMessage, Member, TimelineEntry


def holders_of(session: Session, *, entry_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Active members whose mailboxes hold a copy: their names by id, by entry; nothing for what is no email."""
    query = (
        select(col(TimelineEntry.id), col(Member.id), col(Member.name))
        .join(MailboxMessage, col(MailboxMessage.message_id) == col(TimelineEntry.message_id))
        .join(Mailbox, col(Mailbox.id) == col(MailboxMessage.mailbox_id))
        .join(Member, col(Member.id) == col(Mailbox.member_id))
        .where(col(TimelineEntry.id).in_(entry_ids), col(Member.active))
        .order_by(col(Member.name), col(Member.id))
    )
    holders: dict[str, dict[str, str]] = defaultdict(dict)
    for entry_id, member_id, name in session.execute(query):
        holders[entry_id][member_id] = name
    return holders
