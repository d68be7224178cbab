"""`/api/v1/search`: one box over everything."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Page, refusals
from app.timeline.search.box import Hit, search

MAX_PAGE = 100


class MatchOut(BaseModel):
    """Where it matches. `ranges` are the [start, end) to highlight in `text`, counted in Unicode characters."""

    key: str = Field(examples=["email"], description="The field's key; of an entry, `title` or `text`.")
    name: str = Field(examples=["Email"])
    text: str = Field(examples=["dana@quarry.example"])
    ranges: list[tuple[int, int]] = Field(examples=[[[0, 4]]])


class FoundRecordOut(BaseModel):
    id: str = Field(examples=[EXAMPLE_ID])
    folder_id: str
    kind: str = Field(examples=["contact"])
    name: str = Field(examples=["Dana Diaz"])
    last_activity_at: datetime | None


class HomeOut(BaseModel):
    id: str = Field(examples=[EXAMPLE_ID])
    kind: str = Field(examples=["contact"])
    name: str = Field(examples=["Dana Diaz"])


class FoundEntryOut(BaseModel):
    """`records` are those whose timeline it stands on, as far as the caller may see them."""

    id: str = Field(examples=[EXAMPLE_ID])
    type: str = Field(examples=["email"])
    title: str = Field(examples=["Your offer"])
    occurred_at: datetime
    actor: str | None = Field(examples=["Bob Berg"])
    records: list[HomeOut]


class HitOut(BaseModel):
    """Either a record or an entry. `rank` says how well it matches, best first in this order."""

    rank: Literal["key", "name_begins", "name_words", "other_words", "slip", "text"] = Field(examples=["name_begins"])
    matches: list[MatchOut]
    record: FoundRecordOut | None = None
    entry: FoundEntryOut | None = None


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["search"])

    @routes.get("/search", operation_id="search", responses=refusals(404))
    def find(
        caller: Called,
        q: Annotated[str, Query(max_length=200, description="Words, perhaps unfinished.", examples=["dan quar"])],
        folder: Annotated[str | None, Query(description="Only records of this folder, and entries on them.")] = None,
        kind: Annotated[
            str | None, Query(description="Only this kind of record, or type of entry.", examples=["contact"])
        ] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 20,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Page[HitOut]:
        """Search records by name, address, phone number, number and other texts; and notes and mail by what they say.

        Exact keys come first, then names that begin so, words of names, other words, names with one letter wrong, and
        texts; within each, the last active first. Case, accents and width do not matter.
        """
        with caller.read() as asked:
            hits = search(
                asked.session, viewer=asked.viewer, text=q, folder_id=folder, kind=kind, limit=limit, cursor=cursor
            )
            return Page(items=[_hit(hit) for hit in hits.items], next=hits.next)

    return routes


def _hit(hit: Hit) -> HitOut:
    record, entry = hit.record, hit.entry
    return HitOut(
        rank=hit.rank.name.lower(),
        matches=[MatchOut(key=m.key, name=m.name, text=m.text, ranges=m.ranges) for m in hit.matches],
        record=FoundRecordOut.model_validate(record, from_attributes=True) if record else None,
        entry=FoundEntryOut(
            id=entry.id,
            type=entry.type,
            title=entry.title,
            occurred_at=entry.occurred_at,
            actor=entry.actor,
            records=[HomeOut.model_validate(home, from_attributes=True) for home in hit.homes],
        )
        if entry
        else None,
    )
