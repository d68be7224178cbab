"""How each mailbox is doing, for the settings page, the command line, metrics and the card."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.core.clock import utcnow
from app.core.settings import Settings
from models import Mailbox, MailboxMessage, SyncItem
from sync.quota import plan_of, used_share
from sync.watch import is_ending


@dataclass(frozen=True, slots=True)
class MailboxStatus:
    """`lag_seconds`: how long ago something may have changed that is not visible yet; None before the first sync.

    `quota_used`: 0 to 1 of the bucket. `outcomes`: messages by `stored`, `filtered: reason`, `gone`, `failed: reason`.
    `watch_warning`: pushes are configured, and will stop within 48 hours.
    """

    mailbox_id: str
    workspace_id: str
    address: str
    state: str
    lag_seconds: float | None
    quota_used: float
    queue_depth: int
    outcomes: dict[str, int]
    last_error: str | None
    paused_until: datetime | None
    synced_at: datetime | None
    watch_expires_at: datetime | None
    watch_warning: bool


def status(
    session: Session, settings: Settings, *, workspace_id: str | None = None, now: datetime | None = None
) -> list[MailboxStatus]:
    """Every mailbox of the workspace (None: of the installation), by address."""
    now = now or utcnow()
    query = select(Mailbox).order_by(col(Mailbox.address))
    if workspace_id is not None:
        query = query.where(col(Mailbox.workspace_id) == workspace_id)
    depths = _queue_depths(session)
    outcomes = _outcomes(session)
    return [
        MailboxStatus(
            mailbox_id=mailbox.id,
            workspace_id=mailbox.workspace_id,
            address=mailbox.address,
            state=mailbox.state,
            lag_seconds=_lag(mailbox, now),
            quota_used=used_share(mailbox, plan_of(settings), now=now.timestamp()),
            queue_depth=depths.get(mailbox.id, 0),
            outcomes=outcomes[mailbox.id],
            last_error=mailbox.last_error,
            paused_until=mailbox.paused_until,
            synced_at=mailbox.synced_at,
            watch_expires_at=mailbox.watch_expires_at,
            watch_warning=bool(settings.pubsub_topic) and is_ending(mailbox, now=now),
        )
        for mailbox in session.scalars(query)
    ]


def _lag(mailbox: Mailbox, now: datetime) -> float | None:
    """Since the first push that nobody followed; without one, since the last look."""
    since = mailbox.dirty_at or mailbox.synced_at
    return None if since is None else max(0.0, (now - since).total_seconds())


def _queue_depths(session: Session) -> dict[str, int]:
    query = select(SyncItem.mailbox_id, func.count()).group_by(col(SyncItem.mailbox_id))
    return dict(session.execute(query).all())


def _outcomes(session: Session) -> dict[str, dict[str, int]]:
    outcome, reason = col(MailboxMessage.outcome), col(MailboxMessage.reason)
    query = select(MailboxMessage.mailbox_id, outcome, reason, func.count())
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for mailbox_id, name, why, count in session.execute(
        query.group_by(col(MailboxMessage.mailbox_id), outcome, reason)
    ):
        label = f"{name}: {why}" if name in {"filtered", "failed"} else name
        counts[mailbox_id][label] = counts[mailbox_id].get(label, 0) + count
    return counts
