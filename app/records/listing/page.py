"""A page of a list, by keyset: the next one costs the same however far down it is.

Records without a value come last in either direction. So that an index in plain order serves the first sort key, those
that have it and those that lack it are two statements.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Select, and_, func, literal, literal_column, or_, select
from sqlmodel import Session, col

from app.core.bulk import table_of
from app.core.errors import InvalidInput
from app.records.filters.tree import Tree
from app.records.listing.cursor import Place, dump_cursor, load_cursor
from app.records.listing.matching import matching
from app.records.listing.sorting import SortKey, sort_keys
from app.records.schema import Schema
from app.workspaces.access import Viewer
from models import Record

MAX_PAGE = 200
COUNT_UP_TO = 10_000
NEWEST = ("-updated_at",)


@dataclass(frozen=True, slots=True)
class Listing:
    """`records` are rows with the columns of `record`; `next` is the cursor of the following page."""

    records: list[Any]
    next: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many match. Beyond a bound it stops counting: `exact` is False, and there are more."""

    value: int
    exact: bool


def list_records(
    session: Session,
    *,
    viewer: Viewer,
    schema: Schema,
    filter: Tree | None = None,
    sort: Sequence[str] = (),
    cursor: str | None = None,
    limit: int = 50,
    within: ColumnElement[bool] | None = None,
) -> Listing:
    """A page of what matches the filter and `within`. Raises InvalidInput for a wrong filter, sort, cursor or limit."""
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidInput(f"limit: a number from 1 to {MAX_PAGE}.", field="limit")
    keys = sort_keys(session, sort or NEWEST, schema=schema, viewer=viewer)
    place = load_cursor(keys, cursor) if cursor else None
    columns = [key.value.label(f"sort_{index}") for index, key in enumerate(keys)]
    query = select(*table_of(Record).columns, *columns).where(_wanted(session, viewer, schema, filter, within))
    rows: list[Any] = []
    for stretch in _stretches(query, keys, place):
        rows += session.execute(stretch.limit(limit + 1 - len(rows))).all()
        if len(rows) > limit:
            return Listing(rows[:limit], dump_cursor(keys, _place(rows[limit - 1], keys)))
    return Listing(rows, None)


def walk_records(
    session: Session,
    *,
    viewer: Viewer,
    schema: Schema,
    filter: Tree | None = None,
    sort: Sequence[str] = (),
    within: ColumnElement[bool] | None = None,
    at_once: int = 1_000,
) -> Iterator[list[Any]]:
    """Everything that matches, in order, some rows at a time and no more of them in memory.

    It is what the transaction sees, which has to last until the end. Raises InvalidInput for a wrong filter or sort,
    before the first rows.
    """
    keys = sort_keys(session, sort or NEWEST, schema=schema, viewer=viewer)
    query = select(*table_of(Record).columns).where(_wanted(session, viewer, schema, filter, within))
    for stretch in _stretches(query, keys, None):
        found = session.execute(stretch.execution_options(yield_per=at_once))
        yield from (list(rows) for rows in found.partitions())


def count_records(
    session: Session,
    *,
    viewer: Viewer,
    schema: Schema,
    filter: Tree | None = None,
    within: ColumnElement[bool] | None = None,
    up_to: int = COUNT_UP_TO,
) -> Count:
    some: Select[Any] = select(literal_column("1")).select_from(table_of(Record))
    some = some.where(_wanted(session, viewer, schema, filter, within)).limit(up_to + 1)
    found = session.scalar(select(func.count()).select_from(some.subquery())) or 0
    return Count(min(found, up_to), found <= up_to)


def _wanted(
    session: Session, viewer: Viewer, schema: Schema, filter: Tree | None, within: ColumnElement[bool] | None
) -> ColumnElement[bool]:
    here = matching(session, viewer=viewer, schema=schema, filter=filter)
    return here if within is None else and_(here, within)


def _stretches(query: Select[Any], keys: Sequence[SortKey], place: Place | None) -> list[Select[Any]]:
    """The statements whose rows, one after the other, are what follows `place`."""
    first, *others = keys
    order = [part for key in others for part in (key.value.is_(None), _directed(key, key.value))]
    tie = _directed(first, col(Record.id))
    filled = query.where(first.value.is_not(None)).order_by(_directed(first, first.value), *order, tie)
    empty = query.where(first.value.is_(None)).order_by(*order, tie)
    if place is None:
        return [filled, empty] if first.may_be_empty else [filled]
    rest = _after(others, place.values[1:], first, place.id)
    if place.values[0] is None:
        return [empty.where(rest)]
    from_here = first.value >= place.values[0] if not first.descending else first.value <= place.values[0]
    filled = filled.where(from_here, or_(_beyond(first, place.values[0]), rest))
    return [filled, empty] if first.may_be_empty else [filled]


def _after(keys: Sequence[SortKey], values: Sequence[Any], first: SortKey, id: str) -> ColumnElement[bool]:
    """What follows, of the records that are alike in the keys before these."""
    if not keys:
        return col(Record.id) < id if first.descending else col(Record.id) > id
    key, value = keys[0], values[0]
    rest = _after(keys[1:], values[1:], first, id)
    if value is None:
        return and_(key.value.is_(None), rest)
    return or_(_beyond(key, value), key.value.is_(None), and_(key.value == _bound(value), rest))


def _beyond(key: SortKey, value: Any) -> ColumnElement[bool]:
    beyond: ColumnElement[bool] = key.value < _bound(value) if key.descending else key.value > _bound(value)
    return beyond


def _directed(key: SortKey, value: Any) -> ColumnElement[Any]:
    directed: ColumnElement[Any] = value.desc() if key.descending else value.asc()
    return directed


def _bound(value: Any) -> Any:
    return literal(value, Numeric(asdecimal=False)) if isinstance(value, float) else value


def _place(row: Any, keys: Sequence[SortKey]) -> Place:
    return Place(tuple(getattr(row, f"sort_{index}") for index in range(len(keys))), row.id)
