"""Records that are one and the same: looking at what would become of them, merging them, and taking it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlmodel import col

from app.api.caller import Asked, Called
from app.api.etags import IfMatch, matched
from app.api.record_shape import EXAMPLE_ID, RecordOut, names_in, record_out
from app.api.shapes import Body, Page, refusals
from app.core.cursor import cursor_of, place_at
from app.core.errors import InvalidInput
from app.records.fields import as_json
from app.records.merging import (
    Choice,
    get_merge,
    merge_records,
    merged_in,
    merges_of,
    preview_merge,
    undo_merge,
)
from app.records.merging.family import MOST
from app.records.reading import reading_of
from app.records.service import get_record
from models import Merge, Record

OTHER_ID = "01jd3x9f6e8m2k4q7r0s5t1vwy"
MergeId = Annotated[str, Path(examples=[EXAMPLE_ID])]
Cursor = Annotated[str | None, Query(description="`next` of the page before.", examples=["WyIyIl0"])]
Limit = Annotated[int, Query(ge=1, le=200)]


class NewMerge(Body):
    """`into` stays, `records` become part of it. `values` says by field key whose value it takes: an id, or `all`.

    What `values` leaves out takes the default that the preview shows.
    """

    into: str = Field(examples=[EXAMPLE_ID])
    records: list[str] = Field(min_length=1, max_length=MOST, examples=[[OTHER_ID]])
    values: dict[str, str] = Field(default_factory=dict, examples=[{"title": OTHER_ID, "email": "all"}])


class CandidateOut(BaseModel):
    record_id: str = Field(examples=[EXAMPLE_ID])
    value: Any = Field(examples=["CTO"])


class ChoiceOut(BaseModel):
    """A field, the values there are for it, and whose it takes; `open`: the caller may choose another one."""

    key: str = Field(examples=["title"])
    name: str = Field(examples=["Job title"])
    candidates: list[CandidateOut]
    chosen: str = Field(examples=[EXAMPLE_ID])
    value: Any = Field(examples=["CTO"])
    open: bool


class MergePreview(BaseModel):
    """What a merge would make of these records; `allowed`: the caller may merge them."""

    into: str = Field(examples=[EXAMPLE_ID])
    records: list[str] = Field(examples=[[OTHER_ID]])
    allowed: bool
    choices: list[ChoiceOut]


class MergeOut(BaseModel):
    """A merge. `values` are the fields that took another record's value, or those of all."""

    id: str = Field(examples=[EXAMPLE_ID])
    into: str = Field(examples=[EXAMPLE_ID])
    records: list[str] = Field(examples=[[OTHER_ID]])
    values: dict[str, str] = Field(examples=[{"title": OTHER_ID}])
    member_id: str = Field(examples=[EXAMPLE_ID])
    merged_at: datetime
    undone_at: datetime | None
    undone_by: str | None


class MadeMerge(MergeOut):
    """A merge, and the record that stayed as it is now."""

    record: RecordOut


class KeptOut(BaseModel):
    """What an undone merge left as it is, as it was edited since: a field by its name, or rows of a table."""

    name: str = Field(examples=["Job title"])
    count: int = Field(examples=[1])


class UndoneMerge(MergeOut):
    kept: list[KeptOut]


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["duplicates"])
    _add_preview(routes)
    _add_listing(routes)
    _add_writing(routes)
    return routes


def _add_preview(routes: APIRouter) -> None:
    @routes.get("/merge-preview", operation_id="preview_merge", responses=refusals(404, 409))
    def preview(
        caller: Called,
        records: Annotated[str, Query(description="Two or more ids.", examples=[f"{EXAMPLE_ID},{OTHER_ID}"])],
        into: Annotated[
            str | None, Query(description="Which one stays; else the most complete.", examples=[EXAMPLE_ID])
        ] = None,
    ) -> MergePreview:
        """Each field's values side by side, with the default. Nothing is changed."""
        ids = names_in(records) or []
        if len(ids) < 2:
            raise InvalidInput("records: name two or more.", field="records")
        with caller.read() as asked:
            seen = preview_merge(asked.session, viewer=asked.viewer, record_ids=ids, into_id=into)
            return MergePreview(
                into=seen.into.id,
                records=[other.id for other in seen.others],
                allowed=seen.allowed,
                choices=_choices(asked, seen.choices),
            )


def _add_listing(routes: APIRouter) -> None:
    @routes.get("/merges", operation_id="list_merges", responses=refusals(404))
    def listing(
        caller: Called,
        record: Annotated[str | None, Query(description="Into this record only.", examples=[EXAMPLE_ID])] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[MergeOut]:
        """Merges whose record the caller may see, last first."""
        with caller.read() as asked:
            before = place_at(cursor, str)[0] if cursor else None
            found = merges_of(asked.session, viewer=asked.viewer, limit=limit + 1, record_id=record, before=before)
            more = cursor_of(found[limit - 1].id) if len(found) > limit else None
            return Page(items=_shown(asked, found[:limit]), next=more)

    @routes.get("/merges/{merge_id}", operation_id="get_merge", responses=refusals(404))
    def get(caller: Called, merge_id: MergeId) -> MergeOut:
        """One merge."""
        with caller.read() as asked:
            merge = get_merge(asked.session, viewer=asked.viewer, merge_id=merge_id)
            return _shown(asked, [merge])[0]


def _add_writing(routes: APIRouter) -> None:
    @routes.post("/merges", operation_id="merge_records", status_code=201, responses=refusals(403, 404, 409, 412))
    def merge(caller: Called, body: NewMerge, if_match: IfMatch = None) -> MadeMerge:
        """Make records one. Everything moves to the one that stays, and the ids of the others lead there."""
        with caller.write() as asked, matched(if_match) as version:
            made = merge_records(
                asked.session,
                viewer=asked.viewer,
                into_id=body.into,
                record_ids=body.records,
                choices=body.values,
                version=version,
            )
            record = get_record(asked.session, viewer=asked.viewer, record_id=made.into_id)
            shown = record_out(asked.session, viewer=asked.viewer, record=record)
            return MadeMerge(**dict(_shown(asked, [made])[0]), record=shown)

    @routes.post("/merges/{merge_id}/undo", operation_id="undo_merge", responses=refusals(403, 404, 409))
    def undo(caller: Called, merge_id: MergeId) -> UndoneMerge:
        """Split the record into those it was made of. What was edited since stays, and is told as `kept`."""
        with caller.write() as asked:
            undone = undo_merge(asked.session, viewer=asked.viewer, merge_id=merge_id)
            kept = [KeptOut(name=one.name, count=one.count) for one in undone.kept]
            return UndoneMerge(**dict(_shown(asked, [undone.merge])[0]), kept=kept)


def _choices(asked: Asked, choices: Sequence[Choice]) -> list[ChoiceOut]:
    """Without ids of records that the caller may not see."""
    rows = [
        (choice.field.key, {choice.field.key: as_json(value)})
        for choice in choices
        for value in (choice.value, *(one.value for one in choice.candidates))
    ]
    fields = [choice.field for choice in choices]
    reading_of(asked.session, viewer=asked.viewer, fields=fields, values=[row for _, row in rows])
    values = iter([row[key] for key, row in rows])
    return [
        ChoiceOut(
            key=choice.field.key,
            name=choice.field.name,
            value=next(values),
            candidates=[CandidateOut(record_id=one.record_id, value=next(values)) for one in choice.candidates],
            chosen=choice.chosen,
            open=choice.open,
        )
        for choice in choices
    ]


def _shown(asked: Asked, merges: Sequence[Merge]) -> list[MergeOut]:
    """Without the keys of fields that are hidden from the caller."""
    records, hidden = merged_in(asked.session, merges), asked.viewer.access.hidden
    folders = select(col(Record.id), col(Record.folder_id)).where(col(Record.id).in_([one.into_id for one in merges]))
    folder_of = {row[0]: row[1] for row in asked.session.execute(folders)}
    return [
        MergeOut(
            **{name: getattr(merge, name) for name in ("id", "member_id", "merged_at", "undone_at", "undone_by")},
            into=merge.into_id,
            records=records[merge.id],
            values={
                key: chosen
                for key, chosen in merge.choices.items()
                if key not in hidden.get(folder_of[merge.into_id], ())
            },
        )
        for merge in merges
    ]
