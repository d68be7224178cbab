"""The background side of sync: what runs when a push comes, each minute, and each night."""

from datetime import timedelta
from functools import partial

from sqlalchemy import or_
from sqlmodel import Session, col, select

from app.core import jobs
from app.core.clock import SystemClock, utcnow
from app.core.database import transaction
from app.core.ids import new_id
from app.core.jobs import JobContext
from models import Mailbox
from sync.engine import work
from sync.errors import GrantRevoked, MailboxBusy
from sync.lease import Lease
from sync.reconcile import reconcile
from sync.run import Run

QUICK_SECONDS = 5.0
"""How long a mailbox may keep a place in the fast queue; an import goes on in the background."""
SLICE_SECONDS = 30.0
"""How long one mailbox is worked on before others get their turn."""
PATIENCE_SECONDS = 0.25
"""A job that waits for quota any longer gives its place to another mailbox."""
BUSY_SECONDS = 1.0
ACTIVE_STATES = ("new", "backfill", "live", "resync")


@jobs.job("sync.mailbox", queue="sync")
def sync_mailbox(context: JobContext, mailbox_id: str) -> None:
    """New mail: asked for by a push, a person, or the sweep."""
    _sync(context, mailbox_id, seconds=QUICK_SECONDS)


@jobs.job("sync.continue", queue="background")
def continue_mailbox(context: JobContext, mailbox_id: str, due: str) -> None:
    """The rest of an import or a retry, `due` at the time its mailbox was then told; another plan replaces it."""
    with transaction(context.engine, read_only=True) as session:
        planned = session.get_one(Mailbox, mailbox_id).next_sync_at
    if planned and planned.isoformat() == due:
        _sync(context, mailbox_id, seconds=SLICE_SECONDS)


@jobs.job("sync.reconcile")
def reconcile_mailbox(context: JobContext, mailbox_id: str, judge_anew: bool) -> None:
    """Queue what has no outcome yet, then have it fetched; a pause or a busy mailbox puts it off."""
    try:
        run = _run(context, mailbox_id, seconds=SLICE_SECONDS)
        wait = work(run, partial(reconcile, judge_anew=judge_anew))
    except MailboxBusy:
        wait = BUSY_SECONDS
    except GrantRevoked:
        return
    with transaction(context.engine) as session:
        if wait is None:
            wake(session, session.get_one(Mailbox, mailbox_id))
        else:
            key, delay = f"{mailbox_id}:{new_id()}", timedelta(seconds=wait)
            jobs.enqueue(session, reconcile_mailbox, mailbox_id, judge_anew, key=key, delay=delay)


@jobs.scheduled("sync.sweep", cron="* * * * *")
def sweep(context: JobContext) -> None:
    """Wake mailboxes that are due, or whose push nobody has followed: pushes are a hint, polling is the promise."""
    with transaction(context.engine) as session:
        for mailbox_id in _due(session):
            jobs.enqueue(session, sync_mailbox, mailbox_id, key=f"{mailbox_id}:{new_id()}")


@jobs.scheduled("sync.nightly", cron="17 3 * * *")
def reconcile_all(context: JobContext) -> None:
    with transaction(context.engine) as session:
        live = select(Mailbox.id).where(col(Mailbox.state) == "live")
        for mailbox_id in session.scalars(live):
            key = f"{mailbox_id}:{utcnow():%Y-%m-%d}"
            jobs.enqueue(session, reconcile_mailbox, mailbox_id, False, key=key)


def wake(session: Session, mailbox: Mailbox) -> None:
    """Have the mailbox synced right after this transaction; while nobody has looked, once is enough."""
    if mailbox.dirty_at is None and mailbox.state in ACTIVE_STATES:
        mailbox.dirty_at = utcnow()
        session.flush()
        jobs.enqueue(session, sync_mailbox, mailbox.id, key=f"{mailbox.id}:{new_id()}")


def _sync(context: JobContext, mailbox_id: str, *, seconds: float) -> None:
    busy = False
    wait: float | None = None
    try:
        wait = work(_run(context, mailbox_id, seconds=seconds))
    except MailboxBusy:
        busy = True
    except GrantRevoked:
        return
    context.check_stop()
    _plan_next(context, mailbox_id, wait=wait, busy=busy)


def _plan_next(context: JobContext, mailbox_id: str, *, wait: float | None, busy: bool) -> None:
    """A push that came meanwhile is followed at once; other work goes on when it may."""
    with transaction(context.engine) as session:
        mailbox = session.get_one(Mailbox, mailbox_id)
        if mailbox.state not in ACTIVE_STATES:
            return
        paused = mailbox.paused_until is not None and mailbox.paused_until > utcnow()
        if mailbox.dirty_at and not paused:
            delay = timedelta(seconds=BUSY_SECONDS) if busy else None
            jobs.enqueue(session, sync_mailbox, mailbox_id, key=f"{mailbox_id}:{new_id()}", delay=delay)
        elif wait is not None and mailbox.next_sync_at:
            due = mailbox.next_sync_at.isoformat()
            delay = timedelta(seconds=wait)
            jobs.enqueue(session, continue_mailbox, mailbox_id, due, key=f"{mailbox_id}:{due}", delay=delay)


def _run(context: JobContext, mailbox_id: str, *, seconds: float) -> Run:
    clock = SystemClock()
    return Run(
        engine=context.engine,
        settings=context.settings,
        clock=clock,
        lease=Lease(mailbox_id, context.settings.worker_slot, clock),
        until=clock.now() + seconds,
        patience=PATIENCE_SECONDS,
        stop=context.stop,
    )


def _due(session: Session) -> list[str]:
    now = utcnow()
    overdue = or_(
        col(Mailbox.next_sync_at).is_(None),
        col(Mailbox.next_sync_at) <= now,
        col(Mailbox.dirty_at) <= now - timedelta(seconds=30),
    )
    free = or_(col(Mailbox.lease_until).is_(None), col(Mailbox.lease_until) < now)
    active = col(Mailbox.state).in_(ACTIVE_STATES)
    return list(session.scalars(select(Mailbox.id).where(active, overdue, free)))
