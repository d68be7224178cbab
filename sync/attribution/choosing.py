"""What people say a thread is about. It holds for that thread, and counts in other threads with the same people."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.core.bulk import insert_into, table_of
from app.core.clock import utcnow
from app.core.errors import InvalidInput, NotFound
from app.core.events import emit
from app.core.locks import hold
from app.mail.colleagues import colleagues
from app.mail.locks import thread_lock
from app.records.service import get_record
from app.records.statistics import recount_mail
from app.timeline.entries import recount_last_activity
from app.workspaces.access import Viewer, require_writer, visible
from app.workspaces.mail_access import may_read_message
from models import Correspondent, DealChoice, Message, Participant, Record, ThreadLink, TimelineEntry, TimelineLink
from sync.attribution.offered import withdraw_deals
from sync.attribution.thread import read_thread
from sync.by_hand import link_thread
from sync.envelope import Person, linking
from sync.match import look_up, look_up_threads, rules_for
from sync.parse import Kind


def choose_deal(session: Session, *, viewer: Viewer, thread_id: str, deal_id: str | None) -> None:
    """Say which deal a thread is about, or (None) that it is about none: it leaves every other deal in sight.

    A plain `link_thread` settles its own thread only: customers with several deals have threads on each.
    Raises NotFound for a thread or deal out of sight, InvalidInput when the record is no deal.
    """
    require_writer(viewer)
    readable = select(col(Message.id)).where(col(Message.thread_id) == thread_id, may_read_message(viewer))
    if session.scalars(readable.limit(1)).first() is None:
        raise NotFound("This thread does not exist, or you have no access to its mail.")
    if deal_id:
        deal = get_record(session, viewer=viewer, record_id=deal_id)
        if deal.kind != "deal":
            raise InvalidInput("deal: this record is not a deal.", field="deal")
        deal_id = deal.id
    hold(session, thread_lock(thread_id))
    withdraw_deals(session, thread_id=thread_id)
    _keep_choice(session, viewer.workspace_id, thread_id, deal_id, viewer.member_id)
    _take_off_deals(session, viewer, thread_id, but=deal_id)
    if deal_id:
        link_thread(session, viewer=viewer, thread_id=thread_id, record_id=deal_id)


def _keep_choice(session: Session, workspace_id: str, thread_id: str, deal_id: str | None, member_id: str) -> None:
    thread = read_thread(session, workspace_id=workspace_id, thread_id=thread_id)
    if thread is None:
        return
    chosen = {"people": thread.people, "deal_id": deal_id, "member_id": member_id, "chosen_at": utcnow()}
    row = {"thread_id": thread_id, "workspace_id": workspace_id, **chosen}
    insert = insert_into(session, DealChoice).values(row)
    session.execute(insert.on_conflict_do_update(index_elements=["thread_id"], set_=chosen))


def _take_off_deals(session: Session, viewer: Viewer, thread_id: str, *, but: str | None) -> None:
    """The deals, and the timelines on which the thread's mail was for their sake alone."""
    query = (
        select(Record)
        .join(ThreadLink, col(ThreadLink.record_id) == col(Record.id))
        .where(col(ThreadLink.thread_id) == thread_id, col(Record.kind) == "deal", visible(viewer))
    )
    deals = [deal for deal in session.scalars(query) if deal.id != but]
    if not deals:
        return
    left = [deal.id for deal in deals]
    session.execute(
        delete(table_of(ThreadLink)).where(col(ThreadLink.thread_id) == thread_id, col(ThreadLink.record_id).in_(left))
    )
    homes = {*left, *(deal.company_id for deal in deals if deal.company_id)}
    _take_off_timelines(session, viewer.workspace_id, thread_id, homes)
    for deal_id in left:
        facts = {"record_id": deal_id}
        emit(
            session,
            "thread.unlinked",
            workspace_id=viewer.workspace_id,
            subject_id=thread_id,
            actor_id=viewer.member_id,
            data=facts,
        )


def _take_off_timelines(session: Session, workspace_id: str, thread_id: str, homes: Collection[str]) -> None:
    """Mail that stands there by the rule `thread`, and by no rule that still holds."""
    rules = _rules_now(session, workspace_id, thread_id)
    entries = select(col(TimelineEntry.id), col(TimelineEntry.message_id)).join(
        Message, col(Message.id) == col(TimelineEntry.message_id)
    )
    links = table_of(TimelineLink).c
    gone: dict[str, list[str]] = defaultdict(list)
    for entry_id, message_id in session.execute(entries.where(col(Message.thread_id) == thread_id)):
        for home in homes - rules.get(message_id or "", {}).keys():
            gone[home].append(entry_id)
    for home in sorted(gone):
        there = (links.record_id == home) & links.entry_id.in_(gone[home]) & (links.rule == "thread")
        session.execute(delete(table_of(TimelineLink)).where(there))
    recount_last_activity(session, gone)
    recount_mail(session, record_ids=gone)


def _rules_now(session: Session, workspace_id: str, thread_id: str) -> dict[str, dict[str, str]]:
    """By message id, the rule that puts it on each record."""
    us = colleagues(session, workspace_id=workspace_id)
    query = (
        select(Participant, col(Correspondent.key), col(Correspondent.domain), col(Message.kind))
        .join(Message, col(Message.id) == col(Participant.message_id))
        .join(Correspondent, col(Correspondent.id) == col(Participant.correspondent_id))
        .where(col(Message.thread_id) == thread_id)
    )
    people: dict[str, list[Person]] = defaultdict(list)
    kinds: dict[str, Kind] = {}
    for row, key, domain, kind in session.execute(query):
        person = Person(row.role, row.position, row.name, row.address, key, domain, us.include(key, domain))
        people[row.message_id].append(person)
        kinds[row.message_id] = Kind(kind)
    linked = {message_id: linking(some, kinds[message_id]) for message_id, some in people.items()}
    index = look_up(session, workspace_id=workspace_id, people=[one for some in linked.values() for one in some])
    look_up_threads(session, index, thread_ids={thread_id})
    return {message_id: rules_for(some, index, thread_id=thread_id) for message_id, some in linked.items()}
