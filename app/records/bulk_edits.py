"""Changing many records at once: chosen now, changed in the background, and all of it can be undone."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, func, literal, select
from sqlmodel import Session, col

from app.core import jobs
from app.core.bulk import among, insert_into, table_of
from app.core.clock import utcnow
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.records.bulk_run import DONE, MAX_EDITED, UNCHANGED, WAITING, run_bulk_edit
from app.records.fields import parse_value
from app.records.filters.tree import Tree
from app.records.listing import matching
from app.records.schema import Schema, folder_seen, schema_of
from app.records.views import get_view
from app.workspaces.access import Viewer, visible
from models import BulkEdit, BulkItem, Record

ACTIONS = ("edit", "archive", "delete")


def start_bulk_edit(
    session: Session,
    *,
    viewer: Viewer,
    folder_id: str,
    action: str = "edit",
    values: Mapping[str, Any] | None = None,
    record_ids: Sequence[str] | None = None,
    filter: Tree | None = None,
    view_id: str | None = None,
) -> BulkEdit:
    """Have an action of ACTIONS carried out on records of a folder: by their ids, or all that a filter or view shows.

    Which records these are is settled now; whether the viewer may change each of them, when its turn comes. Raises
    InvalidInput for values that no record of the folder could take, and for more than MAX_EDITED records.
    """
    schema = schema_of(session, folder=folder_seen(session, viewer=viewer, folder_id=folder_id), viewer=viewer)
    given = dict(values or {})
    _check_action(schema, action, given)
    bulk = _new(viewer, folder_id=folder_id, action=action, values=given)
    if record_ids is not None and filter is None and view_id is None:
        chosen = _by_ids(session, viewer, schema, record_ids)
    elif record_ids is None and (filter is None) != (view_id is None):
        tree = get_view(session, viewer=viewer, view_id=view_id).filter if view_id else filter
        chosen = matching(session, viewer=viewer, schema=schema, filter=tree)
    else:
        raise InvalidInput("records: choose them by ids, by a filter or by a view.", field="records")
    items = select(literal(bulk.id), col(Record.id), col(Record.workspace_id), literal(WAITING)).where(chosen)
    return _start(session, viewer, bulk, items)


def undo_bulk_edit(session: Session, *, viewer: Viewer, bulk_id: str) -> BulkEdit:
    """Take back what a bulk edit has done, where it still stands; a bulk edit of its own, which can be undone, too."""
    original = get_bulk_edit(session, viewer=viewer, bulk_id=bulk_id, lock=True)
    if original.state != "done":
        state = "has been undone already" if original.state == "undone" else "is still running"
        raise Conflict(f"This bulk edit {state}.")
    if original.action in ("merge", "refuse"):
        raise Conflict("Merges are undone one by one: each record's merges list them.")
    original.state = "undone"
    session.add(original)
    bulk = _new(viewer, folder_id=original.folder_id, action="undo", undoes=original.id)
    done = and_(col(BulkItem.bulk_id) == original.id, col(BulkItem.outcome) == DONE)
    columns = literal(bulk.id), col(BulkItem.record_id), col(BulkItem.workspace_id), literal(WAITING)
    return _start(session, viewer, bulk, select(*columns).where(done))


def get_bulk_edit(session: Session, *, viewer: Viewer, bulk_id: str, lock: bool = False) -> BulkEdit:
    """NotFound unless the viewer started it, or is an admin."""
    bulk = session.get(BulkEdit, bulk_id, with_for_update=lock or None)
    if bulk is None or bulk.workspace_id != viewer.workspace_id or not _is_theirs(viewer, bulk):
        raise NotFound("This bulk edit does not exist, or someone else started it.")
    return bulk


def bulk_edits_of(session: Session, *, viewer: Viewer, limit: int, before: str | None = None) -> Sequence[BulkEdit]:
    """Those that the viewer started, last first; `before` is the id of the last one seen."""
    query = select(BulkEdit).where(
        col(BulkEdit.workspace_id) == viewer.workspace_id, col(BulkEdit.member_id) == viewer.member_id
    )
    if before:
        query = query.where(col(BulkEdit.id) < before)
    return session.scalars(query.order_by(col(BulkEdit.id).desc()).limit(limit)).all()


def failures_of(
    session: Session, *, viewer: Viewer, bulk_id: str, limit: int, after: str | None = None
) -> Sequence[BulkItem]:
    """The records that could not be changed, each with the reason, in the order of their ids."""
    get_bulk_edit(session, viewer=viewer, bulk_id=bulk_id)
    query = select(BulkItem).where(
        col(BulkItem.bulk_id) == bulk_id, col(BulkItem.outcome).not_in((WAITING, DONE, UNCHANGED))
    )
    if after:
        query = query.where(col(BulkItem.record_id) > after)
    return session.scalars(query.order_by(col(BulkItem.record_id)).limit(limit)).all()


def _check_action(schema: Schema, action: str, values: Mapping[str, Any]) -> None:
    if action not in ACTIONS:
        raise InvalidInput(f"action: one of {', '.join(ACTIONS)}.", field="action")
    if (action == "edit") != bool(values):
        raise InvalidInput("values: an edit needs some, other actions take none.", field="values")
    for key, value in values.items():
        field = schema.writable(key)
        if field.column == "stage_id":
            raise InvalidInput("Stage: deals are moved one by one, each by the rules of its stage.", field=key)
        parse_value(field, value)


def _by_ids(session: Session, viewer: Viewer, schema: Schema, record_ids: Sequence[str]) -> Any:
    ids = set(record_ids)
    chosen = and_(col(Record.folder_id) == schema.folder.id, visible(viewer), among(session, col(Record.id), ids))
    found = session.scalar(select(func.count()).select_from(Record).where(chosen))
    if found != len(ids):
        raise InvalidInput(
            f"records: {len(ids) - (found or 0)} of them are not in {schema.folder.name}, or out of your sight.",
            field="records",
        )
    return chosen


def _new(viewer: Viewer, **values: Any) -> BulkEdit:
    return BulkEdit(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        member_id=viewer.member_id,
        total=0,
        created_at=utcnow(),
        **values,
    )


def _start(session: Session, viewer: Viewer, bulk: BulkEdit, items: Any) -> BulkEdit:
    session.add(bulk)
    session.flush()
    columns = table_of(BulkItem).c
    target = [columns.bulk_id, columns.record_id, columns.workspace_id, columns.outcome]
    session.execute(insert_into(session, BulkItem).from_select(target, items.limit(MAX_EDITED + 1)))
    count = select(func.count()).select_from(BulkItem).where(col(BulkItem.bulk_id) == bulk.id)
    bulk.total = session.scalar(count) or 0
    if bulk.total > MAX_EDITED:
        raise InvalidInput(f"records: at most {MAX_EDITED:,} at once; choose fewer.", field="records")
    emit(
        session,
        "bulk_edit.started",
        workspace_id=bulk.workspace_id,
        subject_id=bulk.id,
        actor_id=viewer.member_id,
        data={"action": bulk.action, "total": bulk.total},
    )
    jobs.enqueue(session, run_bulk_edit, bulk.id, key=bulk.id)
    return bulk


def _is_theirs(viewer: Viewer, bulk: BulkEdit) -> bool:
    return viewer.is_admin or bulk.member_id == viewer.member_id
