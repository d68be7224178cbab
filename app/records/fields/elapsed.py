"""Statistics that grow by themselves, day by day: worked out whenever they are read, alike in SQL and in Python.

They are whole days of 24 hours since the latest of some times of the record; empty when there was none.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.core.clock import utcnow
from models import FieldDef
from models.base import UTCDateTime

ELAPSED = {
    "days_since_contact": ("last_email_in_at", "last_email_out_at"),
    "days_in_stage": ("stage_entered_at",),
}
"""The columns that each of them counts from."""
SECONDS_A_DAY = 86_400


def counts_from(field: FieldDef) -> tuple[str, ...]:
    """The columns behind such a field; none for any other field."""
    return ELAPSED.get(field.options.get("statistic", ""), ()) if field.type == "statistics" else ()


def days_elapsed(field: FieldDef, record: Any, *, now: datetime | None = None) -> int | None:
    times = [at for at in (getattr(record, column) for column in counts_from(field)) if at]
    if not times:
        return None
    seconds = int((now or utcnow()).timestamp()) - int(max(times).timestamp())
    return max(0, seconds // SECONDS_A_DAY)


def sql_days_elapsed(field: FieldDef, record: Any, *, now: datetime | None = None) -> ColumnElement[int]:
    """Without `now`, the moment at which the statement runs; either way it is a parameter."""
    latest = _latest([getattr(record, column) for column in counts_from(field)])
    moment: ColumnElement[datetime] = bindparam(None, callable_=lambda: now or utcnow(), type_=UTCDateTime())
    return case((latest > moment, 0), else_=DaysBetween(latest, moment))


def _latest(times: list[Any]) -> ColumnElement[datetime]:
    latest = times[0]
    for other in times[1:]:
        latest = case((or_(latest.is_(None), and_(other.is_not(None), other > latest)), other), else_=latest)
    return latest  # type: ignore[no-any-return]


class DaysBetween(FunctionElement[int]):
    type = Integer()
    inherit_cache = True


@compiles(DaysBetween, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"((strftime('%s', {end}) - strftime('%s', {start})) / {SECONDS_A_DAY})"


@compiles(DaysBetween, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    seconds = f"floor(extract(epoch from {end})) - floor(extract(epoch from {start}))"
    return f"floor(({seconds}) / {SECONDS_A_DAY})::integer"
