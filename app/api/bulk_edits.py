"""Changing many records at once, in the background, with progress; and taking it back."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, Page, refusals
from app.core.cursor import cursor_of, place_at
from app.records.bulk_edits import (
    bulk_edits_of,
    failures_of,
    get_bulk_edit,
    start_bulk_edit,
    undo_bulk_edit,
)
from models import BulkEdit

BulkId = Annotated[str, Path(examples=[EXAMPLE_ID])]
Cursor = Annotated[str | None, Query(description="`next` of the page before.", examples=["WyIyIl0"])]
Limit = Annotated[int, Query(ge=1, le=200)]


class NewBulkEdit(Body):
    """What to do, and with which records of the folder: `records` (ids), or all of `filter` or of the view `view`."""

    folder_id: str = Field(examples=[EXAMPLE_ID])
    action: Literal["edit", "archive", "delete"] = "edit"
    values: dict[str, Any] = Field(
        default_factory=dict, description="What an edit writes, by field key.", examples=[{"lifecycle": "Customer"}]
    )
    records: list[str] | None = Field(default=None, max_length=10_000, examples=[[EXAMPLE_ID]])
    filter: dict[str, Any] | None = Field(
        default=None, examples=[None, {"field": "lifecycle", "op": "is", "value": "Lead"}]
    )
    view: str | None = Field(default=None, examples=[None])


class BulkEditOut(BaseModel):
    """How far it is: `done` of `total` records, of which `failed` were left as they were.

    `state` is `running`, `done` or `undone`; `undoes` is the bulk edit that this one takes back.
    """

    id: str = Field(examples=[EXAMPLE_ID])
    folder_id: str = Field(examples=[EXAMPLE_ID])
    action: str = Field(examples=["edit"])
    values: dict[str, Any] = Field(examples=[{"lifecycle": "Customer"}])
    undoes: str | None = Field(examples=[None])
    total: int = Field(examples=[1200])
    done: int = Field(examples=[450])
    failed: int = Field(examples=[2])
    state: str = Field(examples=["running"])
    created_at: datetime
    finished_at: datetime | None


class FailureOut(BaseModel):
    record_id: str = Field(examples=[EXAMPLE_ID])
    reason: str = Field(examples=["Dana Diaz belongs to someone else: ask its owner or an admin to change it."])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/bulk-edits", tags=["records"])
    _add_reading(routes)

    @routes.post("", operation_id="start_bulk_edit", status_code=201, responses=refusals(403, 404))
    def start(caller: Called, body: NewBulkEdit) -> BulkEditOut:
        """Edit, archive or delete many records. It goes on in the background: read it again to see how far it is."""
        with caller.write() as asked:
            bulk = start_bulk_edit(
                asked.session,
                viewer=asked.viewer,
                folder_id=body.folder_id,
                action=body.action,
                values=body.values,
                record_ids=body.records,
                filter=body.filter,
                view_id=body.view,
            )
            return bulk_edit_out(bulk)

    @routes.post("/{bulk_id}/undo", operation_id="undo_bulk_edit", status_code=201, responses=refusals(404, 409))
    def undo(caller: Called, bulk_id: BulkId) -> BulkEditOut:
        """Take back what it did, except where records were changed again since; a bulk edit of its own."""
        with caller.write() as asked:
            return bulk_edit_out(undo_bulk_edit(asked.session, viewer=asked.viewer, bulk_id=bulk_id))

    return routes


def _add_reading(routes: APIRouter) -> None:
    @routes.get("", operation_id="list_bulk_edits", responses=refusals())
    def listing(caller: Called, cursor: Cursor = None, limit: Limit = 50) -> Page[BulkEditOut]:
        """The caller's bulk edits, last first."""
        with caller.read() as asked:
            before = place_at(cursor, str)[0] if cursor else None
            found = bulk_edits_of(asked.session, viewer=asked.viewer, limit=limit + 1, before=before)
            more = cursor_of(found[limit - 1].id) if len(found) > limit else None
            return Page(items=[bulk_edit_out(bulk) for bulk in found[:limit]], next=more)

    @routes.get("/{bulk_id}", operation_id="get_bulk_edit", responses=refusals(404))
    def get(caller: Called, bulk_id: BulkId) -> BulkEditOut:
        """How far a bulk edit is."""
        with caller.read() as asked:
            return bulk_edit_out(get_bulk_edit(asked.session, viewer=asked.viewer, bulk_id=bulk_id))

    @routes.get("/{bulk_id}/failures", operation_id="list_bulk_failures", responses=refusals(404))
    def failures(caller: Called, bulk_id: BulkId, cursor: Cursor = None, limit: Limit = 50) -> Page[FailureOut]:
        """The records that it left as they were, and why."""
        with caller.read() as asked:
            after = place_at(cursor, str)[0] if cursor else None
            found = failures_of(asked.session, viewer=asked.viewer, bulk_id=bulk_id, limit=limit + 1, after=after)
            items = [FailureOut(record_id=item.record_id, reason=item.outcome) for item in found[:limit]]
            return Page(items=items, next=cursor_of(items[-1].record_id) if len(found) > limit else None)


def bulk_edit_out(bulk: BulkEdit) -> BulkEditOut:
    return BulkEditOut(**{name: getattr(bulk, name) for name in BulkEditOut.model_fields})
