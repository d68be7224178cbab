"""Related records: labelled links, seen from both sides."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.events import emit
from app.workspaces.access import Viewer, visible
from models import Record, RecordLink


def link_records(session: Session, *, workspace_id: str, from_id: str, to_id: str, label: str) -> bool:
    """Relate two records; False when they are related so already."""
    if session.get(RecordLink, (from_id, to_id, label)):
        return False
    session.add(RecordLink(from_id=from_id, to_id=to_id, label=label, workspace_id=workspace_id, created_at=utcnow()))
    emit(
        session,
        "record.linked",
        workspace_id=workspace_id,
        subject_id=from_id,
        data={"to": to_id, "label": label},
    )
    return True


def linked_records(session: Session, *, viewer: Viewer, record_id: str, label: str) -> Sequence[Record]:
    """The records on either side of the links with this label, as far as the viewer may see them."""
    out = select(col(RecordLink.to_id)).where(col(RecordLink.from_id) == record_id, col(RecordLink.label) == label)
    back = select(col(RecordLink.from_id)).where(col(RecordLink.to_id) == record_id, col(RecordLink.label) == label)
    query = select(Record).where(
        or_(col(Record.id).in_(out), col(Record.id).in_(back)), visible(viewer), col(Record.archived_at).is_(None)
    )
    return session.scalars(query.order_by(col(Record.name))).all()
