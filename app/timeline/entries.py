"""Timeline entries and the records they stand on, written in bulk."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update
from sqlmodel import Session

from app.core.bulk import insert_new, insert_rows, insert_together, table_of
from app.core.clock import utcnow
from app.core.ids import new_id
from app.records.statistics import Mailed, follow_statistics, raise_mail, recount_mail
from app.timeline.entry_types import entry_type, entry_types
from models import Record, TimelineEntry, TimelineLink

LAST_ACTIVITY = ("last_activity_at",)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What happened; `title` and `summary` are plain text, `actor_id` the member who did it."""

    workspace_id: str
    type: str
    occurred_at: datetime
    title: str
    summary: str = ""
    message_id: str | None = None
    actor_id: str | None = None
    private: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class NewLink:
    """An entry on a record's timeline: `rule` says why, `member_id` who, if a person did it by hand.

    `mail` is `in` or `out` for an email that statistics count (`app.records.statistics.counted_as`).
    """

    entry_id: str
    record_id: str
    occurred_at: datetime
    workspace_id: str
    rule: str
    member_id: str | None = None
    mail: str = ""


def add_entries(session: Session, entries: Sequence[NewEntry]) -> None:
    now = utcnow()
    insert_rows(session, TimelineEntry, [_row(entry) | {"created_at": now} for entry in entries])


def put_entry(session: Session, entry: NewEntry, homes: Mapping[str, str], *, member_id: str | None = None) -> str:
    """A new entry on the records that `homes` names, each by its rule (see `app.timeline.placing`); returns its id."""
    where = (entry.occurred_at, entry.workspace_id)
    links = [NewLink(entry.id, record_id, *where, rule, member_id) for record_id, rule in homes.items()]
    row = _row(entry) | {"created_at": utcnow()}
    insert_together(session, {TimelineEntry: [row], TimelineLink: [_row(link) for link in links]})
    if entry_type(entry.type).is_activity:
        raise_last_activity(session, dict.fromkeys(homes, entry.occurred_at), workspace_id=entry.workspace_id)
    return entry.id


def link_entries(
    session: Session, links: Sequence[NewLink], *, just_made: Collection[str] = frozenset(), is_activity: bool = True
) -> None:
    """Put entries of one workspace on records; a link that is there already keeps its rule. Keeps the statistics.

    `just_made`: entries of this transaction, given their first links.
    """
    fresh = [link for link in links if link.entry_id in just_made]
    others = [link for link in links if link.entry_id not in just_made]
    insert_rows(session, TimelineLink, [_row(link) for link in fresh])
    added = insert_new(session, TimelineLink, [_row(link) for link in others])
    latest: dict[str, datetime] = {}
    for link in links if is_activity else ():
        latest[link.record_id] = max(link.occurred_at, latest.get(link.record_id, link.occurred_at))
    if latest:
        raise_last_activity(session, latest, workspace_id=links[0].workspace_id)
    new = fresh + [link for link in others if (link.record_id, link.occurred_at, link.entry_id) in added]
    mail = [Mailed(link.record_id, link.mail, link.occurred_at) for link in new if link.mail]
    if mail:
        raise_mail(session, workspace_id=links[0].workspace_id, mail=mail)


def unlink_entry(session: Session, *, entry_id: str, record_ids: Collection[str] | None = None) -> None:
    """Take an entry off these records, or off all of them."""
    links = table_of(TimelineLink).c
    here = links.entry_id == entry_id
    if record_ids is not None:
        here = here & links.record_id.in_(record_ids)
    affected = session.scalars(select(links.record_id).where(here)).all()
    session.execute(delete(table_of(TimelineLink)).where(here))
    recount_last_activity(session, affected)
    entry = session.get(TimelineEntry, entry_id)
    if entry and entry.message_id:
        recount_mail(session, record_ids=affected)


def raise_last_activity(session: Session, latest: Mapping[str, datetime], *, workspace_id: str) -> None:
    """Records are touched in the order of their ids, so that two writers never wait for each other."""
    if latest:
        rows = [{"record": record_id, "at": latest[record_id]} for record_id in sorted(latest)]
        session.connection().execute(_RAISE, rows)
        follow_statistics(session, record_ids=latest, keys=LAST_ACTIVITY, workspace_id=workspace_id)


def recount_last_activity(session: Session, record_ids: Collection[str]) -> None:
    """Set `record.last_activity_at` from the entries that are on each timeline now."""
    links, records, entries = table_of(TimelineLink).c, table_of(Record), table_of(TimelineEntry).c
    aside = [type.name for type in entry_types() if not type.is_activity]
    newest = (
        select(links.occurred_at)
        .join(table_of(TimelineEntry), entries.id == links.entry_id)
        .where(links.record_id == records.c.id, entries.type.not_in(aside))
        .order_by(links.occurred_at.desc())
        .limit(1)
        .correlate(records)
        .scalar_subquery()
    )
    session.execute(update(records).where(records.c.id.in_(sorted(record_ids))).values(last_activity_at=newest))
    follow_statistics(session, record_ids=record_ids, keys=LAST_ACTIVITY)


def _row(item: NewEntry | NewLink) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__slots__ if name != "mail"}


_last = table_of(Record).c.last_activity_at
_RAISE = (
    update(table_of(Record))
    .where(table_of(Record).c.id == bindparam("record"), or_(_last.is_(None), _last < bindparam("at")))
    .values(last_activity_at=bindparam("at"))
)
