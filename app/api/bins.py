"""The bin: what was deleted in the last 30 days."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlmodel import Session, col

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID, Named
from app.api.shapes import Page, refusals
from app.core.cursor import cursor_of, moment_place
from app.records.bin import KEPT, binned_records, remove_for_good
from models import Member, Record


class BinnedOut(BaseModel):
    """A deleted record. After `purged_at` it is gone for good."""

    id: str = Field(examples=[EXAMPLE_ID])
    folder_id: str = Field(examples=[EXAMPLE_ID])
    kind: str = Field(examples=["contact"])
    name: str = Field(examples=["Dana Diaz"])
    deleted_at: datetime
    deleted_by: Named | None
    purged_at: datetime


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/bin", tags=["records"])

    @routes.get("", operation_id="list_bin", responses=refusals())
    def listing(
        caller: Called,
        cursor: Annotated[str | None, Query(description="`next` of the page before.", examples=["WyIyIl0"])] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Page[BinnedOut]:
        """Deleted records that the caller may bring back, last deleted first."""
        with caller.read() as asked:
            before = moment_place(cursor) if cursor else None
            found = binned_records(asked.session, viewer=asked.viewer, limit=limit + 1, before=before)
            items = _shown(asked.session, found[:limit])
            last = items[-1] if len(found) > limit else None
            return Page(items=items, next=last and cursor_of(last.deleted_at, last.id))

    @routes.delete("/{record_id}", operation_id="purge_record", status_code=204, responses=refusals(404))
    def purge(caller: Called, record_id: Annotated[str, Path(examples=[EXAMPLE_ID])]) -> None:
        """Remove a deleted record for good now, with its history, links and notes."""
        with caller.write() as asked:
            remove_for_good(asked.session, viewer=asked.viewer, record_id=record_id)

    return routes


def _shown(session: Session, records: Sequence[Record]) -> list[BinnedOut]:
    ids = {record.deleted_by for record in records if record.deleted_by}
    names = {member.id: member.name for member in session.scalars(select(Member).where(col(Member.id).in_(ids)))}
    return [
        BinnedOut(
            id=record.id,
            folder_id=record.folder_id,
            kind=record.kind,
            name=record.name,
            deleted_at=record.deleted_at,
            deleted_by=Named(id=record.deleted_by, name=names[record.deleted_by]) if record.deleted_by else None,
            purged_at=record.deleted_at + KEPT,
        )
        for record in records
        if record.deleted_at
    ]
