"""The board of a pipeline: a column for each stage, with what stands in it and what that is worth."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import Session, col

from app.core.bulk import table_of
from app.core.clock import utcnow
from app.core.errors import InvalidInput, NotFound
from app.records.catalog import session_catalog
from app.records.filters.tree import Tree
from app.records.listing import matching, sort_keys
from app.records.pipelines import get_pipeline
from app.records.schema import Schema, folder_seen, schema_of
from app.records.stages import stages_in
from app.workspaces.access import Viewer
from models import Pipeline, Record, Stage

MAX_CARDS = 100
NEWEST = ("-updated_at",)


@dataclass(frozen=True, slots=True)
class Card:
    """`record` is a row with the columns of `record`. It is stale when it stands here longer than the stage allows."""

    record: Any
    days_in_stage: int
    stale: bool


@dataclass(slots=True)
class Worth:
    """Minor units of one currency; None where roles hide the amount, or what weighs it."""

    amount: int | None = None
    weighted: int | None = None


@dataclass(slots=True)
class Column:
    """A stage with all that matches counted, and the first cards. `worth` is by currency (ISO 4217)."""

    stage: Stage
    count: int = 0
    worth: dict[str, Worth] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Board:
    """`currency` is the workspace's; `schema` tells what the viewer may know of the records."""

    pipeline: Pipeline
    schema: Schema
    currency: str
    columns: list[Column]


def board(
    session: Session,
    *,
    viewer: Viewer,
    pipeline_id: str,
    filter: Tree | None = None,
    sort: Sequence[str] = (),
    limit: int = 20,
    now: datetime | None = None,
) -> Board:
    """A board with up to `limit` cards in each column, as the viewer may see it. `sort`: field keys, `-` descending.

    Raises NotFound, and InvalidInput for a wrong filter, sort or limit.
    """
    if not 0 <= limit <= MAX_CARDS:
        raise InvalidInput(f"limit: a number from 0 to {MAX_CARDS}.", field="limit")
    pipeline = get_pipeline(session, viewer=viewer, pipeline_id=pipeline_id)
    folder = folder_seen(session, viewer=viewer, folder_id=pipeline.folder_id)
    if viewer.access.hides(folder.id, "stage"):
        raise NotFound("This pipeline does not exist, or you have no access to it.")
    schema = schema_of(session, folder=folder, viewer=viewer)
    stages, moment = stages_in(session, pipeline=pipeline), now or utcnow()
    currency = session_catalog(session, workspace_id=viewer.workspace_id).currency
    columns = {stage.id: Column(stage) for stage in stages}
    here = col(Record.stage_id).in_(list(columns))
    wanted = matching(session, viewer=viewer, schema=schema, filter=filter, now=now) & here
    _count(session, schema, wanted, columns, currency)
    if limit:
        keys = sort_keys(session, sort or NEWEST, schema=schema, viewer=viewer)
        order = [part for key in keys for part in (key.value.is_(None), _directed(key.value, key.descending))]
        for record in _first(session, wanted, order, limit):
            columns[record.stage_id].cards.append(_card(record, columns[record.stage_id].stage, moment))
    return Board(pipeline, schema, currency, list(columns.values()))


def _count(
    session: Session, schema: Schema, wanted: ColumnElement[bool], columns: dict[str, Column], currency: str
) -> None:
    """Count and add up. Grouped by probability, sums stay whole numbers until they are weighed."""
    defaults = case({id: column.stage.probability for id, column in columns.items()}, value=col(Record.stage_id))
    probability = func.coalesce(col(Record.probability), defaults)
    groups = (col(Record.stage_id), func.coalesce(col(Record.currency), currency), probability)
    query = select(*groups, func.count(), func.sum(col(Record.amount))).where(wanted).group_by(*groups)
    sums: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for stage_id, money, percent, count, amount in session.execute(query):
        columns[stage_id].count += count
        before = sums[stage_id, money]
        sums[stage_id, money] = before[0] + int(amount or 0), before[1] + int(amount or 0) * percent
    if not schema.has("amount"):
        return
    for (stage_id, money), (amount, weighed) in sums.items():
        weighted = round(Fraction(weighed, 100)) if schema.has("probability") else None
        columns[stage_id].worth[money] = Worth(amount, weighted)


def _first(session: Session, wanted: ColumnElement[bool], order: Sequence[Any], limit: int) -> Sequence[Any]:
    """The first records of each stage, in one statement that sorts ids alone."""
    place = func.row_number().over(partition_by=col(Record.stage_id), order_by=[*order, col(Record.id)]).label("place")
    ranked = select(col(Record.id).label("id"), place).where(wanted).subquery().c
    records = table_of(Record).c
    query = (
        select(*table_of(Record).columns).join(ranked.id.table, ranked.id == records.id).where(ranked.place <= limit)
    )
    return session.execute(query.order_by(ranked.place)).all()


def _directed(value: ColumnElement[Any], descending: bool) -> ColumnElement[Any]:
    return value.desc() if descending else value.asc()


def _card(record: Any, stage: Stage, now: datetime) -> Card:
    stands = now - (record.stage_entered_at or record.created_at)
    stale = stage.outcome == "open" and stage.stale_after is not None and stands > timedelta(days=stage.stale_after)
    return Card(record, max(0, stands.days), stale)
