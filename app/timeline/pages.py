"""A record's timeline a page at a time: pinned entries first, filtered by type, person and time."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.bulk import sieve
from app.core.cursor import cursor_of, moment_in, place_at
from app.core.errors import InvalidInput, NotFound
from app.records.keys import email_key
from app.records.service import get_record
from app.timeline.entry_types import entry_types
from app.timeline.feed import Entry, entries_seen, entry_from, is_locked, older_than
from app.timeline.pins import MAX_PINS
from app.workspaces.access import Viewer, visible
from models import Correspondent, Mailbox, Member, Participant, Record, TimelineEntry, TimelineLink


@dataclass(frozen=True, slots=True)
class Wanted:
    """A choice of entries. `person` is a member (who did it, or took part) or a contact (who took part)."""

    types: Collection[str] = ()
    person: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """A record that an entry stands on, and why."""

    id: str
    kind: str
    name: str
    rule: str


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """`next` is the cursor of the page after, None on the last."""

    entries: list[Entry]
    next: str | None


def timeline_page(
    session: Session, *, viewer: Viewer, record_id: str, wanted: Wanted, cursor: str | None, limit: int
) -> TimelinePage:
    """A page of `limit` entries; on the first one, those that are pinned come before.

    Entries that come while somebody reads on shift nothing: the cursor is a place in time. It also names the pinned
    entries that were shown, so that pinning meanwhile neither repeats nor hides any.
    """
    record_id = get_record(session, viewer=viewer, record_id=record_id).id
    query = entries_seen(viewer).where(col(TimelineLink.record_id) == record_id, *_conditions(session, viewer, wanted))
    if cursor is None:
        rows = session.execute(query.where(col(TimelineLink.pinned)).limit(MAX_PINS))
        pinned = [entry_from(viewer, tuple(row)) for row in rows]
        shown = [entry.id for entry in pinned]
    else:
        at, entry_id, shown = _place(cursor)
        pinned = []
        query = query.where(older_than((at, entry_id)))
    rows = session.execute(query.where(col(TimelineLink.entry_id).not_in(shown)).limit(limit + 1))
    found = [entry_from(viewer, tuple(row)) for row in rows]
    page = found[:limit]
    more = cursor_of(page[-1].occurred_at, page[-1].id, shown) if len(found) > limit else None
    return TimelinePage([*pinned, *page], more)


def one_entry(session: Session, *, viewer: Viewer, entry_id: str) -> Entry:
    """An entry as the viewer may read it best, on any record that they may see; with its earlier versions."""
    query = entries_seen(viewer).where(col(TimelineEntry.id) == entry_id).order_by(None)
    rows = session.execute(query.order_by(is_locked(viewer)).limit(1)).all()
    if not rows:
        raise NotFound("This entry does not exist, or you have no access to it.")
    return entry_from(viewer, tuple(rows[0]), with_edits=True)


def homes_of(session: Session, *, viewer: Viewer, entries: Sequence[Entry]) -> dict[str, list[Home]]:
    """The records that entries stand on, as far as the viewer may see them, by entry."""
    query = (
        select(col(TimelineLink.entry_id), col(Record.id), col(Record.kind), col(Record.name), col(TimelineLink.rule))
        .join(Record, col(Record.id) == col(TimelineLink.record_id))
        .where(col(TimelineLink.entry_id).in_([entry.id for entry in entries]), sieve(visible(viewer)))
        .order_by(col(Record.name), col(Record.id))
    )
    homes: dict[str, list[Home]] = defaultdict(list)
    for entry_id, *home in session.execute(query):
        homes[entry_id].append(Home(*home))
    return homes


def _place(cursor: str) -> tuple[datetime, str, list[str]]:
    at, entry_id, shown = place_at(cursor, str, str, list)
    return moment_in(at), entry_id, [str(id) for id in shown][:MAX_PINS]


def _conditions(session: Session, viewer: Viewer, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.types:
        known = {type.name for type in entry_types()}
        if unknown := set(wanted.types) - known:
            raise InvalidInput(f"type: {min(unknown)} is none of {', '.join(sorted(known))}.", field="type")
        conditions.append(col(TimelineEntry.type).in_(wanted.types))
    if wanted.person:
        conditions.append(_involves(session, viewer, wanted.person))
    if wanted.since:
        conditions.append(col(TimelineLink.occurred_at) >= wanted.since)
    if wanted.until:
        conditions.append(col(TimelineLink.occurred_at) < wanted.until)
    return conditions


def _involves(session: Session, viewer: Viewer, person: str) -> ColumnElement[bool]:
    """A member who acted, or is among the people of mail that the viewer may read; or a contact it stands on."""
    member = session.get(Member, person)
    if member is not None and member.workspace_id == viewer.workspace_id:
        wrote_or_got = exists().where(
            col(Participant.message_id) == col(TimelineEntry.message_id),
            col(Correspondent.id) == col(Participant.correspondent_id),
            col(Correspondent.key).in_(_addresses(session, member)),
            col(Participant.role) != "bcc",
        )
        return or_(col(TimelineEntry.actor_id) == member.id, and_(~is_locked(viewer), wrote_or_got))
    contact = get_record(session, viewer=viewer, record_id=person)
    link = aliased(TimelineLink)
    return exists().where(col(link.entry_id) == col(TimelineEntry.id), col(link.record_id) == contact.id)


def _addresses(session: Session, member: Member) -> set[str]:
    boxes = session.scalars(select(Mailbox).where(col(Mailbox.member_id) == member.id)).all()
    return {email_key(address) for box in boxes for address in (box.address, *box.aliases)} | {email_key(member.email)}
