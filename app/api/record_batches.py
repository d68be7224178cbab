"""Up to 500 records in one request, each with an outcome of its own."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, refusals
from app.records.batches import Outcome, Row, write_rows
from app.records.schema import folder_seen

MOST = 500


class RowIn(Body):
    """A new record; with an `id` the values to change in one, and with a `version` only if it still has that one."""

    id: str | None = Field(default=None, examples=[EXAMPLE_ID])
    version: int | None = Field(default=None, ge=1, examples=[3])
    values: dict[str, Any] = Field(examples=[{"name": "Dana Diaz", "email": "dana@quarry.example"}])


class NewBatch(Body):
    records: Annotated[list[RowIn], Field(min_length=1, max_length=MOST)]


class RowOut(BaseModel):
    """`status` is 201 for a new record, 200 for a changed one, else why it was refused, as an HTTP status."""

    status: int = Field(examples=[201])
    id: str | None = Field(default=None, examples=[EXAMPLE_ID])
    version: int | None = Field(default=None, examples=[1])
    code: str | None = Field(default=None, examples=[None])
    detail: str | None = Field(default=None, examples=[None])
    field: str | None = Field(default=None, examples=[None])


class BatchOut(BaseModel):
    """An outcome for each record, in the order in which they were sent."""

    created: int = Field(examples=[1])
    updated: int = Field(examples=[0])
    refused: int = Field(examples=[0])
    records: list[RowOut]


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/folders/{folder_id}", tags=["records"])

    @routes.post("/record-batches", operation_id="write_records", responses=refusals(404))
    def write(caller: Called, folder_id: Annotated[str, Path(examples=[EXAMPLE_ID])], body: NewBatch) -> BatchOut:
        """Create and change many records at once; those that are refused do not stop the others."""
        with caller.write() as asked:
            folder = folder_seen(asked.session, viewer=asked.viewer, folder_id=folder_id)
            rows = [Row(values=row.values, id=row.id, version=row.version) for row in body.records]
            outcomes = write_rows(asked.session, viewer=asked.viewer, folder=folder, rows=rows)
            written = [_row(outcome) for outcome in outcomes]
            new, old = (sum(row.status == status for row in written) for status in (201, 200))
            return BatchOut(created=new, updated=old, refused=len(written) - new - old, records=written)

    return routes


def _row(outcome: Outcome) -> RowOut:
    refusal = outcome.refusal
    if refusal:
        return RowOut(status=refusal.status, code=refusal.code, detail=refusal.message, field=refusal.field)
    return RowOut(status=201 if outcome.is_new else 200, id=outcome.record_id, version=outcome.version)
