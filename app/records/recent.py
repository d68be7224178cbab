"""The records that a member had on a card last."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.workspaces.access import Viewer, visible
from models import RecentRecord, Record

KEPT = 20
NOTE_EVERY = timedelta(minutes=1)


def note_seen(session: Session, *, viewer: Viewer, record_id: str) -> None:
    """The viewer saw this record just now; once a minute, and the last KEPT of them. One out of sight is nothing."""
    now = utcnow()
    seen = session.get(RecentRecord, (viewer.member_id, record_id))
    if seen and now - seen.seen_at < NOTE_EVERY:
        return
    if session.scalar(select(col(Record.id)).where(col(Record.id) == record_id, visible(viewer))) is None:
        return
    if seen:
        seen.seen_at = now
        return
    session.add(
        RecentRecord(member_id=viewer.member_id, record_id=record_id, workspace_id=viewer.workspace_id, seen_at=now)
    )
    session.flush()
    mine = select(col(RecentRecord.record_id)).where(col(RecentRecord.member_id) == viewer.member_id)
    older = session.scalars(mine.order_by(col(RecentRecord.seen_at).desc()).offset(KEPT)).all()
    if older:
        session.execute(
            delete(RecentRecord).where(
                col(RecentRecord.member_id) == viewer.member_id, col(RecentRecord.record_id).in_(older)
            )
        )
