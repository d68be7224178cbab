"""What the compose card is drawn from: the recipients and what is known of them, in at most seven statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, and_, bindparam, cast, null, select, union_all
from sqlmodel import col

from app.core.bulk import sieve
from app.core.hot import HotQuery, Reader
from app.mail.snippet_reads import SnippetSeen, snippets_seen
from app.records.deals import PARTICIPANT
from app.records.seen import COMPANY, SEEN_COLUMNS, Seen, seen_from, with_company
from app.timeline.deals import DEAL_COLUMNS, Deal, deal_from
from app.timeline.matters import matters_of
from app.workspaces.access import ScopedQuery, Viewer, may
from gmail_addon.inputs import MAX_OPTIONS
from gmail_addon.lookup import Attendee, attendees
from gmail_addon.statements import MAX_ASKED
from gmail_addon.visit import Visit
from models import Mailbox, MailboxMessage, Message, OutgoingPlan, Record, RecordLink, Stage, ThreadLink

MOST_DEALS = 60
_WIDTH = len(DEAL_COLUMNS)


@dataclass(frozen=True, slots=True)
class DealOf:
    """An open deal: in which of the recipients take part (ids of their records), or which is their company's."""

    deal: Deal
    people: frozenset[str]
    company_id: str | None

    def is_of(self, attendee: Attendee) -> bool:
        person = attendee.person
        if person is None:
            return attendee.firm is not None and self.company_id == attendee.firm.id
        return person.id in self.people or (person.company is not None and person.company.id == self.company_id)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done when the mail is sent. As it is before anybody says anything: log it."""

    log: bool = True
    deal_id: str | None = None
    remind_days: int | None = None


@dataclass(frozen=True, slots=True)
class Composing:
    """`people` are outside the team; `deals` the likeliest first, among them that of the thread that is answered."""

    people: tuple[Attendee, ...]
    deals: tuple[DealOf, ...]
    thread_deal: str | None
    plan: Plan
    snippets: list[SnippetSeen]
    company: Seen | None
    deal: Seen | None
    """What the texts speak of: the deal that is chosen, that of the thread, or the only one."""
    quote: Seen | None
    """The latest of the deal, or of the first recipient, whose link the viewer may give away."""


def composing(visit: Visit, reader: Reader) -> Composing:
    draft, viewer = visit.draft, visit.viewer
    people = attendees(visit, reader, draft.people) if draft and draft.people else ()
    thread_deal = _deal_of_thread(visit, reader)
    deals = _with(_deals_of(reader, viewer, people), thread_deal)
    plan = _plan(visit, reader) if people else Plan()
    only = deals[0].deal.id if len(deals) == 1 else None
    chosen = plan.deal_id or (thread_deal.id if thread_deal else only)
    first = people[0].person if people else None
    firm = first.company.id if first and first.company else people[0].firm.id if people and people[0].firm else None
    seen = records_seen(reader, viewer=viewer, ids=[id for id in (firm, chosen) if id])
    return Composing(
        people=people,
        deals=deals,
        thread_deal=thread_deal.id if thread_deal else None,
        plan=plan,
        snippets=snippets_seen(reader, viewer=viewer, limit=MAX_OPTIONS + 1),
        company=seen.get(firm or ""),
        deal=seen.get(chosen or ""),
        quote=_quote_for(reader, viewer, seen.get(chosen or "") or first),
    )


def _quote_for(reader: Reader, viewer: Viewer, about: Seen | None) -> Seen | None:
    quotes = matters_of(reader, viewer=viewer, about=about).quotes if about else ()
    return next((one.quote for one in quotes if one.has_link and may(viewer, "edit", one.quote)), None)


def records_seen(reader: Reader, *, viewer: Viewer, ids: Sequence[str]) -> dict[str, Seen]:
    """One or two records by their ids."""
    if not ids:
        return {}
    rows = _RECORDS(reader, viewer, one=ids[0], other=ids[-1])
    return {record.id: record for record in (seen_from(viewer, row) for row in rows)}


def _deals_of(reader: Reader, viewer: Viewer, people: Iterable[Attendee]) -> tuple[DealOf, ...]:
    """Those with most of the recipients first, of equals that with the latest activity."""
    persons = [one.person.id for one in people if one.person]
    firms = {one.person.company.id for one in people if one.person and one.person.company}
    firms |= {one.firm.id for one in people if one.firm}
    if not persons and not firms:
        return ()
    rows = _DEALS(reader, viewer, **_numbered("person", persons), **_numbered("firm", sorted(firms)))
    found: dict[str, DealOf] = {}
    for row in rows:
        person, company_id = row[_WIDTH : _WIDTH + 2]
        deal = deal_from(viewer, row[:_WIDTH])
        before = found[deal.id].people if deal.id in found else frozenset()
        found[deal.id] = DealOf(deal, before | ({person} if person else set()), company_id)
    return tuple(sorted(found.values(), key=lambda one: -len(one.people)))


def _numbered(name: str, ids: Sequence[str]) -> dict[str, str | None]:
    return {f"{name}{index}": ids[index] if index < len(ids) else None for index in range(MAX_ASKED)}


def _deal_of_thread(visit: Visit, reader: Reader) -> Deal | None:
    thread = visit.event.thread
    if thread is None or thread.is_alias:
        return None
    rows = _THREAD_DEAL(reader, visit.viewer, thread=thread.value)
    return deal_from(visit.viewer, rows[0]) if rows else None


def _with(deals: tuple[DealOf, ...], first: Deal | None) -> tuple[DealOf, ...]:
    if first is None:
        return deals
    known = next((one for one in deals if one.deal.id == first.id), DealOf(first, frozenset(), None))
    return (known, *(one for one in deals if one.deal.id != first.id))


def _plan(visit: Visit, reader: Reader) -> Plan:
    recipients = visit.draft.digest if visit.draft else ""
    rows = _PLAN(reader, me=visit.viewer.member_id, recipients=recipients)
    if not rows or rows[0][-1] <= visit.now:
        return Plan()
    log, deal_id, remind_days, _ = rows[0]
    return Plan(bool(log), deal_id, remind_days)


def _names(name: str) -> list[Any]:
    return [bindparam(f"{name}{index}", type_=String) for index in range(MAX_ASKED)]


def _open_deals(see: Any) -> Any:
    from_, to = col(RecordLink.from_id), col(RecordLink.to_id)
    theirs: Any = select(from_.label("id"), to.label("person")).where(
        to.in_(_names("person")), col(RecordLink.label) == PARTICIPANT
    )
    companys = select(col(Record.id), cast(null(), String)).where(
        col(Record.company_id).in_(_names("firm")), col(Record.kind) == "deal", col(Record.status) == "open"
    )
    about = union_all(theirs, companys).subquery("about")
    return (
        select(*DEAL_COLUMNS, about.c.person, col(Record.company_id))
        .select_from(about)
        .join(Record, col(Record.id) == about.c.id)
        .join(Stage, col(Stage.id) == col(Record.stage_id))
        .where(col(Record.status) == "open", col(Record.archived_at).is_(None), sieve(see(Record)))
        .order_by(col(Record.last_activity_at).is_(None), col(Record.last_activity_at).desc(), col(Record.id))
        .limit(MOST_DEALS)
    )


def _thread_deal(see: Any) -> Any:
    mine = (
        select(col(Message.thread_id))
        .join(MailboxMessage, col(MailboxMessage.message_id) == col(Message.id))
        .join(Mailbox, col(Mailbox.id) == col(MailboxMessage.mailbox_id))
        .where(col(Mailbox.member_id) == bindparam("viewer_member", type_=String))
        .where(col(MailboxMessage.gmail_thread_id) == bindparam("thread"))
    )
    return (
        select(*DEAL_COLUMNS)
        .join(Stage, col(Stage.id) == col(Record.stage_id))
        .join(ThreadLink, col(ThreadLink.record_id) == col(Record.id))
        .where(col(ThreadLink.thread_id).in_(mine), sieve(and_(col(Record.kind) == "deal", see(Record))))
        .order_by(col(Record.status) != "open", col(Record.id))
        .limit(1)
    )


def _records(see: Any) -> Any:
    return (
        select(*SEEN_COLUMNS)
        .outerjoin(COMPANY, with_company(see))
        .where(see(Record), col(Record.id).in_([bindparam("one", type_=String), bindparam("other", type_=String)]))
    )


_waiting = and_(
    col(OutgoingPlan.member_id) == bindparam("me"),
    col(OutgoingPlan.recipients) == bindparam("recipients"),
    col(OutgoingPlan.message_id).is_(None),
)
_plan_columns: Any = select(
    col(OutgoingPlan.log), col(OutgoingPlan.deal_id), col(OutgoingPlan.remind_days), col(OutgoingPlan.expires_at)
)
_DEALS = ScopedQuery(_open_deals)
_THREAD_DEAL = ScopedQuery(_thread_deal)
_RECORDS = ScopedQuery(_records)
_PLAN = HotQuery(_plan_columns.where(_waiting).order_by(col(OutgoingPlan.made_at).desc()).limit(1))
