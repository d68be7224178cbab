"""What goes from the timeline when a record goes for good."""

from typing import Any

from sqlalchemy import delete, exists, select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.events import react_together
from app.timeline.search.texts import drop_texts
from models import EntryAccess, TimelineEntry, TimelineLink


@react_together("record.purged")
def drop_entries(session: Session, events: list[dict[str, Any]]) -> None:
    """Entries that stood on these records alone go with them; mail stays, for it is its mailbox's."""
    links = among(session, col(TimelineLink.record_id), [event["subject_id"] for event in events])
    written = (
        select(col(TimelineEntry.id))
        .join(TimelineLink, col(TimelineLink.entry_id) == col(TimelineEntry.id))
        .where(links, col(TimelineEntry.message_id).is_(None))
    )
    candidates = session.scalars(written.distinct()).all()
    session.execute(delete(TimelineLink).where(links))
    elsewhere = exists().where(col(TimelineLink.entry_id) == col(TimelineEntry.id))
    alone = select(col(TimelineEntry.id)).where(among(session, col(TimelineEntry.id), candidates), ~elsewhere)
    lonely = session.scalars(alone).all()
    session.execute(delete(EntryAccess).where(among(session, col(EntryAccess.entry_id), lonely)))
    drop_texts(session, lonely)
    session.execute(delete(TimelineEntry).where(among(session, col(TimelineEntry.id), lonely)))
