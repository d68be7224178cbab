"""New stages: what makes a good one, and the ones that a pipeline starts with."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.core.ids import new_id
from app.records.configuring import plain_name
from app.records.schema import schema_of
from app.workspaces.template.folders import STAGES
from models import Folder, Pipeline, Stage

MAX_STAGES = 50
MAX_DAYS = 3650
_COLOR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Step:
    """An open stage to be made: `probability` in percent, `stale_after` in days, `required` keys of fields."""

    name: str
    probability: int = 0
    color: str = ""
    stale_after: int | None = None
    required: Sequence[str] = field(default_factory=list)


def default_steps() -> list[Step]:
    """The open stages that a new workspace starts with."""
    plans = (plan for plan in STAGES if plan.outcome == "open")
    return [Step(plan.name, plan.probability, plan.color, plan.stale_after) for plan in plans]


def put_steps(session: Session, *, pipeline: Pipeline, folder: Folder, steps: Sequence[Step]) -> None:
    """Give a new pipeline its open stages, then one that wins and one that loses."""
    if not 1 <= len(steps) <= MAX_STAGES:
        raise InvalidInput(f"stages: give 1 to {MAX_STAGES} open ones.", field="stages")
    names: list[str] = [plan.name for plan in STAGES if plan.outcome != "open"]
    for position, step in enumerate(steps):
        stage = new_stage(session, pipeline=pipeline, folder=folder, step=step, taken=names)
        stage.position = position
        names.append(stage.name)
    for place, plan in enumerate(plan for plan in STAGES if plan.outcome != "open"):
        end = Stage(
            id=new_id(),
            workspace_id=pipeline.workspace_id,
            pipeline_id=pipeline.id,
            position=len(steps) + place,
            **plan.columns(),
        )
        session.add(end)


def new_stage(session: Session, *, pipeline: Pipeline, folder: Folder, step: Step, taken: Sequence[str]) -> Stage:
    """An open stage that stands first until its place is set. Raises InvalidInput naming what is wrong."""
    values = checked(session, folder=folder, values=asdict(step), taken=taken)
    stage = Stage(id=new_id(), workspace_id=pipeline.workspace_id, pipeline_id=pipeline.id, position=0, **values)
    session.add(stage)
    return stage


def checked(session: Session, *, folder: Folder, values: Mapping[str, Any], taken: Sequence[str]) -> dict[str, Any]:
    """Attributes of a stage, as they are stored. `taken` are the names of the pipeline's other stages."""
    found = dict(values)
    if "name" in found:
        found["name"] = plain_name(str(found["name"]), taken=taken)
    if not 0 <= found.get("probability", 0) <= 100:
        raise InvalidInput("probability: a percentage from 0 to 100.", field="probability")
    if not 0 <= (found.get("stale_after") or 0) <= MAX_DAYS:
        raise InvalidInput(f"stale_after: 0 to {MAX_DAYS} days, or nothing.", field="stale_after")
    if "color" in found:
        found["color"] = _color(str(found["color"]))
    if "required" in found:
        found["required"] = _required(session, folder, found["required"])
    return found


def _color(text: str) -> str:
    color = text.strip().lower()
    if color and not _COLOR.fullmatch(color):
        raise InvalidInput("color: write one such as #5b8def.", field="color")
    return color


def _required(session: Session, folder: Folder, keys: Sequence[str]) -> list[str]:
    """Keys of fields that a person can fill in; whoever configures may name fields that their role hides."""
    schema = schema_of(session, folder=folder)
    for key in keys:
        if not schema.has(key) or schema.field(key).computed or schema.field(key).column == "stage_id":
            raise InvalidInput(f"required: {folder.name} have no field {key[:100]} to fill in.", field="required")
    return list(dict.fromkeys(keys))
