"""What changed since the cursor: new mail queued, labels updated, deletions recorded.

See https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.history/list
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from models import Mailbox, MailboxMessage
from sync import ingest, queue
from sync.client import GmailClient
from sync.queue import MESSAGE, NEW
from sync.run import Run

KNOWN = ("stored", "filtered")


@dataclass(slots=True)
class Changes:
    """What a page of history comes to, message by message; of opposite changes the later one counts."""

    added: dict[str, str] = field(default_factory=dict)
    """Message id -> thread id."""
    labels: dict[str, tuple[set[str], set[str]]] = field(default_factory=dict)
    """Message id -> (labels given, labels taken)."""
    threads: dict[str, str] = field(default_factory=dict)
    deleted: dict[str, None] = field(default_factory=dict)


def catch_up(run: Run, client: GmailClient) -> None:
    """Read the history from the cursor to its end, then move the cursor there. HistoryExpired if it is too old.

    Each page takes effect in one transaction. A crash on the way repeats pages, which changes nothing.
    """
    with run.commit() as (_, mailbox):
        mailbox.dirty_at = None
        start = mailbox.cursor or "0"
    token: str | None = None
    while True:
        page = client.history_page(start=start, page_token=token)
        token = page.get("nextPageToken")
        changes = read_changes(page)
        with run.commit() as (session, mailbox):
            _apply(session, mailbox, changes)
            if not token:
                mailbox.cursor = later_cursor(mailbox.cursor, str(page["historyId"]))
                mailbox.synced_at = run.now()
        if not token:
            run.looked_at = run.clock.now()
            return


def later_cursor(one: str | None, other: str) -> str:
    """The later of two historyIds. They are numbers that may outgrow 64 bits, so they are compared as such."""
    return other if one is None else str(max(int(one), int(other)))


def read_changes(page: Mapping[str, Any]) -> Changes:
    changes = Changes()
    for entry in page.get("history", ()):
        for event in entry.get("messagesAdded", ()):
            message = event["message"]
            changes.added[message["id"]] = message["threadId"]
            changes.deleted.pop(message["id"], None)
        for event in entry.get("labelsAdded", ()):
            _relabel(changes, event, given=True)
        for event in entry.get("labelsRemoved", ()):
            _relabel(changes, event, given=False)
        for event in entry.get("messagesDeleted", ()):
            message_id = event["message"]["id"]
            changes.deleted[message_id] = None
            changes.added.pop(message_id, None)
            changes.labels.pop(message_id, None)
    return changes


def _relabel(changes: Changes, event: Mapping[str, Any], *, given: bool) -> None:
    message = event["message"]
    changes.threads[message["id"]] = message["threadId"]
    gained, lost = changes.labels.setdefault(message["id"], (set(), set()))
    labels = event.get("labelIds", ())
    (gained if given else lost).update(labels)
    (lost if given else gained).difference_update(labels)


def _apply(session: Session, mailbox: Mailbox, changes: Changes) -> None:
    mentioned = changes.added.keys() | changes.labels.keys()
    known = known_ids(session, mailbox, mentioned)
    fetch = [message_id for message_id in changes.added if message_id not in known]
    labels = {message_id: change for message_id, change in changes.labels.items() if message_id in known}
    fetch += sorted(ingest.update_labels(session, mailbox, labels)) if labels else []
    fetch += _unseen(session, mailbox, changes, known)
    queue.add(session, mailbox, fetch, kind=MESSAGE, priority=NEW, backfill=False)
    if changes.deleted:
        ingest.record_gone(session, mailbox, changes.deleted.keys())
        queue.remove_messages(session, mailbox.id, changes.deleted.keys())


def _unseen(session: Session, mailbox: Mailbox, changes: Changes, known: set[str]) -> list[str]:
    """Relabelled messages that we have not seen, such as one taken out of spam, unless their thread is queued."""
    unseen = {
        message_id: changes.threads[message_id]
        for message_id in changes.labels
        if message_id not in known and message_id not in changes.added
    }
    coming = queue.queued_threads(session, mailbox.id, set(unseen.values())) if unseen else set()
    return [message_id for message_id, thread_id in unseen.items() if thread_id not in coming]


def known_ids(session: Session, mailbox: Mailbox, gmail_ids: set[str]) -> set[str]:
    """Those that were stored or filtered: what they hold will not change, only their labels."""
    if not gmail_ids:
        return set()
    query = select(MailboxMessage.gmail_id).where(
        col(MailboxMessage.mailbox_id) == mailbox.id,
        col(MailboxMessage.gmail_id).in_(gmail_ids),
        col(MailboxMessage.outcome).in_(KNOWN),
    )
    return set(session.scalars(query))
