"""Stages of a pipeline: at least one open, and always exactly one that wins and one that loses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, InvalidInput, NotFound
from app.records.configuring import put_at, tell
from app.records.pipelines import get_pipeline, pipeline_to_change
from app.records.schema import folder_of
from app.records.stage_making import MAX_STAGES, Step, checked, new_stage
from app.records.stage_moving import move_all
from app.workspaces.access import Viewer
from models import Pipeline, Stage


@dataclass(frozen=True, slots=True)
class Closed:
    """A stage that was archived, and how many records moved on from it."""

    stage: Stage
    moved: int


def stages_in(session: Session, *, pipeline: Pipeline, archived: bool = False) -> Sequence[Stage]:
    """The stages of a pipeline in order, `archived` ones on demand."""
    query = select(Stage).where(col(Stage.pipeline_id) == pipeline.id)
    if not archived:
        query = query.where(col(Stage.archived_at).is_(None))
    return session.scalars(query.order_by(col(Stage.position), col(Stage.id))).all()


def get_stage(session: Session, *, viewer: Viewer, stage_id: str) -> Stage:
    stage = session.get(Stage, stage_id)
    if stage is None or stage.workspace_id != viewer.workspace_id:
        raise NotFound("This stage does not exist, or you have no access to it.")
    get_pipeline(session, viewer=viewer, pipeline_id=stage.pipeline_id)
    return stage


def add_stage(session: Session, *, viewer: Viewer, pipeline_id: str, step: Step, position: int | None = None) -> Stage:
    """An open stage at this place (from 0), without one after the last open stage."""
    pipeline = pipeline_to_change(session, viewer=viewer, pipeline_id=pipeline_id)
    others = stages_in(session, pipeline=pipeline)
    if len(others) >= MAX_STAGES:
        raise InvalidInput(f"stages: a pipeline has at most {MAX_STAGES}.", field="stages")
    folder = folder_of(session, pipeline)
    stage = new_stage(session, pipeline=pipeline, folder=folder, step=step, taken=[other.name for other in others])
    last_open = max((place for place, other in enumerate(others) if other.outcome == "open"), default=-1)
    put_at(session, others, stage, last_open + 1 if position is None else position)
    tell(session, viewer, "stage.created", stage, {"pipeline": pipeline.id, "name": stage.name})
    return stage


def change_stage(
    session: Session, *, viewer: Viewer, stage_id: str, changes: Mapping[str, Any], position: int | None = None
) -> Stage:
    """Change `name`, `probability`, `color`, `stale_after` or `required` of a stage, or its place (from 0).

    Records in it keep their probability until they move. Winning stays at 100 percent, losing at 0.
    """
    stage, pipeline = _stage_to_change(session, viewer, stage_id)
    others = [other for other in stages_in(session, pipeline=pipeline) if other.id != stage.id]
    folder = folder_of(session, pipeline)
    values = checked(session, folder=folder, values=changes, taken=[other.name for other in others])
    if stage.outcome != "open" and values.get("probability", stage.probability) != stage.probability:
        raise InvalidInput(f"probability: {stage.name} stays at {stage.probability} percent.", field="probability")
    was = stage.name
    stage.sqlmodel_update(values)
    session.add(stage)
    if position is not None:
        put_at(session, others, stage, position)
        values["position"] = position
    if values:
        tell(session, viewer, "stage.changed", stage, {**values, "was": was})
    return stage


def archive_stage(session: Session, *, viewer: Viewer, stage_id: str, to: str) -> Closed:
    """Close an open stage after moving all its records to the open stage `to` of the same pipeline.

    History keeps it. Raises Conflict for the last open one, and for those that win and lose.
    """
    stage, pipeline = _stage_to_change(session, viewer, stage_id)
    if stage.outcome != "open":
        raise Conflict(f"A pipeline always has one stage that is {stage.outcome}: rename {stage.name} instead.")
    others = [other for other in stages_in(session, pipeline=pipeline) if other.id != stage.id]
    targets = {other.id: other for other in others if other.outcome == "open"}
    if not targets:
        raise Conflict(f"A pipeline keeps at least one open stage: add another one before you remove {stage.name}.")
    if to not in targets:
        raise InvalidInput("to: choose another open stage of this pipeline for its records.", field="to")
    stage.archived_at = utcnow()
    session.add(stage)
    for place, other in enumerate(others):
        other.position = place
        session.add(other)
    session.flush()
    moved = move_all(session, viewer=viewer, stage=stage, target=targets[to])
    tell(session, viewer, "stage.archived", stage, {"to": to, "moved": moved, "name": stage.name})
    return Closed(stage, moved)


def _stage_to_change(session: Session, viewer: Viewer, stage_id: str) -> tuple[Stage, Pipeline]:
    """A live stage, locked against records entering it, and its pipeline."""
    stage = get_stage(session, viewer=viewer, stage_id=stage_id)
    pipeline = pipeline_to_change(session, viewer=viewer, pipeline_id=stage.pipeline_id)
    query = select(Stage).where(col(Stage.id) == stage_id, col(Stage.archived_at).is_(None)).with_for_update()
    locked: Stage | None = session.scalars(query.execution_options(populate_existing=True)).first()
    if locked is None:
        raise NotFound("This stage was removed from its pipeline.")
    return locked, pipeline
