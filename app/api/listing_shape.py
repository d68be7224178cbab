"""Pages of records, with their count and columns of related records."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement

from app.api.caller import Asked
from app.api.record_shape import RecordOut, records_out
from app.api.shapes import Page
from app.records.filters.related import Paths
from app.records.filters.tree import Tree
from app.records.listing import Count, columns_of, count_records, list_records, related_values
from app.records.schema import Schema

FILTER = {
    "and": [{"field": "owner", "op": "is", "value": "me"}, {"field": "amount", "op": "at_least", "value": 100_000}]
}


class CountOut(BaseModel):
    """How many match; beyond 10,000 there are more than `value`, and `exact` is false."""

    value: int = Field(examples=[123])
    exact: bool = Field(examples=[True])


class RecordPage(Page[RecordOut]):
    """Records in order. Columns of related records stand in `values`, too, under keys such as `company.industry`."""

    count: CountOut | None = Field(default=None, description="Where `count=true` asked for it.")


def count_out(count: Count) -> CountOut:
    return CountOut(value=count.value, exact=count.exact)


def record_page(
    asked: Asked,
    schema: Schema,
    *,
    filter: Tree | None,
    sort: Sequence[str],
    fields: Sequence[str] | None,
    expand: Sequence[str],
    limit: int,
    cursor: str | None,
    count: bool,
    within: ColumnElement[bool] | None = None,
) -> RecordPage:
    """Raises InvalidInput naming the parameter that is wrong."""
    session, viewer = asked.session, asked.viewer
    paths = Paths(session, workspace_id=viewer.workspace_id, viewer=viewer)
    own, leading_on = columns_of(paths, schema, fields) if fields is not None else (None, [])
    found = list_records(
        session, viewer=viewer, schema=schema, filter=filter, sort=sort, cursor=cursor, limit=limit, within=within
    )
    items = records_out(session, viewer=viewer, schema=schema, records=found.records, fields=own, expand=expand)
    _add_related(asked, paths, schema, found.records, items, leading_on)
    total = count_records(session, viewer=viewer, schema=schema, filter=filter, within=within) if count else None
    return RecordPage(items=items, next=found.next, count=count_out(total) if total else None)


def _add_related(
    asked: Asked, paths: Paths, schema: Schema, records: Sequence[Any], items: list[RecordOut], keys: Sequence[str]
) -> None:
    if not keys:
        return
    found = related_values(asked.session, paths, viewer=asked.viewer, schema=schema, records=records, keys=keys)
    for item, values in zip(items, found, strict=True):
        item.values.update(values)
