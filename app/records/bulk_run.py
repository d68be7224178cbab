"""The background side of a bulk edit: a batch of its records in each transaction, until none waits.

A worker that dies leaves the batch it was at as it was, and its successor goes on there: what is done and that it is
done are written together.
"""

from collections.abc import Callable
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import NotSignedIn, SidenoteError
from app.core.events import emit
from app.core.jobs import JobContext, job
from app.records.service import get_record, update_record
from app.records.shelf import archive_record, delete_record
from app.records.undo import undo_batch
from app.workspaces.access import Viewer, viewer_by_id
from models import BulkEdit, BulkItem

WAITING, DONE, UNCHANGED = "", "done", "unchanged"
"""Outcomes of a record; any other is the reason why it was left as it was."""
MAX_EDITED = 50_000
MAX_REASON = 300
AT_ONCE = 50


@job("records.bulk-edit")
def run_bulk_edit(context: JobContext, bulk_id: str) -> None:
    """Change the records that still wait, as the member who asked for it may change them by then."""
    while some_done(context, bulk_id, _act):
        context.check_stop()


def some_done(context: JobContext, bulk_id: str, carry_out: Callable[[Session, BulkEdit, str], str]) -> bool:
    """One batch, each record with the outcome that `carry_out` gives; False when there was nothing left to do."""
    with transaction(context.engine) as session:
        bulk = session.get_one(BulkEdit, bulk_id, with_for_update=True)
        if bulk.state != "running":
            return False
        waiting = select(BulkItem).where(col(BulkItem.bulk_id) == bulk.id, col(BulkItem.outcome) == WAITING)
        items = session.scalars(waiting.order_by(col(BulkItem.record_id)).limit(AT_ONCE)).all()
        if not items:
            _finish(session, bulk)
            return False
        for item in items:
            item.outcome = _outcome(session, partial(carry_out, session, bulk, item.record_id))
            bulk.done += 1
            bulk.failed += item.outcome not in (DONE, UNCHANGED)
    return True


def _outcome(session: Session, carry_out: Callable[[], str]) -> str:
    """Of one record; what it meets does not touch the others."""
    try:
        with session.begin_nested():
            return carry_out()
    except NotSignedIn:
        return "Who asked for this is no longer a member."
    except SidenoteError as error:
        return error.message[:MAX_REASON]
    except (IntegrityError, DataError):
        return "The new values cannot be stored in this record."


def _act(session: Session, bulk: BulkEdit, record_id: str) -> str:
    viewer = viewer_by_id(session, bulk.member_id)
    return DONE if _changes(session, viewer, bulk, record_id) else UNCHANGED


def _changes(session: Session, viewer: Viewer, bulk: BulkEdit, record_id: str) -> bool:
    """Whether anything changed."""
    if bulk.action == "undo":
        undo_batch(session, viewer=viewer, record_id=record_id, batch=str(bulk.undoes), under=bulk.id)
        return True
    version = get_record(session, viewer=viewer, record_id=record_id).version
    if bulk.action == "archive":
        record = archive_record(session, viewer=viewer, record_id=record_id, batch=bulk.id)
    elif bulk.action == "delete":
        record = delete_record(session, viewer=viewer, record_id=record_id, batch=bulk.id)
    else:
        record = update_record(session, viewer=viewer, record_id=record_id, values=bulk.values, batch=bulk.id)
    return record.version != version


def _finish(session: Session, bulk: BulkEdit) -> None:
    bulk.state, bulk.finished_at = "done", utcnow()
    session.add(bulk)
    emit(
        session,
        "bulk_edit.finished",
        workspace_id=bulk.workspace_id,
        subject_id=bulk.id,
        actor_id=bulk.member_id,
        data={"action": bulk.action, "total": bulk.total, "failed": bulk.failed},
    )
