"""What a person at the card asks for: this message, now."""

from datetime import timedelta

from sqlalchemy import Engine, or_, update
from sqlmodel import Session, col

from app.core.clock import SystemClock, utcnow
from app.core.database import transaction
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.settings import Settings
from models import Mailbox
from sync import queue
from sync.errors import Gone, MailboxBusy
from sync.fetch import fetch_item
from sync.jobs import wake
from sync.lease import Lease
from sync.queue import MESSAGE, Item
from sync.run import Run

PATIENCE_SECONDS = 2.0
NOTE_EVERY = timedelta(minutes=1)


def request_message(session: Session, *, mailbox: Mailbox, gmail_id: str, forced: bool = True) -> None:
    """Queue a message ahead of all others and have it fetched soon. `forced`: no filter keeps it out."""
    queue.add_first(session, mailbox, gmail_id, forced=forced)
    wake(session, mailbox)


def fetch_now(engine: Engine, settings: Settings, *, mailbox_id: str, gmail_id: str, forced: bool = True) -> bool:
    """Fetch and store one message while the caller waits, in transactions of its own: hold none open.

    True when its outcome is recorded; False when a worker has the mailbox: the message is then its next.
    Raises NotFound when Gmail no longer has it, and other GmailErrors as they come.
    """
    with transaction(engine) as session:
        request_message(session, mailbox=session.get_one(Mailbox, mailbox_id), gmail_id=gmail_id, forced=forced)
    clock = SystemClock()
    run = Run(
        engine=engine,
        settings=settings,
        clock=clock,
        lease=Lease(mailbox_id, f"person-{new_id()}", clock),
        until=clock.now() + PATIENCE_SECONDS,
        patience=PATIENCE_SECONDS,
        background=False,
    )
    try:
        with run.lease.held(engine), run.connected() as client:
            fetch_item(run, client, Item(MESSAGE, gmail_id, backfill=False, forced=forced, attempts=0))
    except MailboxBusy:
        return False
    except Gone:
        raise NotFound("Gmail no longer has this message.") from None
    return True


def seen_in_addon(session: Session, *, mailbox: Mailbox) -> None:
    """A person has the add-on open: keep a share of the quota for them. Written at most once a minute."""
    now = utcnow()
    seen_at = col(Mailbox.addon_seen_at)
    unseen = or_(seen_at.is_(None), seen_at < now - NOTE_EVERY)
    session.execute(update(Mailbox).where(col(Mailbox.id) == mailbox.id, unseen).values(addon_seen_at=now))
