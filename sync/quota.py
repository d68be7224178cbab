"""Gmail's quota units: what a call costs, and a bucket per mailbox that never asks for more than Gmail allows.

See https://developers.google.com/workspace/gmail/api/reference/quota
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from sqlalchemy import select, update
from sqlmodel import Session

from app.core.bulk import table_of
from app.core.clock import Clock
from app.core.settings import Settings
from models import Mailbox

WINDOW_SECONDS = 60.0
BURST_SHARE = 0.07
RATE_SHARE = 0.915
"""In any window at most burst + rate are spent: 98.5 % of the limit, the rest absorbs uneven network delays."""
BACKGROUND_SHARE = 0.8
"""What syncing may take while a person has the add-on open; the rest answers their clicks."""
ADDON_SECONDS = 300.0
TOLERANCE = 1e-6
LEAST_WAIT = 0.001
"""Epoch seconds as floats cannot tell shorter times apart."""

CLASSIC_COSTS = {
    "getProfile": 1,
    "labels.list": 1,
    "history.list": 2,
    "messages.list": 5,
    "messages.get": 5,
    "threads.list": 10,
    "threads.get": 10,
    "sendAs.list": 1,
    "watch": 100,
    "stop": 50,
}
NEW_COSTS = CLASSIC_COSTS | {"messages.get": 20, "threads.get": 40}


@dataclass(frozen=True, slots=True)
class Plan:
    """Units per user and minute (None: no limit of our own), and the units each method costs."""

    per_minute: int | None
    costs: Mapping[str, int]

    @property
    def burst(self) -> float:
        return (self.per_minute or 0) * BURST_SHARE

    @property
    def batch_units(self) -> float:
        """The dearest batch that the bucket holds even while a share of it is kept for a person."""
        return inf if self.per_minute is None else self.burst * BACKGROUND_SHARE

    @property
    def rate(self) -> float:
        """Units that drain from the bucket in a second."""
        return (self.per_minute or 0) * RATE_SHARE / WINDOW_SECONDS


PLANS = {
    "2026": Plan(6_000, NEW_COSTS),
    "classic": Plan(15_000, CLASSIC_COSTS),
    "none": Plan(None, NEW_COSTS),
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """A leaky bucket: `level` units at epoch second `at`."""

    level: float
    at: float

    def drained(self, plan: Plan, *, now: float) -> "Bucket":
        return Bucket(max(0.0, self.level - max(0.0, now - self.at) * plan.rate), now)

    def spend(self, plan: Plan, cost: float, *, now: float, share: float = 1.0) -> tuple["Bucket", float]:
        """The bucket after `cost` units and 0, or the bucket unchanged and the seconds to wait first.

        `share` below 1 leaves the rest to others: a smaller burst, and each unit drains for longer.
        """
        bucket = self.drained(plan, now=now)
        charge = cost / share
        # A call dearer than the whole burst waits for an empty bucket: waiting longer would not help it.
        excess = bucket.level + charge - max(plan.burst * share, charge)
        if excess > TOLERANCE:
            return bucket, max(LEAST_WAIT, excess / plan.rate)
        return Bucket(bucket.level + charge, now), 0.0


def plan_of(settings: Settings) -> Plan:
    return PLANS[settings.gmail_quota]


def reserve(
    session: Session, plan: Plan, clock: Clock, *, mailbox_id: str, cost: int, background: bool = True
) -> float:
    """Take `cost` units from the mailbox's bucket and return 0, or take none and return the seconds to wait."""
    if plan.per_minute is None:
        return 0.0
    mailboxes = table_of(Mailbox).c
    columns = (mailboxes.quota_level, mailboxes.quota_at, mailboxes.addon_seen_at)
    row = session.execute(select(*columns).where(mailboxes.id == mailbox_id).with_for_update()).one()
    now = clock.now()
    person_waits = row.addon_seen_at is not None and now - row.addon_seen_at.timestamp() < ADDON_SECONDS
    share = BACKGROUND_SHARE if background and person_waits else 1.0
    bucket, wait = Bucket(row.quota_level, row.quota_at).spend(plan, cost, now=now, share=share)
    if not wait:
        values = {"quota_level": bucket.level, "quota_at": bucket.at}
        session.execute(update(table_of(Mailbox)).where(mailboxes.id == mailbox_id).values(values))
    return wait


def used_share(mailbox: Mailbox, plan: Plan, *, now: float) -> float:
    """How full the bucket is now, 0 to 1."""
    if plan.per_minute is None:
        return 0.0
    return min(1.0, Bucket(mailbox.quota_level, mailbox.quota_at).drained(plan, now=now).level / plan.burst)
