"""Finding out whether the workspace has a message already, through another mailbox, and making room if not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import among, insert_missing, table_of
from app.core.clock import utcnow
from app.core.ids import new_id
from models import Mailbox, Message
from sync.envelope import Envelope
from sync.ingest.rows import Row, message_row
from sync.ingest.threads import drop_threads, find_threads, start_threads


@dataclass(frozen=True, slots=True)
class Places:
    """`threads` by Gmail thread id, absent where a new one will be needed; `known`: digests the workspace has."""

    threads: dict[str, str]
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Placed:
    """A copy of a message and the row it belongs to. `is_new`: the row was made for this very copy."""

    envelope: Envelope
    message_id: str
    thread_id: str
    is_new: bool
    unlogged: bool = False
    direction: str = ""


def find_places(session: Session, mailbox: Mailbox, envelopes: Sequence[Envelope]) -> Places:
    digests = {envelope.message.group_digest for envelope in envelopes}
    query = select(col(Message.group_digest), col(Message.thread_id)).where(
        col(Message.workspace_id) == mailbox.workspace_id, among(session, col(Message.group_digest), digests)
    )
    elsewhere = dict(session.execute(query).all())
    messages = [envelope.message for envelope in envelopes]
    return Places(find_threads(session, mailbox, messages, elsewhere=elsewhere), frozenset(elsewhere))


def place(session: Session, mailbox: Mailbox, envelopes: Sequence[Envelope], places: Places) -> list[Placed]:
    """Make the rows that are missing; whoever stored the same message first, here or elsewhere, keeps it."""
    messages = [envelope.message for envelope in envelopes]
    started = start_threads(session, workspace_id=mailbox.workspace_id, messages=messages, threads=places.threads)
    made = _new_rows(mailbox, envelopes, places)
    all_new = insert_missing(session, Message, [made[digest] for digest in sorted(made)])
    missing = {message.group_digest for message in messages} - (made.keys() if all_new else set())
    others = _made_by_others(session, mailbox, missing, made)
    placed, fresh = [], dict(made)
    for envelope in envelopes:
        digest = envelope.message.group_digest
        if other := others.get(digest):
            found = Placed(envelope, other.id, other.thread_id, False, other.unlogged_by is not None, other.direction)
        else:
            row = made[digest]
            is_new = fresh.pop(digest, None) is not None
            found = Placed(envelope, row["id"], row["thread_id"], is_new, direction=row["direction"])
        placed.append(found)
    drop_threads(session, started - {one.thread_id for one in placed})
    return placed


def _new_rows(mailbox: Mailbox, envelopes: Sequence[Envelope], places: Places) -> dict[str, Row]:
    """By digest; they are inserted sorted, so that two workers with the same mail do not wait for each other."""
    now = utcnow()
    rows: dict[str, Row] = {}
    for envelope in envelopes:
        digest = envelope.message.group_digest
        if digest not in places.known and digest not in rows:
            thread_id = places.threads[envelope.message.gmail_thread_id]
            rows[digest] = message_row(
                envelope, id=new_id(), workspace_id=mailbox.workspace_id, thread_id=thread_id, now=now
            )
    return rows


def _made_by_others(
    session: Session, mailbox: Mailbox, digests: Collection[str], made: Mapping[str, Row]
) -> dict[str, Any]:
    """Locked, in the order of their ids, until this transaction has added its copies."""
    if not digests:
        return {}
    rows = table_of(Message).c
    query = (
        select(rows.id, rows.group_digest, rows.thread_id, rows.unlogged_by, rows.direction)
        .where(rows.workspace_id == mailbox.workspace_id, among(session, rows.group_digest, digests))
        .order_by(rows.id)
        .with_for_update(key_share=True)
    )
    ours = {row["id"] for row in made.values()}
    return {row.group_digest: row for row in session.execute(query) if row.id not in ours}
