"""Formulas that speak of a stage by its name, when it gets another one."""

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.records.computed.folders import recalculate_field
from app.records.computed.graph import Computed, graph_of
from app.records.computed.saving import field_saved
from app.records.formulas import FormulaError, with_stage_renamed
from models import FieldDef, Pipeline, Stage


def stage_renamed(session: Session, *, stage: Stage, old: str) -> None:
    """Have formulas that compare with the old name compare with the new one, and work out those that show it.

    While another stage of the folder bears the old name, formulas may mean that one and stay as they are.
    """
    folder_id = session.get_one(Pipeline, stage.pipeline_id).folder_id
    is_taken = _is_name_of_another(session, stage, folder_id, old)
    for node in graph_of(session, workspace_id=stage.workspace_id).nodes:
        if not node.tree or not _reads_stages(node):
            continue
        formula = node.field.options["formula"]
        renamed = formula if is_taken else _renamed(session, node, stage, folder_id=folder_id, old=old)
        if renamed == formula:
            recalculate_field(session, field=node.field)
        else:
            stored = session.get_one(FieldDef, node.field.id)
            stored.options = {**stored.options, "formula": renamed}
            field_saved(session, field=stored)


def _reads_stages(node: Computed) -> bool:
    return "stage" in node.own or any(key == "stage" for _, key in node.beyond)


def _renamed(session: Session, node: Computed, stage: Stage, *, folder_id: str, old: str) -> str:
    stored: str = node.field.options["formula"]
    names = graph_of(session, workspace_id=stage.workspace_id).names[node.field.folder_id]
    try:
        return with_stage_renamed(stored, names, folder_id=folder_id, old=old, new=stage.name)
    except FormulaError:
        return stored


def _is_name_of_another(session: Session, stage: Stage, folder_id: str, name: str) -> bool:
    others = select(col(Stage.id)).join(Pipeline, col(Pipeline.id) == col(Stage.pipeline_id))
    others = others.where(col(Pipeline.folder_id) == folder_id, col(Stage.id) != stage.id)
    same = others.where(col(Stage.archived_at).is_(None), func.lower(col(Stage.name)) == name.lower())
    return session.scalars(same.limit(1)).first() is not None
