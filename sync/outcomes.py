"""Each fetched item ends in exactly one recorded outcome, in the transaction that takes it off the queue."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, col, select

from app.core.failures import describe
from models import Mailbox, MailboxMessage
from sync import ingest, queue
from sync.errors import BadRequest, GmailError, Gone, GrantRevoked, LeaseLost, RateLimited, TokenRefused
from sync.parse import ParsedMessage
from sync.queue import MESSAGE, Item
from sync.run import Run

MAX_ATTEMPTS = 8
MAX_BACKOFF_SECONDS = 64.0
RATIONED_SECONDS = 2.0
STORE_ATTEMPTS = 3
"""Two mailboxes that hold the same mail may meet in the store; the loser stores again."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fetched:
    """An item and the messages Gmail gave for it, or why it gave none."""

    item: Item
    messages: tuple[ParsedMessage, ...] = ()
    error: GmailError | None = None


def record(run: Run, fetched: Sequence[Fetched]) -> None:
    """Store what arrived and settle the queue, in one transaction. All items are backfill, or none is.

    A message that the store refuses does not hold up the others: it is set apart as failing.
    """
    for attempt in range(1, STORE_ATTEMPTS + 1):
        try:
            return _record(run, fetched)
        except LeaseLost:
            raise
        except OperationalError:
            if attempt == STORE_ATTEMPTS:
                raise
        except Exception as error:
            log.warning("sync.batch_refused", mailbox=run.mailbox_id, error=describe(error))
            if not isinstance(error, IntegrityError):
                break
    for one in fetched:
        _record_alone(run, one)


def _record_alone(run: Run, one: Fetched) -> None:
    try:
        _record(run, [one])
    except (OperationalError, LeaseLost):
        raise
    except Exception as error:
        refused = BadRequest(f"The message could not be stored: {describe(error)}")
        _record(run, [Fetched(one.item, error=refused)])


def _record(run: Run, fetched: Sequence[Fetched]) -> None:
    with run.commit() as (session, mailbox):
        messages = {message.gmail_id: message for one in fetched for message in one.messages}
        if messages:
            forced = frozenset(one.item.gmail_id for one in fetched if one.item.forced)
            backfill = fetched[0].item.backfill
            new = list(messages.values())
            ingest.store(session, mailbox, new, vault=run.vault, backfill=backfill, forced=forced)
        settled = [one.item for one in fetched if one.error is None]
        for one in fetched:
            if one.error and _is_settled(run, session, mailbox, one.item, one.error):
                settled.append(one.item)
        queue.remove(session, mailbox.id, settled)


def _is_settled(run: Run, session: Session, mailbox: Mailbox, item: Item, error: GmailError) -> bool:
    """Record what an error means for its item; False when the item stays queued."""
    if isinstance(error, Gone):
        ingest.record_gone(session, mailbox, _messages_of(session, mailbox, item))
        return True
    if isinstance(error, TokenRefused | GrantRevoked):
        return False
    if isinstance(error, RateLimited):
        attempts, wait = item.attempts, error.retry_after or RATIONED_SECONDS * random.random()
    else:
        attempts, wait = item.attempts + 1, backoff(item.attempts)
    if attempts >= MAX_ATTEMPTS:
        ingest.record_failed(
            session,
            mailbox,
            item.gmail_id,
            gmail_thread_id=_thread_of(session, mailbox, item),
            reason=error.message,
            attempts=attempts,
        )
        return True
    not_before = run.now() + timedelta(seconds=wait)
    queue.retry(session, mailbox.id, item, attempts=attempts, not_before=not_before, error=error.message)
    return False


def backoff(failures: int) -> float:
    """Seconds to wait after so many failures: full jitter, doubling from 1 s up to 64 s."""
    return random.random() * min(MAX_BACKOFF_SECONDS, 2.0**failures)


def _messages_of(session: Session, mailbox: Mailbox, item: Item) -> set[str]:
    """The message ids an item stands for. A thread bears the id of its first message, so none is ever empty."""
    known = select(MailboxMessage.gmail_id).where(
        col(MailboxMessage.mailbox_id) == mailbox.id, col(MailboxMessage.gmail_thread_id) == item.gmail_id
    )
    return {item.gmail_id} if item.kind == MESSAGE else {item.gmail_id, *session.scalars(known)}


def _thread_of(session: Session, mailbox: Mailbox, item: Item) -> str:
    known = select(MailboxMessage.gmail_thread_id).where(
        col(MailboxMessage.mailbox_id) == mailbox.id, col(MailboxMessage.gmail_id) == item.gmail_id
    )
    return session.scalar(known) or item.gmail_id
