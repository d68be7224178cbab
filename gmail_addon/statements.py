"""The statements behind the open message, compiled once and scoped to what the viewer may see."""

from typing import Any

from sqlalchemy import Float, String, Text, and_, bindparam, cast, exists, literal, null, or_, select, true, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.records.identity import PEOPLE
from app.records.seen import COMPANY, SEEN_COLUMNS, with_company
from app.workspaces.access import ScopedQuery
from models import (
    Correspondent,
    Exclusion,
    Mailbox,
    MailboxMessage,
    Member,
    Message,
    Participant,
    Record,
    RecordKey,
    Stage,
    ThreadCandidate,
    ThreadLink,
    TimelineEntry,
    TimelineLink,
)
from models.base import Json
from sync.attribution.turn import takes_turn

MAX_HOMES, MAX_PEOPLE, MAX_ASKED = 24, 60, 12
COPY_FACTS, COPY_LAST, COPY_HOME = slice(13), slice(13, 17), slice(17, None)
"""The columns of COPY: the message, the last word in its thread, and one record around it."""
ON_TIMELINE, ON_THREAD, OFFERED = "timeline", "thread", "offered"

_unlogger, _last, _writer = aliased(Member), aliased(Message), aliased(Participant)
_ROLES = ("from", "to", "cc", "bcc", "reply_to", "failed")


def _copy(see: Any) -> Any:
    """The viewer's copy of a Gmail id, and the last message in its thread that a person wrote to or from outside.

    One row per record it is logged to, its thread is on or may be about, at least one. Parameters: me (member id),
    gmail_id.
    """
    found = _found_copy().cte("found")
    home = _homes(found).cte("home")
    return (
        select(
            *[column for column in found.c if column.name not in ("entry_id", "last_id")],
            col(_last.direction),
            col(_last.sent_at),
            col(_writer.name),
            col(_writer.address),
            home.c.record_id,
            home.c.place,
            home.c.rule,
            home.c.score,
            home.c.reasons,
            col(Member.name),
            col(Record.id),
            col(Record.kind),
            col(Record.name),
            col(Stage.id),
            col(Stage.name),
            col(Record.amount),
            col(Record.currency),
            col(Record.close_on),
            col(Record.folder_id),
            col(Record.owner_id),
            col(Record.territory_id),
            col(Record.status),
        )
        .select_from(found)
        .outerjoin(_last, col(_last.id) == found.c.last_id)
        .outerjoin(_writer, _is_author(_writer, found.c.last_id))
        .outerjoin(home, true())
        .outerjoin(Record, and_(col(Record.id) == home.c.record_id, see(Record), col(Record.archived_at).is_(None)))
        .outerjoin(Stage, col(Stage.id) == col(Record.stage_id))
        .outerjoin(Member, col(Member.id) == home.c.member_id)
        .limit(MAX_HOMES)
    )


def _found_copy() -> Any:
    return (
        select(
            col(MailboxMessage.mailbox_id),
            col(MailboxMessage.gmail_id),
            col(MailboxMessage.outcome),
            col(MailboxMessage.reason),
            col(MailboxMessage.private),
            col(MailboxMessage.message_id),
            col(Message.subject),
            col(Message.thread_id),
            col(Message.direction),
            col(Message.kind),
            col(Message.sent_at),
            col(Message.unlogged_by).is_not(None).label("unlogged"),
            col(_unlogger.name).label("unlogged_by"),
            col(TimelineEntry.id).label("entry_id"),
            _last_of(col(Message.thread_id)).label("last_id"),
        )
        .join(Mailbox, col(Mailbox.id) == col(MailboxMessage.mailbox_id))
        .outerjoin(Message, col(Message.id) == col(MailboxMessage.message_id))
        .outerjoin(_unlogger, col(_unlogger.id) == col(Message.unlogged_by))
        .outerjoin(TimelineEntry, col(TimelineEntry.message_id) == col(Message.id))
        .where(col(Mailbox.member_id) == bindparam("me"), col(MailboxMessage.gmail_id) == bindparam("gmail_id"))
        .limit(1)
    )


def _last_of(thread_id: Any) -> Any:
    """The id of a thread's last message that turns are read off; see `sync.attribution.turn`."""
    later = aliased(Message)
    return (
        select(col(later.id))
        .where(col(later.thread_id) == thread_id, *takes_turn(later))
        .order_by(col(later.sent_at).desc(), col(later.id).desc())
        .limit(1)
        .scalar_subquery()
    )


def _is_author(person: Any, message_id: Any) -> Any:
    first = and_(col(person.role) == "from", col(person.position) == 0)
    return and_(col(person.message_id) == message_id, first)


def _homes(found: Any) -> Any:
    """The records around a message, and what put each there."""
    no_score, no_reasons = cast(null(), Float).label("score"), cast(null(), Json).label("reasons")
    logged = select(
        col(TimelineLink.record_id),
        literal(ON_TIMELINE).label("place"),
        col(TimelineLink.rule),
        col(TimelineLink.member_id),
        no_score,
        no_reasons,
    ).join(found, col(TimelineLink.entry_id) == found.c.entry_id)
    threaded = select(
        col(ThreadLink.record_id),
        literal(ON_THREAD),
        col(ThreadLink.rule),
        col(ThreadLink.member_id),
        no_score,
        col(ThreadLink.reasons),
    ).join(found, col(ThreadLink.thread_id) == found.c.thread_id)
    offered = select(
        col(ThreadCandidate.record_id),
        literal(OFFERED),
        literal(""),
        cast(null(), String),
        col(ThreadCandidate.score),
        col(ThreadCandidate.reasons),
    ).join(found, col(ThreadCandidate.thread_id) == found.c.thread_id)
    return union_all(logged, threaded, offered)


def _matched(see: Any, people: Any) -> Any:
    """`people` (its columns first, among them key and domain) with their records, companies by domain after.

    A record out of the viewer's sight shows only in `held`: that it exists, and who owns it. The last two columns
    tell whether the viewer's mailboxes keep out the address, and the domain.
    """
    email, domain = aliased(RecordKey), aliased(RecordKey)
    held, firm = aliased(Record), aliased(Record)
    person_here = and_(col(held.id) == email.record_id, col(held.kind).in_(PEOPLE), col(held.archived_at).is_(None))
    company_here = and_(col(firm.id) == domain.record_id, col(firm.kind) == "company", col(firm.archived_at).is_(None))
    return (
        select(*people.c, col(held.id), col(held.owner_id), *SEEN_COLUMNS, col(firm.id), col(firm.name))
        .add_columns(_excluded("address", people.c.key), _excluded("domain", people.c.domain))
        .select_from(people)
        .outerjoin(email, _key_is(email, "email", people.c.key))
        .outerjoin(held, person_here)
        .outerjoin(Record, and_(col(Record.id) == col(held.id), see(Record)))
        .outerjoin(COMPANY, with_company(see))
        .outerjoin(domain, _key_is(domain, "domain", people.c.domain))
        .outerjoin(firm, and_(company_here, see(firm)))
        .order_by(col(held.kind), col(held.created_at), col(firm.created_at))
        .limit(MAX_PEOPLE)
    )


def _excluded(kind: str, value: Any) -> Any:
    mine = or_(col(Exclusion.member_id).is_(None), col(Exclusion.member_id) == bindparam("viewer_member", type_=String))
    here = col(Exclusion.workspace_id) == bindparam("viewer_workspace", type_=String)
    return exists().where(here, col(Exclusion.kind) == kind, col(Exclusion.value) == value, mine)


def _key_is(key: Any, kind: str, value: Any) -> Any:
    workspace = bindparam("viewer_workspace", type_=String)
    return and_(key.workspace_id == workspace, key.kind == kind, key.value == value)


def _participants() -> Any:
    """Blind copies only in what the viewer sent: the copies of all who received it do not tell them."""
    copy = aliased(MailboxMessage)
    sent = exists().where(
        col(copy.message_id) == col(Participant.message_id),
        col(Mailbox.id) == col(copy.mailbox_id),
        col(Mailbox.member_id) == bindparam("viewer_member", type_=String),
        cast(col(copy.labels), Text).like('%"SENT"%'),
    )
    return (
        select(
            col(Participant.role),
            col(Participant.position),
            col(Participant.name),
            col(Participant.address),
            col(Correspondent.key),
            col(Correspondent.domain),
        )
        .join(Correspondent, col(Correspondent.id) == col(Participant.correspondent_id))
        .where(col(Participant.role).in_(_ROLES), or_(col(Participant.role) != "bcc", sent))
    )


def _of_message(see: Any) -> Any:
    people = _participants().where(col(Participant.message_id) == bindparam("message")).limit(MAX_PEOPLE)
    return _matched(see, people.subquery("people"))


def _of_thread(see: Any) -> Any:
    held = (
        select(col(MailboxMessage.message_id))
        .join(Mailbox, col(Mailbox.id) == col(MailboxMessage.mailbox_id))
        .join(Message, col(Message.id) == col(MailboxMessage.message_id))
        .where(col(Mailbox.member_id) == bindparam("me"), col(Message.thread_id) == bindparam("thread"))
    )
    people = _participants().where(col(Participant.message_id).in_(held)).distinct().limit(MAX_PEOPLE)
    return _matched(see, people.subquery("people"))


def _of_keys(see: Any) -> Any:
    """Parameters: key0, domain0, key1, … up to MAX_ASKED of each, "" where there is nobody."""
    asked = [
        select(
            literal(index).label("place"),
            cast(bindparam(f"key{index}"), String).label("key"),
            cast(bindparam(f"domain{index}"), String).label("domain"),
        )
        for index in range(MAX_ASKED)
    ]
    return _matched(see, union_all(*asked).subquery("people"))


COPY = ScopedQuery(_copy)
PARTICIPANTS = ScopedQuery(_of_message)
THREAD_PARTICIPANTS = ScopedQuery(_of_thread)
ASKED_PEOPLE = ScopedQuery(_of_keys)
