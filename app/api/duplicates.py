"""Records that may be one and the same: the pairs that wait for a decision, and deciding on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from app.api.bulk_edits import BulkEditOut, bulk_edit_out
from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, Page, refusals
from app.core.cursor import cursor_of, place_at
from app.records.duplicates import decisions, inbox
from app.records.duplicates.inbox import Standing
from app.workspaces.access import Viewer
from models import Record

OTHER_ID = "01jd3x9f6e8m2k4q7r0s5t1vwy"
RecordId = Annotated[str, Path(examples=[EXAMPLE_ID])]
FolderId = Annotated[str, Query(description="Pairs with a record in this folder.", examples=[EXAMPLE_ID])]
MinScore = Annotated[float, Query(ge=0, le=1, description="Only from this score on.", examples=[0.95])]


class EndOut(BaseModel):
    """A record of a pair."""

    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Dana Diaz"])
    folder_id: str = Field(examples=[EXAMPLE_ID])
    kind: str = Field(examples=["contact"])


class PairOut(BaseModel):
    """Two records that may be one. `score` is a probability from 0 to 1; the weightiest reason comes first."""

    first: EndOut
    second: EndOut
    score: float = Field(examples=[0.97])
    reasons: list[dict[str, Any]] = Field(examples=[[{"field": "email", "says": "the same", "weight": 12.5}]])
    state: str = Field(examples=["open"])
    found_at: datetime


class CountOut(BaseModel):
    folder_id: str = Field(examples=[EXAMPLE_ID])
    open: int = Field(examples=[17])


class ClusterOut(BaseModel):
    """Records that belong together; `score` is that of the least likely pair among them."""

    records: list[EndOut]
    score: float = Field(examples=[0.93])


class NewDecisions(Body):
    """What to do with all open pairs of a folder from `min_score` on, or with these `pairs` of ids."""

    folder_id: str = Field(examples=[EXAMPLE_ID])
    action: Literal["merge", "refuse"] = Field(examples=["merge"])
    min_score: float | None = Field(default=None, ge=0, le=1, examples=[0.98])
    pairs: list[tuple[str, str]] | None = Field(default=None, max_length=decisions.MOST, examples=[None])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["duplicates"])
    _add_reading(routes)
    _add_summing_up(routes)
    _add_deciding(routes)
    return routes


def _add_reading(routes: APIRouter) -> None:
    @routes.get("/duplicates", operation_id="list_duplicates", responses=refusals(404))
    def listing(
        caller: Called,
        folder: FolderId,
        state: Annotated[Literal["open", "refused"], Query(examples=["open"])] = "open",
        min_score: MinScore = 0.0,
        cursor: Annotated[str | None, Query(description="`next` of the page before.", examples=["WyIyIl0"])] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Page[PairOut]:
        """Pairs of records that the caller may see, likeliest first."""
        with caller.read() as asked:
            after = _place(cursor) if cursor else None
            found = inbox.pairs_in(
                asked.session,
                viewer=asked.viewer,
                folder_id=folder,
                state=state,
                min_score=min_score,
                limit=limit + 1,
                after=after,
            )
            last = found[limit - 1].pair if len(found) > limit else None
            more = last and cursor_of(last.score, last.first_id, last.second_id)
            return Page(items=[_pair_out(asked.viewer, one) for one in found[:limit]], next=more)


def _add_summing_up(routes: APIRouter) -> None:
    @routes.get("/duplicate-counts", operation_id="count_duplicates", responses=refusals())
    def counting(caller: Called) -> Page[CountOut]:
        """How many pairs wait in each folder; folders without any are left out."""
        with caller.read() as asked:
            found = inbox.counts(asked.session, viewer=asked.viewer)
            return Page(items=[CountOut(folder_id=folder_id, open=count) for folder_id, count in found.items()])

    @routes.get("/duplicate-clusters", operation_id="list_duplicate_clusters", responses=refusals(404))
    def clusters(caller: Called, folder: FolderId, min_score: MinScore = 0.0) -> Page[ClusterOut]:
        """The records of the likeliest pairs put together, largest cluster first."""
        with caller.read() as asked:
            found = inbox.clusters_in(asked.session, viewer=asked.viewer, folder_id=folder, min_score=min_score)
            items = [ClusterOut(records=_ends(one.records), score=one.score) for one in found]
            return Page(items=items)

    @routes.get("/records/{record_id}/duplicates", operation_id="list_record_duplicates", responses=refusals(404))
    def of_record(caller: Called, record_id: RecordId) -> Page[PairOut]:
        """The pairs of one record that wait for a decision, likeliest first."""
        with caller.read() as asked:
            found = inbox.pairs_with(asked.session, viewer=asked.viewer, record_id=record_id)
            return Page(items=[_pair_out(asked.viewer, one) for one in found])


def _add_deciding(routes: APIRouter) -> None:
    path = "/records/{record_id}/duplicates/{other_id}/refusal"

    @routes.put(path, operation_id="refuse_duplicate", status_code=204, responses=refusals(403, 404))
    def refuse(caller: Called, record_id: RecordId, other_id: Annotated[str, Path(examples=[OTHER_ID])]) -> None:
        """Say that two records are not the same: they are never offered as a pair again."""
        with caller.write() as asked:
            decisions.refuse(asked.session, viewer=asked.viewer, record_id=record_id, other_id=other_id)

    @routes.delete(path, operation_id="reopen_duplicate", status_code=204, responses=refusals(403, 404))
    def take_back(caller: Called, record_id: RecordId, other_id: Annotated[str, Path(examples=[OTHER_ID])]) -> None:
        """Take a refusal back: the pair waits for a decision again."""
        with caller.write() as asked:
            decisions.take_back(asked.session, viewer=asked.viewer, record_id=record_id, other_id=other_id)

    @routes.post("/duplicate-decisions", operation_id="decide_duplicates", status_code=201, responses=refusals(404))
    def decide(caller: Called, body: NewDecisions) -> BulkEditOut:
        """Merge or refuse many pairs, in the background. `GET /bulk-edits/{id}` tells how far it is."""
        with caller.write() as asked:
            bulk = decisions.decide_many(
                asked.session,
                viewer=asked.viewer,
                folder_id=body.folder_id,
                action=body.action,
                min_score=body.min_score,
                pairs=body.pairs,
            )
            return bulk_edit_out(bulk)


def _pair_out(viewer: Viewer, one: Standing) -> PairOut:
    return PairOut(
        first=_end(one.first),
        second=_end(one.second),
        score=round(one.pair.score, 4),
        reasons=inbox.reasons_seen(viewer, one),
        state=one.pair.state,
        found_at=one.pair.found_at,
    )


def _ends(records: Sequence[Record]) -> list[EndOut]:
    return [_end(record) for record in records]


def _end(record: Record) -> EndOut:
    return EndOut(id=record.id, name=record.name, folder_id=record.folder_id, kind=record.kind)


def _place(cursor: str) -> inbox.Place:
    score, first_id, second_id = place_at(cursor, (int, float), str, str)
    return float(score), first_id, second_id
