"""A member's own mailboxes as their settings show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.workspaces.access import Viewer
from models import Mailbox, MailboxMessage, SyncItem
from sync.pausing import Pause, pause_at

COUNTED_UP_TO = 1_000
"""Enough to see that mail comes in: more would take longer than all the rest of the card."""


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """`stored` mails are in, and `waiting` threads or mails are still to be fetched: neither counts any further than
    COUNTED_UP_TO. `mode` and `state` as in models.Mailbox."""

    id: str
    address: str
    state: str
    mode: str
    private: bool
    synced_at: datetime | None
    paused_until: datetime | None
    last_error: str | None
    stored: int
    waiting: int
    paused: Pause | None
    """Since when, and until when, new mail stays out."""


def my_mailboxes(session: Session, *, viewer: Viewer) -> list[MailboxSettings]:
    """Those that are connected or wait to be, oldest first. One statement."""
    query = (
        select(
            col(Mailbox.id),
            col(Mailbox.address),
            col(Mailbox.state),
            col(Mailbox.mode),
            col(Mailbox.private_default),
            col(Mailbox.synced_at),
            col(Mailbox.paused_until),
            col(Mailbox.last_error),
            _some(MailboxMessage, col(MailboxMessage.outcome) == "stored"),
            _some(SyncItem),
            col(Mailbox.pauses),
        )
        .where(col(Mailbox.member_id) == viewer.member_id, col(Mailbox.state) != "disabled")
        .order_by(col(Mailbox.created_at), col(Mailbox.id))
    )
    now = utcnow()
    return [MailboxSettings(*(*row[:-1], pause_at(row[-1], now))) for row in session.execute(query)]


def _some(model: Any, *conditions: Any) -> Any:
    """How many rows of this mailbox, up to a bound."""
    here = select(col(model.mailbox_id)).where(col(model.mailbox_id) == col(Mailbox.id), *conditions)
    found = here.correlate(Mailbox).limit(COUNTED_UP_TO).subquery()
    return select(func.count()).select_from(found).correlate(Mailbox).scalar_subquery()
