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

    added: dict[str, None] = field(default_factory=dict)
    relabelled: dict[str, tuple[set[str], set[str]]] = field(default_factory=dict)
    """Message id -> (labels given, labels taken)."""
    deleted: dict[str, None] = field(default_factory=dict)
    seen: dict[str, tuple[str, set[str]]] = field(default_factory=dict)
    """Message id -> (thread id, labels as far as the page tells)."""


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
            _note(changes, event["message"])
            changes.added[event["message"]["id"]] = None
            changes.deleted.pop(event["message"]["id"], None)
        for event in entry.get("labelsAdded", ()):
            _relabel(changes, event, given=True)
        for event in entry.get("labelsRemoved", ()):
            _relabel(changes, event, given=False)
        for event in entry.get("messagesDeleted", ()):
            message_id = event["message"]["id"]
            changes.deleted[message_id] = None
            changes.added.pop(message_id, None)
            changes.relabelled.pop(message_id, None)
    return changes


def _relabel(changes: Changes, event: Mapping[str, Any], *, given: bool) -> None:
    message = event["message"]
    gained, lost = changes.relabelled.setdefault(message["id"], (set(), set()))
    now = _note(changes, message)
    labels = set(event.get("labelIds", ()))
    if given:
        gained |= labels
        lost -= labels
        now |= labels
    else:
        gained -= labels
        lost |= labels
        now -= labels


def _note(changes: Changes, message: Mapping[str, Any]) -> set[str]:
    """The labels the message had before the event, or has after it: Gmail does not say which it sends."""
    _, before = changes.seen.get(message["id"], ("", set()))
    labels = set(message.get("labelIds", before))
    changes.seen[message["id"]] = (message["threadId"], labels)
    return labels


def _apply(session: Session, mailbox: Mailbox, changes: Changes) -> None:
    known = known_ids(session, mailbox, changes.added.keys() | changes.relabelled.keys())
    relabelled = {message_id: change for message_id, change in changes.relabelled.items() if message_id in known}
    fetch = sorted(ingest.update_labels(session, mailbox, relabelled)) if relabelled else []
    fetch += ingest.record_filtered(session, mailbox, _unseen(session, mailbox, changes, known))
    queue.add(session, mailbox, fetch, kind=MESSAGE, priority=NEW, backfill=False)
    if changes.deleted:
        ingest.record_gone(session, mailbox, changes.deleted.keys())
        queue.remove_messages(session, mailbox.id, changes.deleted.keys())


def _unseen(session: Session, mailbox: Mailbox, changes: Changes, known: set[str]) -> dict[str, tuple[str, set[str]]]:
    """New messages, and relabelled ones that were never seen, such as one taken out of spam.

    The latter may wait when their thread is queued: it will be fetched whole.
    """
    old = {id: changes.seen[id] for id in changes.relabelled if id not in known and id not in changes.added}
    coming = queue.queued_threads(session, mailbox.id, {thread_id for thread_id, _ in old.values()}) if old else set()
    new = {id: changes.seen[id] for id in changes.added if id not in known}
    return new | {id: message for id, message in old.items() if message[0] not in coming}


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
