"""What records are sorted by: names in alphabetical order, ranked choices by rank, stages by position."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, cast, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.errors import InvalidInput
from app.records.fields import value_type
from app.records.fields.choices import choices_of
from app.records.fields.stored import items_of, part_of, value_of
from app.records.filters.operands import related
from app.records.schema import Schema
from app.workspaces.access import Viewer
from models import FieldDef, Member, Pipeline, Record, Stage

MAX_KEYS = 4
_MOMENTS = ("created_at", "updated_at")
"""Columns that are not fields, but sort."""
_ALWAYS = (*_MOMENTS, "name")
"""Columns that are never empty."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """An expression to sort by. `kind` says what its values are: `text`, `number`, `date` or `moment`."""

    name: str
    value: ColumnElement[Any]
    kind: str
    descending: bool
    may_be_empty: bool


def sort_keys(session: Session, names: Sequence[str], *, schema: Schema, viewer: Viewer) -> list[SortKey]:
    """Sort keys from field keys, `-` in front for descending. Raises InvalidInput for what cannot be sorted by."""
    if len(names) > MAX_KEYS:
        raise InvalidInput(f"sort: at most {MAX_KEYS} fields, please.", field="sort")
    return [_sort_key(session, name, schema, viewer) for name in names]


def _sort_key(session: Session, name: str, schema: Schema, viewer: Viewer) -> SortKey:
    key = name.removeprefix("-")
    descending = name != key
    if key in _MOMENTS and not schema.has(key):
        return SortKey(name, getattr(Record, key), "moment", descending, may_be_empty=False)
    if not schema.has(key):
        raise InvalidInput(f"sort: {schema.folder.name} have no such field: {key[:100]}.", field="sort")
    field = schema.field(key)
    value, kind = _value(session, field, viewer)
    return SortKey(name, value, kind, descending, may_be_empty=field.column not in _ALWAYS)


def _value(session: Session, field: FieldDef, viewer: Viewer) -> tuple[ColumnElement[Any], str]:
    type, stored = value_type(field), value_of(field)
    match type.family:
        case "number":
            return stored, "number"
        case "flag":
            return cast(stored, Integer), "number"
        case "date" | "moment":
            return stored, type.family if field.column else "text"
        case "choice" if field.options.get("ranked"):
            return _rank(stored, [choice["value"] for choice in choices_of(field)]), "number"
        case "stage":
            return _rank(stored, _stages(session, viewer)), "number"
        case "member":
            return _rank(stored, _members(session, viewer)), "number"
        case "record" | "records":
            other = aliased(Record)
            rows = related(field, start=Record, end=other, seen=other, viewer=viewer)
            return _name(rows.with_only_columns(func.min(func.lower(other.name)))), "text"
        case "address":
            return func.lower(part_of(stored, "city")), "text"
        case "texts" | "choices" | "members":
            return _first_item(field), "text"
    return func.lower(stored), "text"


def _rank(stored: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[Any]:
    """The place of a value among these; empty for any other. To look up each record's by itself would cost more."""
    ranks = {value: rank for rank, value in enumerate(values)}
    return case(ranks, value=stored) if ranks else stored


def _stages(session: Session, viewer: Viewer) -> Sequence[str]:
    """Pipelines in their order, and stages within them."""
    query = select(col(Stage.id)).join(Pipeline, col(Pipeline.id) == col(Stage.pipeline_id))
    here = query.where(col(Stage.workspace_id) == viewer.workspace_id)
    return session.scalars(
        here.order_by(col(Pipeline.position), col(Pipeline.id), col(Stage.position), col(Stage.id))
    ).all()


def _members(session: Session, viewer: Viewer) -> Sequence[str]:
    query = select(col(Member.id)).where(col(Member.workspace_id) == viewer.workspace_id)
    return session.scalars(query.order_by(func.lower(col(Member.name)), col(Member.id))).all()


def _first_item(field: FieldDef) -> ColumnElement[Any]:
    """The first of several in alphabetical order."""
    items = items_of(field)
    if value_type(field).family == "members":
        return _name(select(func.min(func.lower(col(Member.name)))).join_from(items, Member, _is(items.c.value)))
    text = part_of(items.c.value, "name") if value_type(field).name == "file" else items.c.value
    return _name(select(func.min(func.lower(text))).select_from(items))


def _is(member_id: ColumnElement[Any]) -> ColumnElement[bool]:
    return col(Member.id) == member_id


def _name(query: Select[Any]) -> ColumnElement[Any]:
    return query.correlate(Record).scalar_subquery()
