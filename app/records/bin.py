"""What lies in the bin, and emptying it: after 30 days a record goes for good."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import NotFound
from app.core.events import emit_many, event_row
from app.core.jobs import JobContext, scheduled
from app.records.merged import absorbed_by
from app.workspaces.access import Viewer, binned
from models import QuoteLine, Record

KEPT = timedelta(days=30)
AT_ONCE = 200


def binned_records(
    session: Session, *, viewer: Viewer, limit: int, before: tuple[datetime, str] | None = None
) -> Sequence[Record]:
    """The records that the viewer may bring back, last deleted first. `before` is time and id of the last one seen."""
    query = select(Record).where(binned(viewer))
    if before:
        at, id = before
        same_time = and_(col(Record.deleted_at) == at, col(Record.id) < id)
        query = query.where(or_(col(Record.deleted_at) < at, same_time))
    return session.scalars(query.order_by(col(Record.deleted_at).desc(), col(Record.id).desc()).limit(limit)).all()


def remove_for_good(session: Session, *, viewer: Viewer, record_id: str) -> None:
    """Empty the bin of one record now. Raises NotFound unless it lies there and is the viewer's to delete."""
    record = session.scalar(select(Record).where(col(Record.id) == record_id, binned(viewer)).with_for_update())
    if record is None:
        raise NotFound("This record is not in the bin, or not yours to remove.")
    purge(session, [record], actor_id=viewer.member_id)


@scheduled("records.empty-bin", cron="41 2 * * *")
def empty_bin(context: JobContext) -> None:
    """Remove what was deleted more than 30 days ago."""
    while purge_some(context, older_than=utcnow() - KEPT):
        context.check_stop()


def purge_some(context: JobContext, *, older_than: datetime) -> int:
    """Remove a number of records that were deleted before this moment, in one transaction; returns how many."""
    with transaction(context.engine) as session:
        due = select(Record).where(col(Record.deleted_at) < older_than, col(Record.merged_into_id).is_(None))
        first = due.order_by(col(Record.deleted_at)).limit(AT_ONCE)
        records = session.scalars(first.with_for_update(skip_locked=True)).all()
        purge(session, records)
        return len(records)


def purge(session: Session, records: Collection[Record], *, actor_id: str | None = None) -> None:
    """Delete records for good, with their keys, links, history and place on timelines and tasks.

    Those that were merged into them go along. `record.purged` is told while they are still there. References in other
    records' columns become empty; those in `data` lead nowhere, and are read as nothing.
    """
    if not records:
        return
    absorbed = select(Record).where(among(session, col(Record.id), absorbed_by(session, [one.id for one in records])))
    records = [*records, *session.scalars(absorbed)]
    ids = [record.id for record in records]
    emit_many(
        session,
        [
            event_row(
                "record.purged",
                workspace_id=record.workspace_id,
                subject_id=record.id,
                actor_id=actor_id,
                data={"kind": record.kind},
            )
            for record in records
        ],
    )
    session.execute(update(Record).where(col(Record.company_id).in_(ids)).values(company_id=None))
    session.execute(update(QuoteLine).where(col(QuoteLine.product_id).in_(ids)).values(product_id=None))
    session.execute(delete(Record).where(col(Record.id).in_(ids)))
