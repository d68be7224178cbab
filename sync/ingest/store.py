"""The one door through which mail enters the store."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import insert_rows, plan_afresh
from app.core.events import emit_many, event_row
from app.core.locks import hold
from app.core.security import Vault
from app.mail.colleagues import Colleagues, colleagues
from app.mail.locks import ingest_lock
from app.records.erased import ERASED, erased_among
from app.records.statistics import counted_as
from app.timeline.entries import NewLink, add_entries, link_entries
from app.timeline.search.indexing import index_later
from models import Attachment, Mailbox, MessageBody, Participant, TimelineEntry
from sync.envelope import Envelope, read_envelope
from sync.filters import UNKNOWN_PEOPLE, filters_of, reason_to_skip
from sync.ingest.contacts import create_contacts
from sync.ingest.copies import kept_private, merge_copies
from sync.ingest.correspondents import correspondent_ids
from sync.ingest.outcomes import known_copies, record_outcomes, refresh_labels
from sync.ingest.placing import Placed, Places, find_places, place
from sync.ingest.rows import attachment_rows, body_row, participant_rows, timeline_entry
from sync.match import Index, look_up, look_up_threads, rules_for
from sync.outgoing.plans import planned_for
from sync.parse import ParsedMessage


def store(
    session: Session,
    mailbox: Mailbox,
    messages: Sequence[ParsedMessage],
    *,
    vault: Vault,
    backfill: bool,
    forced: frozenset[str] = frozenset(),
) -> None:
    """Store what the filters let in and record the outcome of every message, in the caller's transaction.

    `forced` are Gmail ids that a person asked for: filters do not apply, but mail with somebody who was erased stays
    out, which `vault` tells. What is stored already only gets its labels.
    The number of statements does not depend on the number of messages. On PostgreSQL two workers may bring the same
    mail at once; should one of them be refused for it, it rolls back and calls again.
    """
    hold(session, ingest_lock(mailbox.workspace_id), shared=True)
    plan_afresh(session)
    latest = {message.gmail_id: message for message in messages}
    known = known_copies(session, mailbox, latest.keys())
    refresh_labels(session, mailbox, latest.values(), known)
    fresh = [m for gmail_id, m in latest.items() if gmail_id not in known or known[gmail_id].outcome != "stored"]
    if not fresh:
        return
    us = colleagues(session, workspace_id=mailbox.workspace_id)
    envelopes = [read_envelope(message, us) for message in fresh]
    reasons = _filter_first(session, mailbox, envelopes, forced) | _filter_erased(session, vault, mailbox, envelopes)
    envelopes = _without(envelopes, reasons)
    index = look_up(session, workspace_id=mailbox.workspace_id, people=[p for e in envelopes for p in e.linking])
    places = find_places(session, mailbox, envelopes)
    if mailbox.mode == "known":
        wanted = forced | planned_for(session, member_id=mailbox.member_id, envelopes=envelopes)
        reasons |= _filter_unknown(session, envelopes, index, places, wanted)
    placed = place(session, mailbox, _without(envelopes, reasons), places)
    create_contacts(session, mailbox, placed, index)
    private = kept_private(session, mailbox, placed)
    entries = _write(session, mailbox, placed, us, private)
    _link(session, mailbox, placed, index, entries)
    _tell(session, mailbox, placed, places, backfill=backfill)
    message_ids = {one.envelope.message.gmail_id: one.message_id for one in placed}
    record_outcomes(
        session, mailbox, fresh, message_ids=message_ids, reasons=reasons, known=known.keys(), private=private
    )


def _filter_first(
    session: Session, mailbox: Mailbox, envelopes: Sequence[Envelope], forced: frozenset[str]
) -> dict[str, str]:
    filters = filters_of(session, mailbox)
    judged = ((e.message.gmail_id, reason_to_skip(filters, e)) for e in envelopes if e.message.gmail_id not in forced)
    return {gmail_id: reason for gmail_id, reason in judged if reason}


def _filter_erased(session: Session, vault: Vault, mailbox: Mailbox, envelopes: Sequence[Envelope]) -> dict[str, str]:
    outsiders = {envelope.message.gmail_id: {one.key for one in envelope.outsiders} for envelope in envelopes}
    everybody = set().union(*outsiders.values())
    gone = erased_among(session, vault=vault, workspace_id=mailbox.workspace_id, addresses=everybody)
    return {gmail_id: ERASED for gmail_id, keys in outsiders.items() if keys & gone}


def _filter_unknown(
    session: Session, envelopes: Sequence[Envelope], index: Index, places: Places, forced: frozenset[str]
) -> dict[str, str]:
    look_up_threads(session, index, thread_ids=set(places.threads.values()))
    return {
        envelope.message.gmail_id: UNKNOWN_PEOPLE
        for envelope in envelopes
        if envelope.message.gmail_id not in forced
        and not rules_for(envelope.linking, index, thread_id=places.threads.get(envelope.message.gmail_thread_id))
    }


def _without(envelopes: Sequence[Envelope], reasons: Mapping[str, str]) -> list[Envelope]:
    return [envelope for envelope in envelopes if envelope.message.gmail_id not in reasons]


def _write(
    session: Session, mailbox: Mailbox, placed: Sequence[Placed], us: Colleagues, private: frozenset[str]
) -> dict[str, tuple[str, datetime]]:
    """Everything that hangs on the messages; returns their timeline entries (id, time) by message id."""
    where = {"workspace_id": mailbox.workspace_id}
    people = [person for one in placed for person in one.envelope.people]
    correspondents = correspondent_ids(session, people=people, **where)
    new = [(one.envelope, one.message_id) for one in placed if one.is_new]
    insert_rows(session, MessageBody, [body_row(e, message_id=id, **where) for e, id in new])
    rows = [participant_rows(e, message_id=id, correspondents=correspondents, **where) for e, id in new]
    insert_rows(session, Participant, [row for some in rows for row in some])
    rows = [attachment_rows(e, message_id=id, **where) for e, id in new]
    insert_rows(session, Attachment, [row for some in rows for row in some])
    entries = [timeline_entry(e, message_id=id, us=us, private=id in private, **where) for e, id in new]
    add_entries(session, entries)
    index_later(session, workspace_id=mailbox.workspace_id, entry_ids=[entry.id for entry in entries])
    merge_copies(session, placed, correspondents=correspondents, private=private, **where)
    known = {id: (entry.id, entry.occurred_at) for (_, id), entry in zip(new, entries, strict=True)}
    return known | _entries_of(session, {one.message_id for one in placed} - known.keys())


def _entries_of(session: Session, message_ids: Collection[str]) -> dict[str, tuple[str, datetime]]:
    if not message_ids:
        return {}
    query = select(col(TimelineEntry.message_id), col(TimelineEntry.id), col(TimelineEntry.occurred_at))
    rows = session.execute(query.where(col(TimelineEntry.message_id).in_(message_ids)))
    return {message_id: (entry_id, occurred_at) for message_id, entry_id, occurred_at in rows if message_id}


def _link(
    session: Session,
    mailbox: Mailbox,
    placed: Sequence[Placed],
    index: Index,
    entries: Mapping[str, tuple[str, datetime]],
) -> None:
    look_up_threads(session, index, thread_ids={one.thread_id for one in placed})
    written_by_us = {one.message_id for one in placed if one.direction == "in" and one.envelope.direction == "out"}
    links: dict[tuple[str, str], NewLink] = {}
    for one in placed:
        if not one.unlogged:
            entry_id, occurred_at = entries[one.message_id]
            direction = "out" if one.message_id in written_by_us else one.direction
            mail = counted_as(direction, one.envelope.message.kind.value)
            for record_id, rule in rules_for(one.envelope.linking, index, thread_id=one.thread_id).items():
                link = NewLink(entry_id, record_id, occurred_at, mailbox.workspace_id, rule, mail=mail)
                links.setdefault((entry_id, record_id), link)
    just_made = {entries[one.message_id][0] for one in placed if one.is_new}
    link_entries(session, list(links.values()), just_made=just_made)


def _tell(session: Session, mailbox: Mailbox, placed: Sequence[Placed], places: Places, *, backfill: bool) -> None:
    where = {"workspace_id": mailbox.workspace_id}
    events = []
    for one in placed:
        message = one.envelope.message
        if one.is_new:
            facts = {"backfill": backfill, "direction": one.envelope.direction, "kind": message.kind.value}
            events.append(event_row("message.stored", subject_id=one.message_id, data=facts, **where))
        if "SENT" in message.label_ids and not backfill:
            sender = {"mailbox_id": mailbox.id, "member_id": mailbox.member_id}
            events.append(event_row("message.sent", subject_id=one.message_id, data=sender, **where))
        if one.thread_id != places.threads[message.gmail_thread_id]:
            meeting = {"mailbox_id": mailbox.id, "gmail_thread_id": message.gmail_thread_id}
            events.append(event_row("thread.met", subject_id=one.thread_id, data=meeting, **where))
    emit_many(session, events)
