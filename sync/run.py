"""One stretch of work on one mailbox: its client, clock and lease, and transactions that only the holder commits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from threading import Event

from sqlalchemy import Engine
from sqlmodel import Session

from app.core.clock import Clock
from app.core.database import transaction
from app.core.security import Vault
from app.core.settings import Settings
from models import Mailbox
from sync.batch import BatchSize
from sync.client import GmailClient
from sync.errors import OutOfQuota
from sync.grants import grant_of
from sync.lease import Lease
from sync.quota import plan_of, reserve

Progress = Callable[[int], None]


@dataclass(kw_only=True)
class Run:
    """`until`: epoch second after which no new step is begun, nor once `stop` is set. `patience`: seconds to wait here
    for quota; longer waits raise OutOfQuota. `progress` hears how many messages each batch held.
    """

    engine: Engine
    settings: Settings
    clock: Clock
    lease: Lease
    until: float
    patience: float
    background: bool = True
    stop: Event = field(default_factory=Event)
    progress: Progress = lambda _messages: None
    batch_size: BatchSize = field(default_factory=BatchSize)
    looked_at: float | None = None
    """When this run last read the mailbox's history; None when it has to before it may rest."""

    @property
    def mailbox_id(self) -> str:
        return self.lease.mailbox_id

    @cached_property
    def vault(self) -> Vault:
        return Vault(self.settings.keys())

    @property
    def over(self) -> bool:
        return self.stop.is_set() or self.clock.now() >= self.until

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)

    @contextmanager
    def connected(self) -> Iterator[GmailClient]:
        """The mailbox's Gmail; GrantRevoked if it has none."""
        grant = grant_of(self.settings, self.vault, self.read())
        with GmailClient(self.settings, grant, self.clock, self.spend) as client:
            yield client

    @contextmanager
    def commit(self) -> Iterator[tuple[Session, Mailbox]]:
        """A transaction that is rolled back when the lease is no longer ours (LeaseLost).

        The lease is renewed last: who waits for the mailbox's row, such as a push, waits for no more than that.
        """
        with transaction(self.engine) as session:
            yield session, session.get_one(Mailbox, self.mailbox_id)
            session.flush()
            self.lease.renew(session)

    def read(self) -> Mailbox:
        """The mailbox as it is now, detached."""
        with transaction(self.engine, read_only=True) as session:
            mailbox = session.get_one(Mailbox, self.mailbox_id)
            session.expunge(mailbox)
            return mailbox

    def keep_lease(self) -> None:
        """Between two calls of a long listing."""
        with self.commit():
            pass

    def spend(self, method: str, calls: int) -> None:
        """Pay for calls, once the mailbox's quota allows them."""
        plan = plan_of(self.settings)
        while plan.per_minute is not None:
            with transaction(self.engine) as session:
                cost = plan.costs[method] * calls
                wait = self.reserve(session, cost)
            if not wait:
                return
            self.wait_for_quota(wait)

    def reserve(self, session: Session, cost: int) -> float:
        """Take units from the mailbox's bucket and return 0, or take none and return the seconds to wait."""
        return reserve(
            session,
            plan_of(self.settings),
            self.clock,
            mailbox_id=self.mailbox_id,
            cost=cost,
            background=self.background,
        )

    def wait_for_quota(self, seconds: float) -> None:
        """Sleep; OutOfQuota when that asks for more patience than this run has."""
        if seconds > self.patience:
            raise OutOfQuota(seconds)
        self.clock.sleep(seconds)
