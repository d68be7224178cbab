"""A record's way: its stage, how long it stood in each, and the phases of a customer's journey."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.etags import IfMatch, give_etag, matched
from app.api.record_shape import EXAMPLE_ID, RecordOut, record_out
from app.api.shapes import Body, refusals
from app.records import cycle
from app.records import journey as journeys
from app.records.deals import move_stage

RecordId = Annotated[str, Path(examples=[EXAMPLE_ID])]


class StageMove(Body):
    """Where a record goes. `values` are of other fields, as a person would write them, to be saved with the move."""

    stage_id: str = Field(examples=["01jd3x9f6e8m2k4q7r0s5t1vws"])
    reason: str | None = Field(default=None, max_length=1_000, examples=["Pricing"], description="Why it was lost.")
    note: str | None = Field(default=None, max_length=10_000, examples=["A third below us."])
    values: dict[str, Any] = Field(default_factory=dict, examples=[{"amount": "1200.00"}])
    pin_probability: bool | None = Field(
        default=None, examples=[None], description="Keep the probability on later moves, or no longer."
    )


class StayOut(BaseModel):
    stage_id: str = Field(examples=["01jd3x9f6e8m2k4q7r0s5t1vws"])
    stage: str = Field(examples=["Proposal"])
    outcome: str = Field(examples=["open"])
    entered_at: datetime
    left_at: datetime | None = Field(description="Null while it stands there.")
    seconds: int = Field(examples=[864_000])


class InStageOut(BaseModel):
    stage_id: str = Field(examples=["01jd3x9f6e8m2k4q7r0s5t1vws"])
    stage: str = Field(examples=["Proposal"])
    visits: int = Field(examples=[2])
    seconds: int = Field(examples=[1_728_000])


class StagePathOut(BaseModel):
    """Either list sums to `cycle_seconds`, which run until the record is won or lost."""

    stays: list[StayOut]
    stages: list[InStageOut]
    cycle_seconds: int = Field(examples=[2_592_000])
    closed_at: datetime | None


class EvidenceOut(BaseModel):
    """The event that proves a phase, and the record it happened to."""

    type: str = Field(examples=["deal.stage_changed"])
    event_id: str | None = Field(examples=["01jd3x9f6e8m2k4q7r0s5t1vwe"])
    record_id: str = Field(examples=[EXAMPLE_ID])
    record_name: str = Field(examples=["Crusher"])
    detail: dict[str, Any] = Field(examples=[{}])


class PhaseOut(BaseModel):
    phase: str = Field(examples=["customer"])
    entered_at: datetime
    left_at: datetime | None = Field(description="Null for the present one.")
    seconds: int = Field(examples=[864_000])
    evidence: EvidenceOut | None = Field(description="Null where the caller may not see the record it is about.")


class JourneyOut(BaseModel):
    phases: list[PhaseOut]


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/records", tags=["journey"])
    _add_moving(routes)
    _add_reading(routes)
    return routes


def _add_moving(routes: APIRouter) -> None:
    @routes.put("/{record_id}/stage", operation_id="move_stage", responses=refusals(403, 404, 409, 412))
    def move(
        caller: Called, response: Response, record_id: RecordId, body: StageMove, if_match: IfMatch = None
    ) -> RecordOut:
        """Put a record into a stage of one of its folder's pipelines.

        422 `fields_missing` lists in `missing` what the stage asks for; send it in `values`.
        """
        with caller.write() as asked, matched(if_match) as version:
            record = move_stage(
                asked.session,
                viewer=asked.viewer,
                deal_id=record_id,
                stage_id=body.stage_id,
                reason=body.reason,
                note=body.note,
                values=body.values,
                pin_probability=body.pin_probability,
                version=version,
            )
            asked.session.flush()
            give_etag(response, record.version)
            return record_out(asked.session, viewer=asked.viewer, record=record)


def _add_reading(routes: APIRouter) -> None:
    @routes.get("/{record_id}/stage-path", operation_id="get_stage_path", responses=refusals(404))
    def stage_path(caller: Called, record_id: RecordId) -> StagePathOut:
        """The stages a record went through, and how long it stood in each: its sales cycle."""
        with caller.read() as asked:
            path = cycle.stage_path(asked.session, viewer=asked.viewer, record_id=record_id)
            return StagePathOut.model_validate(path, from_attributes=True)

    @routes.get("/{record_id}/journey", operation_id="get_journey", responses=refusals(404))
    def journey(caller: Called, record_id: RecordId) -> JourneyOut:
        """The phases of a contact, company or lead in order, each with the event that proves it."""
        with caller.read() as asked:
            phases = journeys.journey(asked.session, viewer=asked.viewer, record_id=record_id)
            return JourneyOut.model_validate({"phases": phases}, from_attributes=True)
