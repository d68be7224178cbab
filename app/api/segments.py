"""`/api/v1/segments`: groups of records, live or frozen."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from app.api.caller import Asked, Called
from app.api.listing import Cursor, Expand, Fields, Limit, Sort, WithCount
from app.api.listing_shape import FILTER, RecordPage, record_page
from app.api.record_shape import EXAMPLE_ID, RecordOut, names_in, record_out
from app.api.shapes import Body, Page, refusals
from app.core.errors import NotFound
from app.records.segments import (
    contains,
    create_segment,
    delete_segment,
    freeze,
    get_segment,
    members_of,
    schema_of_segment,
    segments_of,
    update_segment,
)
from app.records.service import get_record
from models import Segment

SegmentId = Annotated[str, Path(examples=[EXAMPLE_ID])]


class SegmentOut(BaseModel):
    """A group of records of a folder; a frozen one keeps the members it had at `frozen_at`."""

    id: str = Field(examples=[EXAMPLE_ID])
    folder_id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Large customers"])
    owner_id: str = Field(examples=[EXAMPLE_ID])
    filter: dict[str, Any] = Field(examples=[FILTER])
    frozen_at: datetime | None
    created_at: datetime


class NewSegment(Body):
    folder_id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Large customers"])
    filter: dict[str, Any] = Field(default_factory=dict, examples=[FILTER])
    frozen: bool = Field(default=False, description="Keep the members of this moment.")


class SegmentEdit(Body):
    """The parts to change; the filter only of a live segment."""

    name: str = Field(default="", examples=["Large customers"])
    filter: dict[str, Any] = Field(default_factory=dict, examples=[FILTER])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/segments", tags=["segments"])
    _add_reading(routes)
    _add_writing(routes)
    _add_members(routes)
    return routes


def _add_reading(routes: APIRouter) -> None:
    @routes.get("", operation_id="list_segments", responses=refusals(404))
    def listed(
        caller: Called, folder_id: Annotated[str | None, Query(description="Of this folder only.")] = None
    ) -> Page[SegmentOut]:
        """The segments of the folders that the caller may read, by name."""
        with caller.read() as asked:
            found = segments_of(asked.session, viewer=asked.viewer, folder_id=folder_id)
            return Page(items=[_segment_out(segment) for segment in found])

    @routes.get("/{segment_id}", operation_id="get_segment", responses=refusals(404))
    def get(caller: Called, segment_id: SegmentId) -> SegmentOut:
        """One segment."""
        with caller.read() as asked:
            return _segment_out(get_segment(asked.session, viewer=asked.viewer, segment_id=segment_id))


def _add_writing(routes: APIRouter) -> None:
    @routes.post("", operation_id="create_segment", status_code=201, responses=refusals(404))
    def create(caller: Called, response: Response, body: NewSegment) -> SegmentOut:
        """A new segment, of what the caller may see of a folder."""
        with caller.write() as asked:
            segment = create_segment(asked.session, viewer=asked.viewer, **body.model_dump())
            response.headers["Location"] = f"/api/v1/segments/{segment.id}"
            return _segment_out(segment)

    @routes.patch("/{segment_id}", operation_id="update_segment", responses=refusals(403, 404, 409))
    def update(caller: Called, segment_id: SegmentId, body: SegmentEdit) -> SegmentOut:
        """Rename a segment, or change the filter of a live one."""
        with caller.write() as asked:
            values = body.model_dump(exclude_unset=True)
            changed = update_segment(asked.session, viewer=asked.viewer, segment_id=segment_id, values=values)
            return _segment_out(changed)

    @routes.put("/{segment_id}/freeze", operation_id="freeze_segment", responses=refusals(403, 404))
    def frozen(caller: Called, segment_id: SegmentId) -> SegmentOut:
        """Keep the members that the segment has for the caller now."""
        with caller.write() as asked:
            return _segment_out(freeze(asked.session, viewer=asked.viewer, segment_id=segment_id))

    @routes.delete("/{segment_id}", operation_id="delete_segment", status_code=204, responses=refusals(403, 404))
    def delete(caller: Called, segment_id: SegmentId) -> None:
        """Delete a segment; its records stay."""
        with caller.write() as asked:
            delete_segment(asked.session, viewer=asked.viewer, segment_id=segment_id)


def _add_members(routes: APIRouter) -> None:
    @routes.get("/{segment_id}/members", operation_id="list_segment_members", responses=refusals(404))
    def members(
        caller: Called,
        segment_id: SegmentId,
        sort: Sort = None,
        fields: Fields = None,
        expand: Expand = None,
        limit: Limit = 50,
        cursor: Cursor = None,
        count: WithCount = False,
    ) -> RecordPage:
        """The records of a segment that the caller may see."""
        with caller.read() as asked:
            segment = get_segment(asked.session, viewer=asked.viewer, segment_id=segment_id)
            filter, kept = members_of(segment)
            return record_page(
                asked,
                schema_of_segment(asked.session, viewer=asked.viewer, segment=segment),
                filter=filter,
                within=kept,
                sort=names_in(sort) or (),
                fields=names_in(fields),
                expand=names_in(expand) or (),
                limit=limit,
                cursor=cursor,
                count=count,
            )

    @routes.get("/{segment_id}/members/{record_id}", operation_id="get_segment_member", responses=refusals(404))
    def member(
        caller: Called, segment_id: SegmentId, record_id: Annotated[str, Path(examples=[EXAMPLE_ID])]
    ) -> RecordOut:
        """A record if it is in the segment, else 404."""
        with caller.read() as asked:
            return _member(asked, segment_id, record_id)


def _member(asked: Asked, segment_id: str, record_id: str) -> RecordOut:
    session, viewer = asked.session, asked.viewer
    segment = get_segment(session, viewer=viewer, segment_id=segment_id)
    if not contains(session, viewer=viewer, segment=segment, record_id=record_id):
        raise NotFound("This record is not in the segment, or you have no access to it.")
    return record_out(session, viewer=viewer, record=get_record(session, viewer=viewer, record_id=record_id))


def _segment_out(segment: Segment) -> SegmentOut:
    return SegmentOut(**segment.model_dump(exclude={"workspace_id"}))
