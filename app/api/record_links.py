"""Related records: links with a label, which both sides show."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.records import RecordId
from app.api.shapes import Page, refusals
from app.records.linking import Linked, link, links_of, unlink

OtherId = Annotated[str, Path(description="The record to link to.", examples=[EXAMPLE_ID])]
Label = Annotated[str, Query(description="How they are related.", min_length=1, max_length=100, examples=["CFO"])]


class LinkOut(BaseModel):
    """A link as one of its records shows it. `inverse`: it was made from the other one."""

    record_id: str = Field(examples=[EXAMPLE_ID])
    kind: str = Field(examples=["company"])
    name: str = Field(examples=["Quarry Ltd"])
    label: str = Field(examples=["CFO"])
    inverse: bool = Field(examples=[False])
    linked_at: datetime


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/records/{record_id}/links", tags=["records"])

    @routes.get("", operation_id="list_links", responses=refusals(404))
    def listing(caller: Called, record_id: RecordId) -> Page[LinkOut]:
        """The records that this one is linked with, by label, as far as the caller may see them."""
        with caller.read() as asked:
            linked = links_of(asked.session, viewer=asked.viewer, record_id=record_id)
            return Page(items=[_link(one) for one in linked])

    @routes.put("/{other_id}", operation_id="put_link", responses=refusals(403, 404))
    def put(caller: Called, record_id: RecordId, other_id: OtherId, label: Label) -> LinkOut:
        """Link two records under a label, e.g. a contact and a company as `CFO`; once is enough."""
        with caller.write() as asked:
            linked = link(asked.session, viewer=asked.viewer, record_id=record_id, other_id=other_id, label=label)
            return _link(linked)

    @routes.delete("/{other_id}", operation_id="delete_link", status_code=204, responses=refusals(403, 404))
    def delete(caller: Called, record_id: RecordId, other_id: OtherId, label: Label) -> None:
        """Part two records, on both sides."""
        with caller.write() as asked:
            unlink(asked.session, viewer=asked.viewer, record_id=record_id, other_id=other_id, label=label)

    return routes


def _link(linked: Linked) -> LinkOut:
    return LinkOut(
        record_id=linked.record.id,
        kind=linked.record.kind,
        name=linked.record.name,
        label=linked.label,
        inverse=linked.inverse,
        linked_at=linked.linked_at,
    )
