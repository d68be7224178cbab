"""The right to sync a mailbox: one worker holds it at a time, and every write proves that it still does."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Engine, or_, update
from sqlmodel import Session, col

from app.core.clock import Clock
from app.core.database import transaction
from models import Mailbox
from sync.errors import LeaseLost, MailboxBusy

LEASE = timedelta(seconds=60)

_held_here: set[tuple[str, str]] = set()
_guard = threading.Lock()


@dataclass(frozen=True, slots=True)
class Lease:
    """`owner` is stable over restarts of its process, so a worker that was killed resumes at once."""

    mailbox_id: str
    owner: str
    clock: Clock

    @contextmanager
    def held(self, engine: Engine) -> Iterator[None]:
        """Hold the lease for the block; MailboxBusy if another worker, or another thread of this one, does."""
        with _alone_in_this_process((self.mailbox_id, self.owner)):
            with transaction(engine) as session:
                self._acquire(session)
            try:
                yield
            finally:
                with transaction(engine) as session:
                    self.release(session, unless_dirty=False)

    def renew(self, session: Session) -> None:
        """Prove that the lease is ours, until the caller's transaction ends; LeaseLost if it is not."""
        self._take(session, col(Mailbox.lease_owner) == self.owner, LeaseLost)

    def release(self, session: Session, *, unless_dirty: bool) -> bool:
        """Give the lease back. With `unless_dirty` it is kept, and False returned, when a push came meanwhile."""
        mine = update(Mailbox).where(col(Mailbox.id) == self.mailbox_id, col(Mailbox.lease_owner) == self.owner)
        if unless_dirty:
            mine = mine.where(col(Mailbox.dirty_at).is_(None))
        released = session.execute(mine.values(lease_owner=None, lease_until=None).returning(col(Mailbox.id)))
        return released.first() is not None

    def _acquire(self, session: Session) -> None:
        free = or_(
            col(Mailbox.lease_owner).is_(None),
            col(Mailbox.lease_owner) == self.owner,
            col(Mailbox.lease_until) < self._now(),
        )
        self._take(session, free, MailboxBusy)

    def _take(self, session: Session, free: ColumnElement[bool], refusal: type[MailboxBusy]) -> None:
        take = update(Mailbox).where(col(Mailbox.id) == self.mailbox_id, free)
        values = {"lease_owner": self.owner, "lease_until": self._now() + LEASE}
        taken = take.values(values).returning(col(Mailbox.id)).execution_options(synchronize_session=False)
        if session.execute(taken).first() is None:
            raise refusal("Another worker is syncing this mailbox: it will pick up what is new.")

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)


@contextmanager
def _alone_in_this_process(key: tuple[str, str]) -> Iterator[None]:
    """The row cannot tell two threads of one owner apart; this can."""
    with _guard:
        if key in _held_here:
            raise MailboxBusy("This worker is already syncing the mailbox.")
        _held_here.add(key)
    try:
        yield
    finally:
        with _guard:
            _held_here.discard(key)
