"""My open deals, stage by stage: what the picture on the homepage is drawn from, and what it says in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, bindparam, func, select
from sqlmodel import col

from app.core.hot import Reader
from app.records.catalog import Catalog
from app.records.deals import OPEN_DEAL
from app.workspaces.access import ScopedQuery, Viewer
from gmail_addon.wording import listed, number, t, worth
from models import Record, Stage

END = "9999-01-01 00:00:00+00"
"""Later than all times that the databases keep."""


@dataclass(frozen=True, slots=True)
class Bar:
    """My open deals of a stage: `value` in minor units of the workspace's currency, None where amounts are hidden.

    `others` are those in another currency, which the value leaves out.
    """

    stage: str
    count: int
    value: int | None
    others: int


def my_pipeline(reader: Reader, *, viewer: Viewer, catalog: Catalog) -> list[Bar]:
    """My open deals by stage, in the order of the stages of the pipeline that holds most of them."""
    counted: dict[str, Bar] = {}
    for stage_id, currency, count, value in _PIPELINE(reader, viewer, end=END):
        stage = catalog.stages.get(stage_id)
        if stage is None:
            continue
        known = counted.get(stage_id) or Bar(stage.name, 0, 0, 0)
        here = currency in (None, catalog.currency)
        counted[stage_id] = Bar(
            known.stage,
            known.count + count,
            (known.value or 0) + (int(value or 0) if here else 0),
            known.others + (0 if here else count),
        )
    stages = _busiest(catalog, counted)
    bars = [counted.get(stage.id) or Bar(stage.name, 0, 0, 0) for stage in stages]
    deals = catalog.folder_of("deal")
    if deals and viewer.access.hides(deals.id, "amount"):
        return [Bar(bar.stage, bar.count, None, 0) for bar in bars]
    return bars


def pipeline_words(bars: Sequence[Bar], *, currency: str) -> str:
    """What the picture shows, for those who cannot see it."""
    said = [
        t("{stage}: {what}", stage=t(bar.stage), what=bar_words(bar, currency=currency)) for bar in bars if bar.count
    ]
    return t("My pipeline by stage. {stages}", stages=listed(said, most=len(said)))


def bar_words(bar: Bar, *, currency: str) -> str:
    """`3 · €12,500`; a plus for deals in other currencies, which cannot be added."""
    if not bar.count or bar.value is None:
        return number(bar.count)
    return f"{number(bar.count)} · {worth(bar.value, currency, abroad=bar.others)}"


def _busiest(catalog: Catalog, counted: dict[str, Bar]) -> list[Stage]:
    """The open stages of the pipeline that most of the counted deals are in; none without deals."""
    totals: dict[str, int] = {}
    for stage_id, bar in counted.items():
        pipeline_id = catalog.stages[stage_id].pipeline_id
        totals[pipeline_id] = totals.get(pipeline_id, 0) + bar.count
    if not totals:
        return []
    pipeline_id = max(totals, key=lambda id: totals[id])
    return [stage for stage in catalog.stages_in(pipeline_id) if stage.outcome == "open" or stage.id in counted]


def _pipeline(see: Any) -> Any:
    """The time, which is that of all stages entered, has SQLite take the index of open deals: it prefers ranges."""
    return (
        select(col(Record.stage_id), col(Record.currency), func.count(), func.sum(col(Record.amount)))
        .where(
            see(Record),
            col(Record.workspace_id) == bindparam("viewer_workspace", type_=String),
            col(Record.owner_id) == bindparam("viewer_member", type_=String),
        )
        .where(OPEN_DEAL, col(Record.archived_at).is_(None), col(Record.stage_entered_at) < bindparam("end"))
        .group_by(col(Record.stage_id), col(Record.currency))
    )


_PIPELINE = ScopedQuery(_pipeline)
