"""After the history has expired: a complete snapshot of the mailbox, compared with what we know.

Nothing is applied before the snapshot is complete. The cursor is read before it is begun, so what changes while it
is taken is in the history that follows: no hole. What it lacks is gone: no ghost.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from app.core import events
from app.core.ids import new_id
from models import Mailbox, MailboxMessage
from sync import ingest, queue
from sync.client import GmailClient
from sync.history import KNOWN, later_cursor
from sync.queue import BACKFILL, MESSAGE
from sync.run import Run
from sync.scope import Scope, scope_of

CHUNK = 1000
"""Ids per transaction."""
EVERYTHING = Scope("", None)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every message of the mailbox: its thread, its labels, and whether it is in scope."""

    listing_id: str
    threads: Mapping[str, str]
    labels: Mapping[str, set[str]]
    wanted: Collection[str]


def expire(session: Session, mailbox: Mailbox) -> None:
    mailbox.state = "resync"
    events.emit(session, "mailbox.resync_started", workspace_id=mailbox.workspace_id, subject_id=mailbox.id)


def take_snapshot(run: Run, client: GmailClient) -> None:
    """List everything, then bring outcomes and labels in line with it. Interrupted, it is taken anew."""
    pin = str(client.profile()["historyId"])
    threads = _listed(run, client, EVERYTHING)
    scope = scope_of(run.settings, run.read())
    wanted = threads if scope.is_everything else _listed(run, client, scope)
    snapshot = Snapshot(new_id(), threads, _labels(run, client), wanted)
    for chunk in _chunks(threads):
        with run.commit() as (session, mailbox):
            _compare(session, mailbox, snapshot, chunk)
    with run.commit() as (session, mailbox):
        for chunk in _chunks(_unseen(session, mailbox, snapshot)):
            ingest.record_gone(session, mailbox, chunk)
        mailbox.cursor = later_cursor(mailbox.cursor, pin)
        mailbox.listing_id = mailbox.page_token = None
        mailbox.state = "live"
        run.looked_at = None
        events.emit(session, "mailbox.resynced", workspace_id=mailbox.workspace_id, subject_id=mailbox.id)


def _listed(run: Run, client: GmailClient, scope: Scope) -> dict[str, str]:
    listed: dict[str, str] = {}
    for page in client.message_ids(scope, spam_and_trash=True):
        listed |= page
        run.keep_lease()
    return listed


def _labels(run: Run, client: GmailClient) -> dict[str, set[str]]:
    """The labels of every message, from one listing per label: 5 units for 500, where a get costs 20 for one."""
    labels: dict[str, set[str]] = {}
    for label_id in client.label_ids():
        for message_id in _listed(run, client, Scope("", label_id)):
            labels.setdefault(message_id, set()).add(label_id)
    return labels


def _compare(session: Session, mailbox: Mailbox, snapshot: Snapshot, chunk: Collection[str]) -> None:
    columns = (MailboxMessage.gmail_id, MailboxMessage.labels)
    ours = (col(MailboxMessage.mailbox_id) == mailbox.id, col(MailboxMessage.gmail_id).in_(chunk))
    known = (*ours, col(MailboxMessage.outcome).in_(KNOWN))
    before = {gmail_id: set(labels) for gmail_id, labels in session.execute(select(*columns).where(*known))}
    fetch = _update_labels(session, mailbox, snapshot, before)
    unknown = {
        gmail_id: snapshot.threads[gmail_id]
        for gmail_id in chunk
        if gmail_id not in before and gmail_id in snapshot.wanted
    }
    coming = queue.queued_threads(session, mailbox.id, set(unknown.values()))
    unseen = {
        gmail_id: (thread_id, snapshot.labels.get(gmail_id, set()))
        for gmail_id, thread_id in unknown.items()
        if thread_id not in coming
    }
    fetch += ingest.record_filtered(session, mailbox, unseen)
    queue.add(session, mailbox, fetch, kind=MESSAGE, priority=BACKFILL, backfill=True)
    session.execute(update(MailboxMessage).where(*known).values(listing_id=snapshot.listing_id))


def _update_labels(session: Session, mailbox: Mailbox, snapshot: Snapshot, before: Mapping[str, set[str]]) -> list[str]:
    """Bring labels up to date; returns the ids that have to be fetched because of it."""
    now = {gmail_id: snapshot.labels.get(gmail_id, set()) for gmail_id in before}
    changed = {
        gmail_id: (now[gmail_id] - labels, labels - now[gmail_id])
        for gmail_id, labels in before.items()
        if now[gmail_id] != labels
    }
    return sorted(ingest.update_labels(session, mailbox, changed)) if changed else []


def _unseen(session: Session, mailbox: Mailbox, snapshot: Snapshot) -> list[str]:
    """The known ids that the snapshot lacks."""
    listing = col(MailboxMessage.listing_id)
    query = select(MailboxMessage.gmail_id).where(
        col(MailboxMessage.mailbox_id) == mailbox.id,
        col(MailboxMessage.outcome).in_(KNOWN),
        or_(listing.is_(None), listing != snapshot.listing_id),
    )
    return list(session.scalars(query))


def _chunks(ids: Collection[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
