"""The one outcome of every message id of a mailbox: `stored`, `filtered`, `gone` or `failed`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, select, update
from sqlmodel import Session, col

from app.core.bulk import among, insert_into, insert_rows, table_of
from app.core.clock import utcnow
from models import Mailbox, MailboxMessage
from sync.filters import LABEL_REASONS, label_reason
from sync.parse import ParsedMessage

MAX_REASON = 500

LabelChanges = Mapping[str, tuple[Collection[str], Collection[str]]]
"""Gmail id -> (labels added, labels removed)."""


@dataclass(frozen=True, slots=True)
class Known:
    """What this mailbox has recorded of a Gmail id so far."""

    outcome: str
    reason: str
    labels: list[str]


def known_copies(session: Session, mailbox: Mailbox, gmail_ids: Collection[str]) -> dict[str, Known]:
    """By Gmail id; ids never recorded are absent."""
    copies = table_of(MailboxMessage).c
    query = select(copies.gmail_id, copies.outcome, copies.reason, copies.labels).where(
        copies.mailbox_id == mailbox.id, among(session, copies.gmail_id, gmail_ids)
    )
    return {id: Known(outcome, reason or "", labels) for id, outcome, reason, labels in session.execute(query)}


def refresh_labels(
    session: Session, mailbox: Mailbox, messages: Iterable[ParsedMessage], known: Mapping[str, Known]
) -> None:
    """Give the stored ones among these messages the labels they have now."""
    labels = {m.gmail_id: list(m.label_ids) for m in messages if m.gmail_id in known}
    stored = {id: now for id, now in labels.items() if known[id].outcome == "stored" and known[id].labels != now}
    _set_labels(session, mailbox, stored)


def record_outcomes(
    session: Session,
    mailbox: Mailbox,
    messages: Sequence[ParsedMessage],
    *,
    message_ids: Mapping[str, str],
    reasons: Mapping[str, str],
    known: Collection[str],
    private: Collection[str],
) -> None:
    """`stored` for the Gmail ids in `message_ids`, `filtered` for those in `reasons`. `known` are on record.

    `private` are messages (our ids) whose copies stay their owner's.
    """
    rows = [
        _row(
            mailbox,
            message.gmail_id,
            gmail_thread_id=message.gmail_thread_id,
            outcome="stored" if message.gmail_id in message_ids else "filtered",
            reason=reasons.get(message.gmail_id),
            message_id=message_ids.get(message.gmail_id),
            labels=list(message.label_ids),
            private=message_ids.get(message.gmail_id) in private,
        )
        for message in messages
    ]
    insert_rows(session, MailboxMessage, [row for row in rows if row["gmail_id"] not in known])
    changed = [row for row in rows if row["gmail_id"] in known]
    _upsert(session, changed, columns=("gmail_thread_id", "outcome", "reason", "message_id", "labels", "private"))


def record_filtered(
    session: Session, mailbox: Mailbox, unfetched: Mapping[str, tuple[str, Collection[str]]]
) -> list[str]:
    """Record the messages that their labels alone keep out. `unfetched`: Gmail id -> (thread id, labels).

    Returns the others: they must be fetched to be judged.
    """
    reasons = {gmail_id: label_reason(labels) for gmail_id, (_, labels) in unfetched.items()}
    rows = [
        _row(mailbox, id, gmail_thread_id=thread_id, outcome="filtered", reason=reasons[id], labels=sorted(labels))
        for id, (thread_id, labels) in unfetched.items()
        if reasons[id]
    ]
    columns = ("gmail_thread_id", "outcome", "reason", "labels")
    _upsert(session, rows, columns=columns, unless_outcome="stored")
    return [gmail_id for gmail_id, reason in reasons.items() if reason is None]


def record_gone(session: Session, mailbox: Mailbox, gmail_ids: Collection[str]) -> None:
    """Gmail no longer has these messages. What was stored of them stays, with its place on every timeline."""
    rows = [_row(mailbox, gmail_id, outcome="gone", reason="deleted in Gmail") for gmail_id in sorted(gmail_ids)]
    _upsert(session, rows, columns=("outcome", "reason"))


def record_failed(
    session: Session, mailbox: Mailbox, gmail_id: str, *, gmail_thread_id: str, reason: str, attempts: int
) -> None:
    """Gmail or we could not deliver this message; a stored one stays stored."""
    row = _row(
        mailbox,
        gmail_id,
        gmail_thread_id=gmail_thread_id,
        outcome="failed",
        reason=reason[:MAX_REASON],
        attempts=attempts,
    )
    _upsert(session, [row], columns=("outcome", "reason", "attempts"), unless_outcome="stored")


def update_labels(session: Session, mailbox: Mailbox, changes: LabelChanges) -> set[str]:
    """Apply label changes to known ids. Returns the ids that were filtered for a label and should be fetched again."""
    judged_anew = set()
    labels: dict[str, list[str]] = {}
    for gmail_id, known in known_copies(session, mailbox, changes.keys()).items():
        added, removed = changes[gmail_id]
        kept = [label for label in known.labels if label not in removed]
        labels[gmail_id] = kept + [label for label in added if label not in kept]
        if known.outcome == "filtered" and _may_pass_now(mailbox, known.reason, added, removed):
            judged_anew.add(gmail_id)
    _set_labels(session, mailbox, labels)
    return judged_anew


def _may_pass_now(mailbox: Mailbox, reason: str, added: Collection[str], removed: Collection[str]) -> bool:
    released = any(LABEL_REASONS.get(label) == reason for label in removed)
    return released or (reason.startswith("not labelled") and mailbox.label_id in added)


def _set_labels(session: Session, mailbox: Mailbox, labels: Mapping[str, list[str]]) -> None:
    if labels:
        rows = [{"mailbox": mailbox.id, "gmail": gmail_id, "new": new} for gmail_id, new in labels.items()]
        session.connection().execute(_SET_LABELS, rows)


def _row(mailbox: Mailbox, gmail_id: str, **values: Any) -> dict[str, Any]:
    return {
        "mailbox_id": mailbox.id,
        "gmail_id": gmail_id,
        "workspace_id": mailbox.workspace_id,
        "gmail_thread_id": "",
        "reason": None,
        "attempts": 1,
        "message_id": None,
        "labels": [],
        "private": False,
        "recorded_at": utcnow(),
        **values,
    }


def _upsert(
    session: Session, rows: list[dict[str, Any]], *, columns: Sequence[str], unless_outcome: str | None = None
) -> None:
    if not rows:
        return
    statement = insert_into(session, MailboxMessage)
    old, new = table_of(MailboxMessage).c, statement.excluded
    upsert = statement.on_conflict_do_update(
        index_elements=["mailbox_id", "gmail_id"],
        set_={name: new[name] for name in (*columns, "recorded_at")},
        where=old.outcome != unless_outcome if unless_outcome else None,
    )
    session.execute(upsert, rows)


_SET_LABELS = (
    update(table_of(MailboxMessage))
    .where(
        and_(col(MailboxMessage.mailbox_id) == bindparam("mailbox"), col(MailboxMessage.gmail_id) == bindparam("gmail"))
    )
    .values(labels=bindparam("new"))
)
