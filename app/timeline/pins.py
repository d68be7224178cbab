"""Entries that stand first on a record's timeline because somebody pinned them there."""

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.core.errors import Conflict, NotFound
from app.core.events import emit
from app.records.service import record_to_change
from app.workspaces.access import Viewer
from models import TimelineLink

MAX_PINS = 10


def set_pin(session: Session, *, viewer: Viewer, entry_id: str, record_id: str, pinned: bool) -> None:
    """Pin an entry on one record's timeline, or take the pin away. It takes the right to edit the record.

    Raises NotFound when the entry does not stand on the record, Conflict when MAX_PINS are pinned there.
    """
    record = record_to_change(session, viewer=viewer, record_id=record_id)
    here = col(TimelineLink.record_id) == record.id
    now = session.scalar(select(col(TimelineLink.pinned)).where(here, col(TimelineLink.entry_id) == entry_id))
    if now is None:
        raise NotFound("This entry does not stand on that record.")
    if now == pinned:
        return
    taken = session.scalar(select(func.count()).select_from(TimelineLink).where(here, col(TimelineLink.pinned))) or 0
    if pinned and taken >= MAX_PINS:
        raise Conflict(f"{MAX_PINS} entries are pinned here: unpin one first.")
    session.execute(update(TimelineLink).where(here, col(TimelineLink.entry_id) == entry_id).values(pinned=pinned))
    emit(
        session,
        "entry.pinned" if pinned else "entry.unpinned",
        workspace_id=record.workspace_id,
        subject_id=entry_id,
        actor_id=viewer.member_id,
        data={"record_id": record.id},
    )
