"""The deals that a thread could be about, and what the store knows of each: a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, false, or_, select, union
from sqlmodel import Session, col

from app.core.bulk import among
from app.records.deals import PARTICIPANT
from app.workspaces.access import Viewer, visible
from models import (
    Correspondent,
    DealChoice,
    MailThread,
    Message,
    Participant,
    Record,
    RecordKey,
    RecordLink,
    ThreadLink,
)
from sync.attribution.thread import Thread, normal_subject

CLOSED_RECENTLY = timedelta(days=30)
MAX_DEALS, MAX_THREADS, MAX_QUOTES = 60, 500, 300


@dataclass(frozen=True, slots=True)
class People:
    """The records of a thread's outsiders: contacts, and the companies that these or their domains belong to."""

    contacts: frozenset[str]
    companies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a pool of deals, by deal id. `chosen` is how often a person put these very people's threads on
    it; `passed_over`, how often on another deal or on none."""

    deals: Sequence[Record]
    people: People
    contacts: dict[str, set[str]]
    subjects: dict[str, set[str]]
    answered: set[str]
    wrote: set[str]
    numbers: dict[str, set[str]]
    chosen: dict[str, int]
    choices: int

    def passed_over(self, deal_id: str) -> int:
        return self.choices - self.chosen.get(deal_id, 0)


def read_facts(session: Session, *, thread: Thread, viewer: Viewer | None) -> Facts:
    """Without a viewer: all deals of the workspace."""
    people = _people(session, thread)
    answered = _answered_threads(session, thread)
    chosen = _choices(session, thread)
    known = people.contacts or people.companies or answered or chosen
    deals = _deals(session, thread, viewer, people, answered, [id for id in chosen if id]) if known else []
    if not deals:
        return Facts([], people, {}, {}, set(), set(), {}, {}, 0)
    ids = [deal.id for deal in deals]
    subjects, on_answered = _linked_threads(session, thread, ids, answered)
    return Facts(
        deals=deals,
        people=people,
        contacts=_contacts(session, ids, people.contacts),
        subjects=subjects,
        answered=on_answered,
        wrote=_writers(session, thread, ids),
        numbers=_numbers(session, deals),
        chosen={deal_id: count for deal_id, count in chosen.items() if deal_id},
        choices=sum(chosen.values()),
    )


def _people(session: Session, thread: Thread) -> People:
    key = RecordKey
    known = or_(
        and_(col(key.kind) == "email", among(session, col(key.value), thread.keys)),
        and_(col(key.kind) == "domain", among(session, col(key.value), thread.domains)),
    )
    query = (
        select(col(Record.id), col(Record.kind), col(Record.company_id))
        .join(key, col(key.record_id) == col(Record.id))
        .where(col(key.workspace_id) == thread.workspace_id, known, col(Record.deleted_at).is_(None))
    )
    found = session.execute(query).all()
    companies = {id for id, kind, _ in found if kind == "company"} | {company for *_, company in found if company}
    return People(frozenset(id for id, kind, _ in found if kind != "company"), frozenset(companies))


def _answered_threads(session: Session, thread: Thread) -> set[str]:
    if not thread.references:
        return set()
    query = select(col(Message.thread_id)).where(
        col(Message.workspace_id) == thread.workspace_id,
        col(Message.thread_id) != thread.id,
        among(session, col(Message.rfc_message_id), thread.references),  # type: ignore[arg-type]
    )
    return set(session.scalars(query))


def _choices(session: Session, thread: Thread) -> dict[str | None, int]:
    query = select(col(DealChoice.deal_id)).where(
        col(DealChoice.workspace_id) == thread.workspace_id,
        col(DealChoice.people) == thread.people,
        col(DealChoice.thread_id) != thread.id,
    )
    counts: dict[str | None, int] = defaultdict(int)
    for deal_id in session.scalars(query.order_by(col(DealChoice.chosen_at).desc()).limit(MAX_DEALS)):
        counts[deal_id] += 1
    return dict(counts)


def _deals(
    session: Session,
    thread: Thread,
    viewer: Viewer | None,
    people: People,
    answered: Collection[str],
    chosen: Collection[str],
) -> Sequence[Record]:
    """Open ones, and those closed lately before the thread's last mail; the most active first."""
    from_, to = col(RecordLink.from_id), col(RecordLink.to_id)
    participates = col(RecordLink.label) == PARTICIPANT
    leads = union(
        select(from_.label("id")).where(among(session, to, people.contacts), participates),
        select(to).where(among(session, from_, people.contacts), participates),
        select(col(Record.id)).where(
            _is_deal(thread), _among_or_none(session, col(Record.company_id), people.companies)
        ),
        select(col(ThreadLink.record_id)).where(among(session, col(ThreadLink.thread_id), answered)),
        select(col(Record.id)).where(among(session, col(Record.id), chosen)),
    ).subquery()
    closed_lately = col(Record.stage_entered_at) >= thread.last_at - CLOSED_RECENTLY
    query = select(Record).where(col(Record.id).in_(select(leads.c.id)), _is_deal(thread))
    query = query.where(or_(col(Record.status) == "open", closed_lately))
    if viewer:
        query = query.where(visible(viewer))
    order = (col(Record.last_activity_at).desc().nulls_last(), col(Record.id))
    return session.scalars(query.order_by(*order).limit(MAX_DEALS)).all()


def _is_deal(thread: Thread) -> ColumnElement[bool]:
    return and_(
        col(Record.workspace_id) == thread.workspace_id,
        col(Record.kind) == "deal",
        col(Record.deleted_at).is_(None),
        col(Record.archived_at).is_(None),
    )


def _among_or_none(session: Session, column: object, values: Collection[str]) -> ColumnElement[bool]:
    return among(session, column, values) if values else false()  # type: ignore[arg-type]


def _contacts(session: Session, deals: Collection[str], contacts: Collection[str]) -> dict[str, set[str]]:
    """Those of the thread's contacts who take part in each deal."""
    from_, to = col(RecordLink.from_id), col(RecordLink.to_id)
    query = select(from_, to).where(
        col(RecordLink.label) == PARTICIPANT,
        or_(
            and_(among(session, from_, deals), among(session, to, contacts)),
            and_(among(session, to, deals), among(session, from_, contacts)),
        ),
    )
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in session.execute(query):
        deal, contact = (one, other) if one in deals else (other, one)
        found[deal].add(contact)
    return dict(found)


def _linked_threads(
    session: Session, thread: Thread, deals: Collection[str], answered: set[str]
) -> tuple[dict[str, set[str]], set[str]]:
    """Subjects of the other threads on each deal, and the deals that one of the answered threads is on."""
    query = (
        select(col(ThreadLink.record_id), col(ThreadLink.thread_id), col(MailThread.subject))
        .join(MailThread, col(MailThread.id) == col(ThreadLink.thread_id))
        .where(among(session, col(ThreadLink.record_id), deals), col(ThreadLink.thread_id) != thread.id)
        .order_by(col(ThreadLink.created_at).desc())
        .limit(MAX_THREADS)
    )
    subjects: dict[str, set[str]] = defaultdict(set)
    on_answered: set[str] = set()
    for deal_id, thread_id, subject in session.execute(query):
        subjects[deal_id].add(normal_subject(subject))
        if thread_id in answered:
            on_answered.add(deal_id)
    return dict(subjects), on_answered


def _writers(session: Session, thread: Thread, deals: Collection[str]) -> set[str]:
    """Deals on whose other threads somebody of this one took part."""
    query = (
        select(col(ThreadLink.record_id))
        .join(Message, col(Message.thread_id) == col(ThreadLink.thread_id))
        .join(Participant, col(Participant.message_id) == col(Message.id))
        .join(Correspondent, col(Correspondent.id) == col(Participant.correspondent_id))
        .where(among(session, col(ThreadLink.record_id), deals), col(ThreadLink.thread_id) != thread.id)
        .where(col(Correspondent.workspace_id) == thread.workspace_id)
        .where(among(session, col(Correspondent.key), thread.keys), col(Participant.role).in_(("from", "to", "cc")))
        .distinct()
    )
    return set(session.scalars(query))


def _numbers(session: Session, deals: Sequence[Record]) -> dict[str, set[str]]:
    """Numbers by which people speak of each deal: its own, and those of the quotes that its company got for it."""
    companies = {deal.company_id for deal in deals if deal.company_id}
    query = select(col(Record.data)).where(
        _among_or_none(session, col(Record.company_id), companies),
        col(Record.kind) == "quote",
        col(Record.deleted_at).is_(None),
    )
    found: dict[str, set[str]] = defaultdict(set)
    quotes = session.scalars(query.order_by(col(Record.id).desc()).limit(MAX_QUOTES)).all()
    for deal_id, data in [(deal.id, deal.data) for deal in deals] + [(data.get("deal"), data) for data in quotes]:
        if deal_id and data.get("number"):
            found[deal_id].add(str(data["number"]))
    return dict(found)
