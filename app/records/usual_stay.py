"""How long deals usually stand in a stage, by those that have left it: reckoned every night."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from operator import itemgetter

from sqlalchemy import select
from sqlmodel import col

from app.core.database import transaction
from app.core.jobs import JobContext, scheduled
from models import Stage, StageChange

FEWEST_STAYS = 5
"""Stays that ended, from which their median is told."""
STEP = timedelta(days=0.5)
LONGEST = timedelta(days=3650)
ROWS_AT_ONCE = 1000

Histogram = Counter[int]
"""How many stays took so many steps: at most LONGEST / STEP numbers, whatever the number of deals."""


@scheduled("records.usual-stay", cron="23 2 * * *")
def reckon_nightly(context: JobContext) -> None:
    """Write `Stage.usual_days` of all workspaces; a workspace whose stages all stay the same is not touched."""
    stays: dict[str, Histogram] = defaultdict(Counter)
    for stage_id, stood in _ended_stays(context):
        stays[stage_id][round(min(stood, LONGEST) / STEP)] += 1
    usual = {stage_id: _median_days(histogram) for stage_id, histogram in stays.items()}
    with transaction(context.engine, read_only=True) as session:
        known = session.execute(select(col(Stage.id), col(Stage.workspace_id), col(Stage.usual_days))).all()
    changed: dict[str, list[str]] = defaultdict(list)
    for stage_id, workspace_id, days in known:
        if days != usual.get(stage_id):
            changed[workspace_id].append(stage_id)
    for stage_ids in changed.values():
        context.check_stop()
        _write(context, stage_ids, usual)


def _ended_stays(context: JobContext) -> Iterator[tuple[str, timedelta]]:
    """Each stage that a deal stood in and left, and for how long."""
    columns = select(col(StageChange.record_id), col(StageChange.to_stage_id), col(StageChange.entered_at))
    in_order = columns.order_by(col(StageChange.record_id), col(StageChange.entered_at), col(StageChange.id))
    with transaction(context.engine, read_only=True) as session:
        rows: Iterator[tuple[str, str, datetime]] = (
            tuple(row) for row in session.execute(in_order.execution_options(yield_per=ROWS_AT_ONCE))
        )
        for _, entries in groupby(rows, key=itemgetter(0)):
            context.check_stop()
            for (_, stage_id, entered), (_, _, left) in pairwise(entries):
                yield stage_id, left - entered


def _median_days(histogram: Histogram) -> float | None:
    """The lower median in days, to half a day; None for fewer than FEWEST_STAYS."""
    count = histogram.total()
    if count < FEWEST_STAYS:
        return None
    passed = 0
    for steps in sorted(histogram):
        passed += histogram[steps]
        if 2 * passed >= count:
            return steps * STEP.total_seconds() / timedelta(days=1).total_seconds()
    return None


def _write(context: JobContext, stage_ids: list[str], usual: Mapping[str, float | None]) -> None:
    with transaction(context.engine) as session:
        for stage in session.scalars(select(Stage).where(col(Stage.id).in_(stage_ids))):
            stage.usual_days = usual.get(stage.id)
