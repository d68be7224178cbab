"""What is linked to a record, read straight from the store."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.workspaces.access import Viewer, visible
from models import Record, RecordLink


def linked_records(session: Session, *, viewer: Viewer, record_id: str, label: str) -> Sequence[Record]:
    """The records on either side of the links with this label, as far as the viewer may see them."""
    out = select(col(RecordLink.to_id)).where(col(RecordLink.from_id) == record_id, col(RecordLink.label) == label)
    back = select(col(RecordLink.from_id)).where(col(RecordLink.to_id) == record_id, col(RecordLink.label) == label)
    query = select(Record).where(
        or_(col(Record.id).in_(out), col(Record.id).in_(back)), visible(viewer), col(Record.archived_at).is_(None)
    )
    return session.scalars(query.order_by(col(Record.name))).all()
