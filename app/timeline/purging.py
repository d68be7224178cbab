"""What goes from the timeline when a record goes for good."""

from typing import Any

from sqlalchemy import delete, exists, select
from sqlmodel import Session, col

from app.core.events import react
from app.timeline.search.texts import drop_texts
from models import EntryAccess, TimelineEntry, TimelineLink


@react("record.purged")
def drop_entries(session: Session, event: dict[str, Any]) -> None:
    """Entries that stood on this record alone go with it; mail stays, for it is its mailbox's."""
    links = col(TimelineLink.record_id) == event["subject_id"]
    written = (
        select(col(TimelineEntry.id))
        .join(TimelineLink, col(TimelineLink.entry_id) == col(TimelineEntry.id))
        .where(links, col(TimelineEntry.message_id).is_(None))
    )
    candidates = session.scalars(written).all()
    session.execute(delete(TimelineLink).where(links))
    elsewhere = exists().where(col(TimelineLink.entry_id) == col(TimelineEntry.id))
    alone = select(col(TimelineEntry.id)).where(col(TimelineEntry.id).in_(candidates), ~elsewhere)
    lonely = session.scalars(alone).all()
    session.execute(delete(EntryAccess).where(col(EntryAccess.entry_id).in_(lonely)))
    drop_texts(session, lonely)
    session.execute(delete(TimelineEntry).where(col(TimelineEntry.id).in_(lonely)))
