"""Pipelines, stages and boards as the REST API gives and takes them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field
from sqlmodel import Session

from app.api.record_shape import EXAMPLE_ID, RecordOut, records_out
from app.api.shapes import Body
from app.records.board import Board, Column, Worth
from app.records.stages import stages_in
from app.workspaces.access import Viewer
from models import Pipeline, Stage

ON_CARDS = ("amount", "probability", "close_on", "owner", "company", "priority", "next_task_at", "last_activity_at")
"""The values on a card, where nobody asks for others."""
NAMED = ("owner", "company")
MAX_POSITION = 10_000


class StageOut(BaseModel):
    id: str = Field(examples=["01jd3x9f6e8m2k4q7r0s5t1vws"])
    pipeline_id: str = Field(examples=["01jd3x9f6e8m2k4q7r0s5t1vwp"])
    name: str = Field(examples=["Proposal"])
    position: int = Field(examples=[3])
    outcome: Literal["open", "won", "lost"]
    probability: int = Field(examples=[50], description="In percent.")
    color: str = Field(examples=["#8a63d2"])
    stale_after: int | None = Field(examples=[10], description="Days.")
    required: list[str] = Field(examples=[["amount", "close_on"]], description="Keys of fields.")
    archived_at: datetime | None = None


class PipelineOut(BaseModel):
    id: str = Field(examples=["01jd3x9f6e8m2k4q7r0s5t1vwp"])
    folder_id: str = Field(examples=["01jd3x9f6e8m2k4q7r0s5t1vwa"])
    name: str = Field(examples=["Sales"])
    position: int = Field(examples=[0])
    archived_at: datetime | None = None
    stages: list[StageOut]


class StepIn(Body):
    """An open stage."""

    name: str = Field(min_length=1, max_length=100, examples=["Site visit"])
    probability: int = Field(default=0, ge=0, le=100, examples=[40])
    color: str = Field(default="", max_length=7, examples=["#3aa0c9"])
    stale_after: int | None = Field(default=None, ge=0, le=3650, examples=[14])
    required: list[str] = Field(default=[], max_length=100, examples=[["amount"]])


class NewStage(StepIn):
    position: int | None = Field(default=None, ge=0, le=MAX_POSITION, examples=[2])


class StageEdit(Body):
    """What is left out stays."""

    name: str = Field(default="", min_length=1, max_length=100, examples=["Offer"])
    probability: int = Field(default=0, ge=0, le=100, examples=[60])
    color: str = Field(default="", max_length=7, examples=["#8a63d2"])
    stale_after: int | None = Field(default=None, ge=0, le=3650, examples=[10])
    required: list[str] = Field(default=[], max_length=100, examples=[["amount", "close_on"]])
    position: int | None = Field(default=None, ge=0, le=MAX_POSITION, examples=[2])


class NewPipeline(Body):
    folder_id: str = Field(examples=["01jd3x9f6e8m2k4q7r0s5t1vwa"])
    name: str = Field(min_length=1, max_length=100, examples=["Renewals"])
    stages: list[StepIn] | None = Field(
        default=None, max_length=50, description="The open ones, in order; null: those of a new workspace."
    )


class PipelineEdit(Body):
    """What is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=100, examples=["New business"])
    position: int | None = Field(default=None, ge=0, le=MAX_POSITION, examples=[0])
    archived: bool | None = Field(default=None, examples=[False])


class StageClosed(BaseModel):
    stage: StageOut
    moved: int = Field(examples=[12], description="Records that moved on.")


class CardOut(RecordOut):
    days_in_stage: int = Field(examples=[3])
    stale: bool = Field(description="It stands here longer than the stage allows.")


class WorthOut(BaseModel):
    currency: str = Field(examples=["USD"])
    amount: int | None = Field(examples=[120_000], description="Minor units.")
    weighted: int | None = Field(examples=[60_000], description="Each amount times its probability.")


class ColumnOut(BaseModel):
    """A stage. `amount` and `weighted` are of the board's currency, in minor units; null where roles hide them."""

    stage: StageOut
    count: int = Field(examples=[7])
    amount: int | None = Field(examples=[1_250_000])
    weighted: int | None = Field(examples=[625_000])
    other_currencies: list[WorthOut]
    cards: list[CardOut]


class BoardOut(BaseModel):
    pipeline_id: str = Field(examples=[EXAMPLE_ID])
    currency: str = Field(examples=["EUR"])
    columns: list[ColumnOut]


def stage_out(stage: Stage) -> StageOut:
    return StageOut.model_validate(stage, from_attributes=True)


def pipeline_out(session: Session, pipeline: Pipeline, *, archived: bool = False) -> PipelineOut:
    """`archived`: with the stages that were removed."""
    stages = stages_in(session, pipeline=pipeline, archived=archived)
    return PipelineOut(**pipeline.model_dump(), stages=[stage_out(stage) for stage in stages])


def board_out(session: Session, viewer: Viewer, board: Board, *, fields: list[str] | None = None) -> BoardOut:
    """The cards of all columns are read together. `fields`: keys of the values to give."""
    schema = board.schema
    keys = [key for key in ON_CARDS if schema.has(key)] if fields is None else fields
    cards = [card for column in board.columns for card in column.cards]
    records = records_out(
        session,
        viewer=viewer,
        schema=schema,
        records=[card.record for card in cards],
        fields=keys,
        expand=[key for key in NAMED if key in keys and schema.has(key)],
    )
    shown = {
        record.id: CardOut(**record.model_dump(), days_in_stage=card.days_in_stage, stale=card.stale)
        for record, card in zip(records, cards, strict=True)
    }
    columns = [_column_out(column, board, shown) for column in board.columns]
    return BoardOut(pipeline_id=board.pipeline.id, currency=board.currency, columns=columns)


def _column_out(column: Column, board: Board, shown: dict[str, CardOut]) -> ColumnOut:
    nothing = Worth(*(0 if board.schema.has("amount") and board.schema.has(key) else None for key in _WEIGHING))
    worth = column.worth.get(board.currency, nothing)
    return ColumnOut(
        stage=stage_out(column.stage),
        count=column.count,
        amount=worth.amount,
        weighted=worth.weighted,
        other_currencies=[
            WorthOut(currency=currency, amount=each.amount, weighted=each.weighted)
            for currency, each in sorted(column.worth.items())
            if currency != board.currency
        ],
        cards=[shown[card.record.id] for card in column.cards],
    )


_WEIGHING = ("amount", "probability")
