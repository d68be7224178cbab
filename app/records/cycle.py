"""The way of a deal through its stages: how long it stood in each, and how long it took in all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.records.service import get_record
from app.workspaces.access import Viewer
from models import Stage, StageChange


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in a stage; `left_at` is empty for the present one."""

    stage_id: str
    stage: str
    outcome: str
    entered_at: datetime
    left_at: datetime | None
    seconds: int


@dataclass(frozen=True, slots=True)
class InStage:
    """All stays in one stage together."""

    stage_id: str
    stage: str
    visits: int
    seconds: int


@dataclass(frozen=True, slots=True)
class StagePath:
    """`stays` in order, and `stages` with the stays in each added up: either sums to `cycle_seconds`.

    The cycle runs until the record is won or lost (`closed_at`), else until now.
    """

    stays: list[Stay]
    stages: list[InStage]
    cycle_seconds: int
    closed_at: datetime | None


def stage_path(session: Session, *, viewer: Viewer, record_id: str, now: datetime | None = None) -> StagePath:
    """The path of a record, empty if it never was in a stage or roles hide these.

    Stages have their present names.
    """
    record = get_record(session, viewer=viewer, record_id=record_id)
    query = (
        select(col(Stage.id), col(Stage.name), col(Stage.outcome), col(StageChange.entered_at))
        .join(StageChange, col(StageChange.to_stage_id) == col(Stage.id))
        .where(col(StageChange.record_id) == record.id)
        .order_by(col(StageChange.entered_at), col(StageChange.id))
    )
    moves: list[tuple[str, str, str, datetime]] = [tuple(row) for row in session.execute(query)]
    if not moves or viewer.access.hides(record.folder_id, "stage"):
        return StagePath([], [], 0, None)
    entered = [at for *_, at in moves]
    *_, outcome, _last = moves[-1]
    closed_at = entered[-1] if outcome != "open" else None
    left: list[datetime | None] = [*entered[1:], None]
    end = closed_at or now or utcnow()
    stays = [
        Stay(id, name, outcome, at, left_at, _since(entered[0], left_at or end) - _since(entered[0], at))
        for (id, name, outcome, at), left_at in zip(moves, left, strict=True)
    ]
    return StagePath(stays, _by_stage(stays), sum(stay.seconds for stay in stays), closed_at)


def _since(start: datetime, moment: datetime) -> int:
    """Whole seconds. Reckoned from one start, those of the stays sum to those of the whole."""
    return int((moment - start).total_seconds())


def _by_stage(stays: Sequence[Stay]) -> list[InStage]:
    found: dict[str, InStage] = {}
    for stay in stays:
        before = found.get(stay.stage_id, InStage(stay.stage_id, stay.stage, 0, 0))
        found[stay.stage_id] = replace(before, visits=before.visits + 1, seconds=before.seconds + stay.seconds)
    return list(found.values())
