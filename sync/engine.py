"""The state machine of a mailbox: new -> backfill -> live -> (history expired) resync -> live.

Each step reads the mailbox, asks Gmail, and commits what came of it; a crash between two steps loses nothing.
"""

from collections.abc import Callable
from datetime import timedelta
from math import inf

import structlog
from sqlalchemy import Engine

from app.core import events
from app.core.clock import Clock, SystemClock
from app.core.database import transaction
from app.core.ids import new_id
from app.core.settings import Settings
from models import Mailbox
from sync import backfill, history, queue, resync
from sync.aliases import keep_aliases
from sync.client import GmailClient
from sync.errors import GmailError, GrantRevoked, HistoryExpired, OutOfQuota, RateLimited, TokenRefused
from sync.fetch import fetch_queued
from sync.lease import Lease
from sync.outcomes import backoff
from sync.run import Progress, Run
from sync.watch import keep_watch

ASLEEP = ("reconnect", "disabled")

Task = Callable[[Run, GmailClient], float | None]

log = structlog.get_logger()


def run_once(
    engine: Engine,
    settings: Settings,
    mailbox_id: str,
    *,
    clock: Clock | None = None,
    owner: str | None = None,
    progress: Progress | None = None,
) -> None:
    """Sync one mailbox to quiescence in this process, sleeping as quota and errors demand.

    `owner` names the holder of the lease; one that is the same after a restart takes over from its dead predecessor
    at once. Raises MailboxBusy, and GrantRevoked when the mailbox needs its owner.
    """
    clock = clock or SystemClock()
    lease = Lease(mailbox_id, owner or f"once-{new_id()}", clock)
    run = Run(engine=engine, settings=settings, clock=clock, lease=lease, until=inf, patience=inf)
    run.progress = progress or run.progress
    while (wait := work(run)) is not None:
        clock.sleep(wait)


def work(run: Run, task: Task | None = None) -> float | None:
    """Do a task (default: sync) on a mailbox until it is done (None), or quota or an error asks for a pause.

    Returns the seconds after which to go on, and notes that time in the mailbox. Raises MailboxBusy, and GrantRevoked
    after recording it.
    """
    task = task or advance
    with run.lease.held(run.engine):
        mailbox = run.read()
        if mailbox.state in ASLEEP:
            return None
        if mailbox.paused_until and mailbox.paused_until > run.now():
            return (mailbox.paused_until - run.now()).total_seconds()
        try:
            with run.connected() as client:
                return task(run, client)
        except (GrantRevoked, TokenRefused) as error:
            _need_reconnect(run, error.message)
            raise GrantRevoked(error.message) from None
        except OutOfQuota as error:
            return _go_on_in(run, error.seconds)
        except GmailError as error:
            return _pause(run, error)


def advance(run: Run, client: GmailClient) -> float | None:
    """Take step after step until the mailbox is quiet or the run is over."""
    keep_aliases(run, client)
    keep_watch(run, client)
    while not run.over:
        mailbox = run.read()
        if mailbox.state == "new":
            backfill.begin(run, client)
        elif mailbox.state == "resync":
            resync.take_snapshot(run, client)
        elif _history_is_due(run, mailbox):
            _catch_up(run, client)
        elif backfill.wants_page(run, mailbox):
            backfill.list_page(run, client)
        elif not fetch_queued(run, client):
            wait = _rest(run)
            if wait != 0:
                return wait
    return _go_on_in(run, 0.0)


def _history_is_due(run: Run, mailbox: Mailbox) -> bool:
    looked_lately = run.looked_at is not None and run.clock.now() - run.looked_at < run.settings.poll_seconds
    return mailbox.dirty_at is not None or not looked_lately


def _catch_up(run: Run, client: GmailClient) -> None:
    try:
        history.catch_up(run, client)
    except HistoryExpired:
        with run.commit() as (session, mailbox):
            resync.expire(session, mailbox)


def _rest(run: Run) -> float | None:
    """Give the mailbox back when all is done (None); else the seconds until there is something to do."""
    with run.commit() as (session, mailbox):
        wait = queue.wait_for_next(session, mailbox.id, now=run.now())
        if wait is not None:
            mailbox.next_sync_at = run.now() + timedelta(seconds=wait)
            return wait
        if mailbox.state == "backfill":
            backfill.finish(session, mailbox)
            run.looked_at = None
            return 0.0
        mailbox.failures = 0
        mailbox.last_error = mailbox.paused_until = None
        mailbox.next_sync_at = run.now() + timedelta(seconds=run.settings.poll_seconds)
    with transaction(run.engine) as session:
        return None if run.lease.release(session, unless_dirty=True) else 0.0


def _need_reconnect(run: Run, reason: str) -> None:
    with run.commit() as (session, mailbox):
        mailbox.state = "reconnect"
        mailbox.dirty_at = None
        mailbox.last_error = reason
        events.emit(
            session,
            "mailbox.reconnect_needed",
            workspace_id=mailbox.workspace_id,
            subject_id=mailbox.id,
            data={"reason": reason},
        )


def _go_on_in(run: Run, seconds: float) -> float:
    with run.commit() as (_, mailbox):
        mailbox.next_sync_at = run.now() + timedelta(seconds=seconds)
    return seconds


def _pause(run: Run, error: GmailError) -> float:
    """Leave the mailbox alone for as long as Gmail asks, or a little longer after each failure."""
    with run.commit() as (_, mailbox):
        asked = error.retry_after if isinstance(error, RateLimited) else None
        wait = backoff(mailbox.failures) if asked is None else asked
        mailbox.failures += 1
        mailbox.last_error = error.message
        mailbox.paused_until = mailbox.next_sync_at = run.now() + timedelta(seconds=wait)
    log.warning("sync.paused", mailbox=run.mailbox_id, error=error.code, seconds=round(wait, 1))
    return wait
