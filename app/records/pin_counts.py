"""How many records a member's pinned views show: counted beside the request that shows it, and kept with the pin."""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import InvalidInput, NotFound
from app.records.listing import count_records
from app.records.views import get_view, schema_of_view
from app.workspaces.access import Viewer
from models import ViewPin

COUNTED_UP_TO = 1_000
FRESH = timedelta(minutes=1)
MOST_COUNTED = 6


def count_pins(session: Session, *, viewer: Viewer) -> None:
    """Count the viewer's pinned views, but those that were counted within the last minute."""
    now = utcnow()
    old = or_(col(ViewPin.counted_at).is_(None), col(ViewPin.counted_at) < now - FRESH)
    pins = session.scalars(
        select(ViewPin).where(col(ViewPin.member_id) == viewer.member_id, old).limit(MOST_COUNTED)
    ).all()
    counts = [_count(session, viewer, pin.view_id) for pin in pins]
    for pin, count in zip(pins, counts, strict=True):
        pin.count, pin.counted_at = count, now


def _count(session: Session, viewer: Viewer, view_id: str) -> int | None:
    """One more than COUNTED_UP_TO for more; None for a view that is gone, or asks about what is gone."""
    try:
        view = get_view(session, viewer=viewer, view_id=view_id)
        schema = schema_of_view(session, viewer=viewer, view=view)
        found = count_records(session, viewer=viewer, schema=schema, filter=view.filter, up_to=COUNTED_UP_TO)
    except (NotFound, InvalidInput):
        return None
    return found.value if found.exact else COUNTED_UP_TO + 1
