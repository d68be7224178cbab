"""An entry in full: the whole text of mail and notes, and who asks whom to open it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.records.service import get_record
from app.timeline.entry_types import EMAIL, entry_type
from app.timeline.feed import Entry, entries_seen, entry_from
from app.timeline.holders import holders_of
from app.timeline.pages import Home, homes_of, one_entry
from app.workspaces.access import Viewer, may
from models import EntryAccess, MessageBody, TimelineEntry, TimelineLink


@dataclass(frozen=True, slots=True)
class WholeEntry:
    """`text` is all that it says, as far as the viewer may read it; `homes` are the records that it stands on.

    `asked` tells that the viewer asked to read it, `may_ask` that there is somebody to ask. `requests` are those of
    colleagues, for who holds the mail. `may_pin` is about the record from whose timeline it is read.
    """

    entry: Entry
    record_id: str
    text: str
    homes: Sequence[Home]
    asked: bool
    may_ask: bool
    requests: Sequence[EntryAccess]
    may_pin: bool
    may_delete: bool


def whole_entry(session: Session, *, viewer: Viewer, entry_id: str, record_id: str) -> WholeEntry:
    """An entry from a record's timeline. Raises NotFound for one, or a record, out of sight."""
    record = get_record(session, viewer=viewer, record_id=record_id)
    rows = session.execute(
        entries_seen(viewer).where(col(TimelineLink.record_id) == record.id, col(TimelineLink.entry_id) == entry_id)
    ).all()
    entry = entry_from(viewer, tuple(rows[0])) if rows else one_entry(session, viewer=viewer, entry_id=entry_id)
    holders = holders_of(session, entry_ids=[entry_id])[entry_id] if entry.type == EMAIL.name else {}
    requests = _requests(session, entry_id) if holders else []
    asked = any(one.member_id == viewer.member_id for one in requests)
    mine = viewer.member_id in holders
    is_written = entry_type(entry.type).is_written and not entry.locked
    return WholeEntry(
        entry=entry,
        record_id=record.id,
        text=_text(session, entry),
        homes=homes_of(session, viewer=viewer, entries=[entry])[entry.id] if not entry.locked else [],
        asked=asked,
        may_ask=entry.locked and bool(holders) and not asked,
        requests=requests if mine else [],
        may_pin=bool(rows) and may(viewer, "edit", record),
        may_delete=is_written and (viewer.is_admin or entry.actor_id == viewer.member_id),
    )


def _requests(session: Session, entry_id: str) -> Sequence[EntryAccess]:
    query = select(EntryAccess).where(col(EntryAccess.entry_id) == entry_id)
    return session.scalars(query.order_by(col(EntryAccess.asked_at).desc())).all()


def _text(session: Session, entry: Entry) -> str:
    """What the author of a mail typed themselves; of all else the summary is all there is."""
    if entry.locked or entry.type != EMAIL.name:
        return entry.summary
    body = (
        select(col(MessageBody.visible_text))
        .join(TimelineEntry, col(TimelineEntry.message_id) == col(MessageBody.message_id))
        .where(col(TimelineEntry.id) == entry.id)
    )
    return session.scalar(body) or entry.summary
