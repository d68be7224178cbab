"""Why a message is, or is not, where a person looks for it: what `sidenote sync explain` prints."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.core.errors import NotFound
from app.core.freemail import is_freemail
from models import (
    Mailbox,
    MailboxMessage,
    Member,
    Message,
    MessageAlias,
    Record,
    SyncItem,
    TimelineEntry,
    TimelineLink,
)
from sync.envelope import FAILED, Person, linking_roles
from sync.ingest.threads import rfc_id
from sync.match import Found, Index, look_up
from sync.parse import Kind
from sync.stored_people import people_of


@dataclass(frozen=True, slots=True)
class Copy:
    """What became of one mailbox's copy; `outcome` is `waiting` while it is still to be fetched."""

    mailbox: str
    gmail_id: str
    outcome: str
    reason: str | None = None
    attempts: int = 0
    private: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A record that shows the message, and the rule that put it there (`by`: the member who did it by hand)."""

    record: str
    rule: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A participant, the keys that were looked up, and what they led to."""

    role: str
    address_key: str
    domain: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything known of a message, without its content. `message_id` is None when it was never stored."""

    ref: str
    message_id: str | None
    direction: str | None
    kind: str | None
    unlogged_by: str | None
    copies: list[Copy]
    links: list[Link]
    participants: list[Verdict]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def lines(self) -> list[str]:
        return list(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.message_id is None:
            yield f"{self.ref}: not stored"
        else:
            yield f"{self.ref}: message {self.message_id}, direction {self.direction}, kind {self.kind}"
        for copy in self.copies:
            reason = f" ({copy.reason})" if copy.reason else ""
            private = ", private" if copy.private else ""
            yield f"in {copy.mailbox}, id {copy.gmail_id}: {copy.outcome}{reason}{private}, attempts {copy.attempts}"
        if self.unlogged_by:
            yield f"taken off every timeline by {self.unlogged_by}: rules do not apply"
        elif self.message_id and not self.links:
            yield "on no record"
        for link in self.links:
            yield f"on {link.record}: rule {link.rule}" + (f", by {link.by}" if link.by else "")
        for one in self.participants:
            yield f"{one.role} {one.address_key}: {one.verdict}"


def explain(session: Session, *, workspace_id: str, ref: str) -> Explanation:
    """Explain a message by Gmail id (hex, `msg-f:…`, `msg-a:…`), by Message-ID, or by our own id."""
    ref = ref.replace("\0", "").strip()
    message = _message(session, workspace_id, ref)
    copies = _copies(session, workspace_id, message, ref)
    if message is None and not copies:
        raise NotFound(f"No mailbox of this workspace has listed {ref[:200]}: check the id and `sidenote sync status`.")
    if message is None:
        return Explanation(ref, None, None, None, None, copies, [], [])
    return Explanation(
        ref=ref,
        message_id=message.id,
        direction=message.direction,
        kind=message.kind,
        unlogged_by=_member_name(session, message.unlogged_by),
        copies=copies,
        links=_links(session, message),
        participants=_participants(session, message),
    )


def _message(session: Session, workspace_id: str, ref: str) -> Message | None:
    """The stored message, if it is."""
    here = select(Message).where(col(Message.workspace_id) == workspace_id)
    named = ref.removeprefix("rfc822msgid:").strip("<>")
    copies = select(col(MailboxMessage.message_id)).where(
        col(MailboxMessage.workspace_id) == workspace_id,
        col(MailboxMessage.gmail_id).in_(_gmail_ids(session, workspace_id, ref)),
    )
    by_id = here.where(or_(col(Message.id) == ref, col(Message.id).in_(copies)))
    by_name = here.where(col(Message.rfc_message_id) == rfc_id(named))
    return session.scalars(by_id).first() or session.scalars(by_name).first()


def _gmail_ids(session: Session, workspace_id: str, ref: str) -> list[str]:
    """The ids under which Gmail's API may know what its screens and people write."""
    name = ref.lstrip("#").lower()
    if numbered := re.fullmatch(r"msg-f:([0-9]{1,20})", name):
        return [f"{int(numbered[1]):x}"]
    aliases = select(col(MessageAlias.gmail_id)).where(
        col(MessageAlias.workspace_id) == workspace_id, col(MessageAlias.alias) == ref.lstrip("#")
    )
    return [name, *session.scalars(aliases)]


def _copies(session: Session, workspace_id: str, message: Message | None, ref: str) -> list[Copy]:
    gmail_ids = _gmail_ids(session, workspace_id, ref)
    named = col(MailboxMessage.gmail_id).in_(gmail_ids)
    asked = or_(named, col(MailboxMessage.message_id) == message.id) if message else named
    stored = (
        select(MailboxMessage, col(Mailbox.address))
        .join(Mailbox, col(Mailbox.id) == col(MailboxMessage.mailbox_id))
        .where(col(MailboxMessage.workspace_id) == workspace_id, asked)
        .order_by(col(Mailbox.address), col(MailboxMessage.gmail_id))
    )
    waiting = (
        select(SyncItem, col(Mailbox.address))
        .join(Mailbox, col(Mailbox.id) == col(SyncItem.mailbox_id))
        .where(col(SyncItem.workspace_id) == workspace_id, col(SyncItem.kind) == "message")
        .where(col(SyncItem.gmail_id).in_(gmail_ids))
    )
    copies = [
        Copy(address, row.gmail_id, row.outcome, row.reason, row.attempts, row.private)
        for row, address in session.execute(stored)
    ]
    queued = [
        Copy(address, item.gmail_id, "waiting", item.last_error, item.attempts)
        for item, address in session.execute(waiting)
    ]
    return copies + queued


def _links(session: Session, message: Message) -> list[Link]:
    query = (
        select(col(Record.kind), col(Record.name), col(TimelineLink.rule), col(Member.name))
        .join(TimelineLink, col(TimelineLink.record_id) == col(Record.id))
        .join(TimelineEntry, col(TimelineEntry.id) == col(TimelineLink.entry_id))
        .outerjoin(Member, col(Member.id) == col(TimelineLink.member_id))
        .where(col(TimelineEntry.message_id) == message.id)
        .order_by(col(Record.kind), col(Record.name))
    )
    return [Link(f"{kind} {name}", rule, by) for kind, name, rule, by in session.execute(query)]


def _participants(session: Session, message: Message) -> list[Verdict]:
    people = people_of(session, message)
    index = look_up(session, workspace_id=message.workspace_id, people=people)
    names = _names(
        session, [found for some in (index.by_address, index.by_domain) for group in some.values() for found in group]
    )
    return [Verdict(p.role, p.key, p.domain, _verdict(p, message, index, names)) for p in people]


def _names(session: Session, found: Sequence[Found]) -> dict[str, str]:
    query = select(col(Record.id), col(Record.kind), col(Record.name))
    rows = session.execute(query.where(col(Record.id).in_({one.record_id for one in found})))
    return {id: f"{kind} {name}" for id, kind, name in rows}


def _verdict(person: Person, message: Message, index: Index, names: dict[str, str]) -> str:
    roles = linking_roles(Kind(message.kind))
    if person.ours:
        return "a colleague, never matched"
    if person.role not in roles:
        return "not matched in this role" + (
            ": a bounce belongs to the people it did not reach" if FAILED in roles else ""
        )
    by_address = [names[found.record_id] for found in index.by_address.get(person.key, ())]
    by_domain = [names[found.record_id] for found in index.by_domain.get(person.domain, ())]
    address = f"address of {', '.join(by_address)}" if by_address else "no record has this address"
    if by_domain:
        return f"{address}; domain {person.domain} of {', '.join(by_domain)}"
    if is_freemail(person.domain):
        return f"{address}; {person.domain} is a free-mail domain and tells no company"
    return f"{address}; no company has the domain {person.domain or '(none)'}"


def _member_name(session: Session, member_id: str | None) -> str | None:
    return session.scalar(select(col(Member.name)).where(col(Member.id) == member_id)) if member_id else None
