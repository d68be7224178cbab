"""`/api/v1/views`: saved ways of looking at a folder."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from app.api.caller import Asked, Called
from app.api.listing import Cursor, Expand, Limit, WithCount
from app.api.listing_shape import FILTER, CountOut, RecordPage, count_out, record_page
from app.api.record_shape import EXAMPLE_ID, names_in
from app.api.shapes import Body, Page, refusals
from app.records.fields import value_type
from app.records.fields.choices import label_of
from app.records.listing import Group, count_records, group_records
from app.records.reading import reading_of
from app.records.schema import Schema
from app.records.views import (
    create_view,
    delete_view,
    get_view,
    known_columns,
    pin_view,
    pinned_ids,
    schema_of_view,
    unpin_view,
    update_view,
    views_of,
)
from models import View

ViewId = Annotated[str, Path(examples=[EXAMPLE_ID])]
Keys = Annotated[list[str], Field(max_length=100, examples=[["name", "amount", "company.industry"]])]
SORT = ["-amount"]


class ViewOut(BaseModel):
    """A view. `owner_id` is null for the workspace's own; `columns` are those that the caller may know of."""

    id: str = Field(examples=[EXAMPLE_ID])
    folder_id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["My open deals"])
    owner_id: str | None = Field(examples=[EXAMPLE_ID])
    shared: bool
    is_default: bool = Field(description="Everybody's first view of this folder.")
    pinned: bool = Field(description="The caller keeps it at hand.")
    layout: Literal["table", "board"]
    columns: list[str] = Field(examples=[["name", "amount", "company.industry"]])
    filter: dict[str, Any] | None = Field(examples=[FILTER])
    sort: list[str] = Field(examples=[SORT])
    group_by: str | None = Field(examples=["stage"])
    position: int
    created_at: datetime


class NewView(Body):
    folder_id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["My open deals"])
    shared: bool = False
    is_default: bool = False
    layout: Literal["table", "board"] = "table"
    columns: Keys = Field(default_factory=list)
    filter: dict[str, Any] | None = Field(default=None, examples=[FILTER])
    sort: Keys = Field(default_factory=list, examples=[SORT])
    group_by: str | None = Field(default=None, examples=["stage"])
    position: int = Field(default=0, ge=0, le=10_000)


class ViewEdit(Body):
    """The parts to change."""

    name: str = Field(default="", examples=["My open deals"])
    shared: bool = False
    is_default: bool = False
    layout: Literal["table", "board"] = "table"
    columns: Keys = Field(default_factory=list)
    filter: dict[str, Any] | None = Field(default=None, examples=[FILTER])
    sort: Keys = Field(default_factory=list, examples=[SORT])
    group_by: str | None = Field(default=None, examples=["stage"])
    position: int = Field(default=0, ge=0, le=10_000)


class GroupOut(BaseModel):
    """Records with the same value; `name` is how a person reads it. `sums` of money are in minor units.

    Currencies are never added up: of amounts, `sums` has those in the workspace's.
    """

    value: str | bool | None = Field(examples=[EXAMPLE_ID])
    name: str | None = Field(examples=["Proposal"])
    count: int = Field(examples=[12])
    sums: dict[str, float] = Field(examples=[{"amount": 1250000}])
    other_currencies: dict[str, dict[str, float]] = Field(
        examples=[{"amount": {"USD": 120000}}], description="Sums of amounts in other currencies, by field."
    )


class ViewCounts(BaseModel):
    """How many records a view shows, and its groups where it has any, the largest first."""

    count: CountOut
    groups: list[GroupOut] = Field(default_factory=list)


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/views", tags=["views"])
    _add_reading(routes)
    _add_writing(routes)
    _add_contents(routes)
    _add_pins(routes)
    return routes


def _add_reading(routes: APIRouter) -> None:
    @routes.get("", operation_id="list_views", responses=refusals(404))
    def listed(
        caller: Called, folder_id: Annotated[str | None, Query(description="Of this folder only.")] = None
    ) -> Page[ViewOut]:
        """The caller's own views and the shared ones, in order."""
        with caller.read() as asked:
            found = views_of(asked.session, viewer=asked.viewer, folder_id=folder_id)
            return Page(items=[_view_out(asked, view) for view in found])

    @routes.get("/{view_id}", operation_id="get_view", responses=refusals(404))
    def get(caller: Called, view_id: ViewId) -> ViewOut:
        """One view."""
        with caller.read() as asked:
            return _view_out(asked, get_view(asked.session, viewer=asked.viewer, view_id=view_id))


def _add_writing(routes: APIRouter) -> None:
    @routes.post("", operation_id="create_view", status_code=201, responses=refusals(403, 404))
    def create(caller: Called, response: Response, body: NewView) -> ViewOut:
        """A new view; sharing it needs the power `views`."""
        with caller.write() as asked:
            values = body.model_dump(exclude={"folder_id"})
            view = create_view(asked.session, viewer=asked.viewer, folder_id=body.folder_id, values=values)
            response.headers["Location"] = f"/api/v1/views/{view.id}"
            return _view_out(asked, view)

    @routes.patch("/{view_id}", operation_id="update_view", responses=refusals(403, 404))
    def update(caller: Called, view_id: ViewId, body: ViewEdit) -> ViewOut:
        """Change a view."""
        with caller.write() as asked:
            values = body.model_dump(exclude_unset=True)
            return _view_out(asked, update_view(asked.session, viewer=asked.viewer, view_id=view_id, values=values))

    @routes.delete("/{view_id}", operation_id="delete_view", status_code=204, responses=refusals(403, 404))
    def delete(caller: Called, view_id: ViewId) -> None:
        """Delete a view; its records stay."""
        with caller.write() as asked:
            delete_view(asked.session, viewer=asked.viewer, view_id=view_id)


def _add_contents(routes: APIRouter) -> None:
    @routes.get("/{view_id}/records", operation_id="list_view_records", responses=refusals(404))
    def records(
        caller: Called,
        view_id: ViewId,
        expand: Expand = None,
        limit: Limit = 50,
        cursor: Cursor = None,
        count: WithCount = False,
    ) -> RecordPage:
        """The records that a view shows to the caller, with its columns and in its order."""
        with caller.read() as asked:
            view = get_view(asked.session, viewer=asked.viewer, view_id=view_id)
            return record_page(
                asked,
                schema_of_view(asked.session, viewer=asked.viewer, view=view),
                filter=view.filter,
                sort=view.sort,
                fields=known_columns(asked.session, viewer=asked.viewer, view=view) or None,
                expand=names_in(expand) or (),
                limit=limit,
                cursor=cursor,
                count=count,
            )

    @routes.get("/{view_id}/counts", operation_id="count_view", responses=refusals(404))
    def counts(
        caller: Called,
        view_id: ViewId,
        sums: Annotated[str | None, Query(description="Numbers to add up per group.", examples=["amount"])] = None,
    ) -> ViewCounts:
        """How many records a view shows to the caller, in all and per group."""
        with caller.read() as asked:
            return _counts(asked, get_view(asked.session, viewer=asked.viewer, view_id=view_id), names_in(sums) or [])


def _add_pins(routes: APIRouter) -> None:
    @routes.put("/{view_id}/pin", operation_id="pin_view", status_code=204, responses=refusals(404))
    def pin(caller: Called, view_id: ViewId) -> None:
        """Keep a view at hand."""
        with caller.write() as asked:
            pin_view(asked.session, viewer=asked.viewer, view_id=view_id)

    @routes.delete("/{view_id}/pin", operation_id="unpin_view", status_code=204, responses=refusals(404))
    def unpin(caller: Called, view_id: ViewId) -> None:
        """Keep a view at hand no longer."""
        with caller.write() as asked:
            unpin_view(asked.session, viewer=asked.viewer, view_id=view_id)


def _view_out(asked: Asked, view: View) -> ViewOut:
    known = known_columns(asked.session, viewer=asked.viewer, view=view)
    pinned = view.id in pinned_ids(asked.session, viewer=asked.viewer)
    return ViewOut(**view.model_dump(exclude={"workspace_id", "columns"}), columns=known, pinned=pinned)


def _counts(asked: Asked, view: View, sums: list[str]) -> ViewCounts:
    session, viewer = asked.session, asked.viewer
    schema = schema_of_view(session, viewer=viewer, view=view)
    total = count_out(count_records(session, viewer=viewer, schema=schema, filter=view.filter))
    if view.group_by is None:
        return ViewCounts(count=total)
    groups = group_records(session, viewer=viewer, schema=schema, by=view.group_by, filter=view.filter, sums=sums)
    return ViewCounts(count=total, groups=_groups_out(asked, schema, view.group_by, groups))


def _groups_out(asked: Asked, schema: Schema, key: str, groups: list[Group]) -> list[GroupOut]:
    field = schema.field(key)
    values = [{key: group.value} for group in groups]
    names = reading_of(asked.session, viewer=asked.viewer, fields=[field], values=values).names
    if value_type(field).family == "choice":
        names = {group.value: label_of(field, group.value) for group in groups if group.value is not None}
    return [
        GroupOut(
            value=group.value,
            name=names.get(group.value),
            count=group.count,
            sums=group.sums,
            other_currencies=group.others,
        )
        for group in groups
    ]
