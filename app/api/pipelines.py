"""`/api/v1/pipelines`: pipelines, their stages and their boards."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from app.api.caller import Called
from app.api.json_query import json_object
from app.api.pipeline_shape import (
    BoardOut,
    NewPipeline,
    NewStage,
    PipelineEdit,
    PipelineOut,
    StageClosed,
    StageEdit,
    StageOut,
    board_out,
    pipeline_out,
    stage_out,
)
from app.api.record_shape import EXAMPLE_ID, names_in
from app.api.shapes import Page, refusals
from app.records import board as boards
from app.records import pipelines, stages
from app.records.stage_making import Step

PipelineId = Annotated[str, Path(examples=["01jd3x9f6e8m2k4q7r0s5t1vwp"])]
StageId = Annotated[str, Path(examples=["01jd3x9f6e8m2k4q7r0s5t1vws"])]
Archived = Annotated[bool, Query(description="Also those that were archived.")]


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["pipelines"])
    _add_pipelines(routes)
    _add_board(routes)
    _add_stages(routes)
    return routes


def _add_pipelines(routes: APIRouter) -> None:
    @routes.get("/pipelines", operation_id="list_pipelines", responses=refusals())
    def list_pipelines(
        caller: Called,
        folder_id: Annotated[str | None, Query(description="Only this folder's.", examples=[EXAMPLE_ID])] = None,
        archived: Archived = False,
    ) -> Page[PipelineOut]:
        """The pipelines of the folders that the caller may know of, with their stages."""
        with caller.read() as asked:
            found = pipelines.pipelines_of(asked.session, viewer=asked.viewer, folder_id=folder_id, archived=archived)
            return Page(items=[pipeline_out(asked.session, each, archived=archived) for each in found])

    @routes.post("/pipelines", operation_id="create_pipeline", status_code=201, responses=refusals(403, 404))
    def create_pipeline(caller: Called, body: NewPipeline) -> PipelineOut:
        """Give a folder another pipeline. A stage that wins and one that loses come with it."""
        steps = None if body.stages is None else [Step(**stage.model_dump()) for stage in body.stages]
        with caller.write() as asked:
            pipeline = pipelines.create_pipeline(
                asked.session, viewer=asked.viewer, folder_id=body.folder_id, name=body.name, steps=steps
            )
            return pipeline_out(asked.session, pipeline)

    @routes.get("/pipelines/{pipeline_id}", operation_id="get_pipeline", responses=refusals(404))
    def get_pipeline(caller: Called, pipeline_id: PipelineId, archived: Archived = False) -> PipelineOut:
        """A pipeline with its stages."""
        with caller.read() as asked:
            pipeline = pipelines.get_pipeline(asked.session, viewer=asked.viewer, pipeline_id=pipeline_id)
            return pipeline_out(asked.session, pipeline, archived=archived)

    @routes.patch("/pipelines/{pipeline_id}", operation_id="change_pipeline", responses=refusals(403, 404, 409))
    def change_pipeline(caller: Called, pipeline_id: PipelineId, body: PipelineEdit) -> PipelineOut:
        """Rename a pipeline, put it elsewhere in the row, archive it or bring it back."""
        with caller.write() as asked:
            pipeline = pipelines.change_pipeline(
                asked.session, viewer=asked.viewer, pipeline_id=pipeline_id, name=body.name, position=body.position
            )
            if body.archived is not None:
                switch = pipelines.archive_pipeline if body.archived else pipelines.restore_pipeline
                pipeline = switch(asked.session, viewer=asked.viewer, pipeline_id=pipeline_id)
            return pipeline_out(asked.session, pipeline)


def _add_board(routes: APIRouter) -> None:
    @routes.get("/pipelines/{pipeline_id}/board", operation_id="get_board", responses=refusals(404))
    def get_board(
        caller: Called,
        pipeline_id: PipelineId,
        filter: Annotated[
            str | None,
            Query(
                description="A filter as JSON: only records that match.",
                examples=['{"field": "owner", "op": "is", "value": "me"}'],
            ),
        ] = None,
        sort: Annotated[
            str | None, Query(description="Field keys, `-` in front for descending.", examples=["-amount"])
        ] = None,
        limit: Annotated[int, Query(ge=0, le=boards.MAX_CARDS, description="Cards in each column.")] = 20,
        fields: Annotated[
            str | None, Query(description="Keys of the values on the cards.", examples=["amount,company,owner"])
        ] = None,
    ) -> BoardOut:
        """What stands in each stage, counted and added up, with the first cards of each."""
        with caller.read() as asked:
            found = boards.board(
                asked.session,
                viewer=asked.viewer,
                pipeline_id=pipeline_id,
                filter=json_object("filter", filter),
                sort=names_in(sort) or (),
                limit=limit,
            )
            return board_out(asked.session, asked.viewer, found, fields=names_in(fields))


def _add_stages(routes: APIRouter) -> None:
    @routes.post(
        "/pipelines/{pipeline_id}/stages", operation_id="add_stage", status_code=201, responses=refusals(403, 404)
    )
    def add_stage(caller: Called, pipeline_id: PipelineId, body: NewStage) -> StageOut:
        """Add an open stage to a pipeline."""
        step = Step(**body.model_dump(exclude={"position"}))
        with caller.write() as asked:
            stage = stages.add_stage(
                asked.session, viewer=asked.viewer, pipeline_id=pipeline_id, step=step, position=body.position
            )
            return stage_out(stage)

    @routes.patch("/stages/{stage_id}", operation_id="change_stage", responses=refusals(403, 404))
    def change_stage(caller: Called, stage_id: StageId, body: StageEdit) -> StageOut:
        """Change a stage. Its records stay in it, and history knows it by its id."""
        changes = body.model_dump(exclude_unset=True, exclude={"position"})
        with caller.write() as asked:
            stage = stages.change_stage(
                asked.session, viewer=asked.viewer, stage_id=stage_id, changes=changes, position=body.position
            )
            return stage_out(stage)

    @routes.delete("/stages/{stage_id}", operation_id="archive_stage", responses=refusals(403, 404, 409))
    def archive_stage(
        caller: Called,
        stage_id: StageId,
        to: Annotated[str, Query(description="The open stage that its records move to.", examples=[EXAMPLE_ID])],
    ) -> StageClosed:
        """Remove an open stage after moving its records on, all or none. Their history keeps it."""
        with caller.write() as asked:
            closed = stages.archive_stage(asked.session, viewer=asked.viewer, stage_id=stage_id, to=to)
            return StageClosed(stage=stage_out(closed.stage), moved=closed.moved)
