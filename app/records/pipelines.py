"""Pipelines of a folder: what an admin of the configuration may do with them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.records.configuring import plain_name, put_at, tell
from app.records.schema import folder_seen, folders_seen
from app.records.stage_making import Step, default_steps, put_steps
from app.workspaces.access import Viewer, require_power
from models import Pipeline


def pipelines_of(
    session: Session, *, viewer: Viewer, folder_id: str | None = None, archived: bool = False
) -> Sequence[Pipeline]:
    """The pipelines of the folders that the viewer may know of, in order; `archived` ones on demand."""
    folders = [folder.id for folder in folders_seen(session, viewer=viewer)]
    query = select(Pipeline).where(col(Pipeline.folder_id).in_(folders))
    if folder_id is not None:
        query = query.where(col(Pipeline.folder_id) == folder_id)
    if not archived:
        query = query.where(col(Pipeline.archived_at).is_(None))
    return session.scalars(query.order_by(col(Pipeline.folder_id), col(Pipeline.position), col(Pipeline.id))).all()


def get_pipeline(session: Session, *, viewer: Viewer, pipeline_id: str) -> Pipeline:
    """Raises NotFound where the viewer may not know of its folder."""
    pipeline = session.get(Pipeline, pipeline_id)
    if pipeline is None or pipeline.workspace_id != viewer.workspace_id:
        raise NotFound("This pipeline does not exist, or you have no access to it.")
    folder_seen(session, viewer=viewer, folder_id=pipeline.folder_id)
    return pipeline


def pipeline_to_change(session: Session, *, viewer: Viewer, pipeline_id: str) -> Pipeline:
    """The pipeline, locked with its stages until the transaction ends, for those who may configure."""
    require_power(viewer, "config")
    get_pipeline(session, viewer=viewer, pipeline_id=pipeline_id)
    query = select(Pipeline).where(col(Pipeline.id) == pipeline_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def create_pipeline(
    session: Session, *, viewer: Viewer, folder_id: str, name: str, steps: Sequence[Step] | None = None
) -> Pipeline:
    """A pipeline after the others of its folder, with these stages (or those of a new workspace).

    `steps` are open ones; won and lost come by themselves.
    """
    require_power(viewer, "config")
    folder = folder_seen(session, viewer=viewer, folder_id=folder_id)
    others = _siblings(session, folder.id)
    pipeline = Pipeline(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        folder_id=folder.id,
        name=plain_name(name, taken=[other.name for other in others]),
        position=len(others),
    )
    session.add(pipeline)
    session.flush()
    put_steps(session, pipeline=pipeline, folder=folder, steps=default_steps() if steps is None else steps)
    tell(session, viewer, "pipeline.created", pipeline, {"name": pipeline.name})
    return pipeline


def change_pipeline(
    session: Session, *, viewer: Viewer, pipeline_id: str, name: str | None = None, position: int | None = None
) -> Pipeline:
    """Rename a pipeline, or move it to a place (from 0) among those of its folder."""
    pipeline = pipeline_to_change(session, viewer=viewer, pipeline_id=pipeline_id)
    others = [other for other in _siblings(session, pipeline.folder_id) if other.id != pipeline.id]
    changes: dict[str, Any] = {}
    if name is not None:
        changes["name"] = pipeline.name = plain_name(name, taken=[other.name for other in others])
    if position is not None:
        changes["position"] = position
        put_at(session, others, pipeline, position)
    if changes:
        session.add(pipeline)
        tell(session, viewer, "pipeline.changed", pipeline, changes)
    return pipeline


def archive_pipeline(session: Session, *, viewer: Viewer, pipeline_id: str) -> Pipeline:
    """Close a pipeline: its records keep their stages and their history, and can be moved to another.

    Raises Conflict for the last one of a folder of deals, which every new deal needs.
    """
    pipeline = pipeline_to_change(session, viewer=viewer, pipeline_id=pipeline_id)
    if pipeline.archived_at:
        return pipeline
    folder = folder_seen(session, viewer=viewer, folder_id=pipeline.folder_id)
    others = [other for other in _siblings(session, folder.id) if other.id != pipeline.id]
    if folder.kind == "deal" and not others:
        raise Conflict("Every new deal needs a pipeline: create another one before you archive the last.")
    pipeline.archived_at = utcnow()
    session.add(pipeline)
    tell(session, viewer, "pipeline.archived", pipeline, {"name": pipeline.name})
    return pipeline


def restore_pipeline(session: Session, *, viewer: Viewer, pipeline_id: str) -> Pipeline:
    """Open an archived pipeline again, after the others."""
    pipeline = pipeline_to_change(session, viewer=viewer, pipeline_id=pipeline_id)
    if pipeline.archived_at:
        others = _siblings(session, pipeline.folder_id)
        pipeline.name = plain_name(pipeline.name, taken=[other.name for other in others])
        pipeline.archived_at, pipeline.position = None, len(others)
        session.add(pipeline)
        tell(session, viewer, "pipeline.restored", pipeline, {"name": pipeline.name})
    return pipeline


def _siblings(session: Session, folder_id: str) -> list[Pipeline]:
    query = select(Pipeline).where(col(Pipeline.folder_id) == folder_id, col(Pipeline.archived_at).is_(None))
    return list(session.scalars(query.order_by(col(Pipeline.position), col(Pipeline.id))))
