"""Which mail stays out of the CRM, and the reason a person reads when they look for it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.records.keys import email_key, host_of
from models import Exclusion, Mailbox
from sync.envelope import Envelope, Person
from sync.pausing import PAUSED, Pause, pauses_of

LABEL_REASONS = {"DRAFT": "draft", "SPAM": "spam", "TRASH": "trash", "CHAT": "chat"}
"""Gmail's own labels whose mail is never stored."""
UNKNOWN_PEOPLE = "unknown people: this mailbox stores only mail with a record"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a mailbox lets in. Excluded addresses are `email_key`s, excluded domains are hosts."""

    mode: str
    label_id: str | None
    addresses: frozenset[str]
    domains: frozenset[str]
    pauses: tuple[Pause, ...]


def filters_of(session: Session, mailbox: Mailbox) -> Filters:
    """The mailbox's mode, and the exclusions of its owner and of the workspace."""
    mine = or_(col(Exclusion.member_id).is_(None), col(Exclusion.member_id) == mailbox.member_id)
    query = select(col(Exclusion.kind), col(Exclusion.value)).where(
        col(Exclusion.workspace_id) == mailbox.workspace_id, mine
    )
    excluded = [(kind, value) for kind, value in session.execute(query)]
    return Filters(
        mode=mailbox.mode,
        label_id=mailbox.label_id,
        addresses=frozenset(value for kind, value in excluded if kind == "address"),
        domains=frozenset(value for kind, value in excluded if kind == "domain"),
        pauses=tuple(pauses_of(mailbox.pauses)),
    )


def normal_exclusion(kind: str, value: str) -> str:
    """The form in which an exclusion is stored and compared."""
    return email_key(value) if kind == "address" else host_of(value)


def label_reason(labels: Collection[str]) -> str | None:
    """Why a message with these labels is not stored whatever it says, or None."""
    return next((reason for label, reason in LABEL_REASONS.items() if label in labels), None)


def reason_to_skip(filters: Filters, envelope: Envelope) -> str | None:
    """Why this message is not stored, or None. (`known` mode waits until records are looked up.)"""
    labels = envelope.message.label_ids
    if reason := label_reason(labels):
        return reason
    if envelope.direction == "internal":
        return "internal: everyone is a colleague"
    if excluded := next(_excluded(filters, envelope.outsiders), None):
        return excluded
    if any(pause.covers(envelope.message.internal_date) for pause in filters.pauses):
        return PAUSED
    if filters.mode == "labelled" and filters.label_id not in labels:
        return "not labelled: this mailbox stores only mail under its label"
    return None


def _excluded(filters: Filters, outsiders: list[Person]) -> Iterator[str]:
    if not filters.addresses and not filters.domains:
        return
    for person in outsiders:
        if person.key in filters.addresses:
            yield f"excluded address: {person.key}"
        labels = host_of(person.key).split(".")
        for start in range(len(labels)):
            if (domain := ".".join(labels[start:])) in filters.domains:
                yield f"excluded domain: {domain}"
