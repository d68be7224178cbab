"""A list in groups: how many records, and what their numbers come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.errors import InvalidInput
from app.records.catalog import session_catalog
from app.records.fields import value_type
from app.records.fields.stored import value_of
from app.records.filters.operands import related
from app.records.filters.tree import Tree
from app.records.listing.matching import matching
from app.records.schema import Schema
from app.workspaces.access import Viewer
from models import FieldDef, Record

MAX_GROUPS = 500
MAX_SUMS = 5
GROUPING = ("choice", "stage", "member", "record", "flag")
"""Families of fields that make groups: those with one value of a few."""


@dataclass(frozen=True, slots=True)
class Group:
    """Records with the same value, None for those without one. `sums` are by field key; of money in minor units.

    Amounts have a currency of their own: `sums` is of those in the workspace's, `others` of the rest by currency.
    """

    value: Any
    count: int
    sums: dict[str, float]
    others: dict[str, dict[str, float]]


def group_records(
    session: Session,
    *,
    viewer: Viewer,
    schema: Schema,
    by: str,
    filter: Tree | None = None,
    sums: Sequence[str] = (),
) -> list[Group]:
    """The largest groups first. Raises InvalidInput for fields that make no groups or have no sum."""
    value = _group_value(check_grouping(schema, by), viewer)
    numbers = [_number(schema, key) for key in _bounded(sums)]
    wanted = matching(session, viewer=viewer, schema=schema, filter=filter)
    home = session_catalog(session, workspace_id=viewer.workspace_id).currency
    totals = [func.coalesce(func.sum(_at_home(number, home)), 0) for number in numbers]
    query = select(value, func.count(), *totals).where(wanted).select_from(Record)
    rows = session.execute(query.group_by(value).order_by(func.count().desc(), value).limit(MAX_GROUPS))
    groups = [Group(row[0], row[1], dict(zip(sums, map(_plain, row[2:]), strict=True)), {}) for row in rows]
    if mixed := [field.key for field in numbers if field.column == "amount"]:
        _add_others(session, groups, value=value, wanted=wanted, home=home, keys=mixed)
    return groups


def _at_home(number: FieldDef, home: str) -> ColumnElement[Any]:
    if number.column != "amount":
        return value_of(number)
    return case((func.coalesce(col(Record.currency), home) == home, col(Record.amount)))


def _add_others(
    session: Session,
    groups: Sequence[Group],
    *,
    value: ColumnElement[Any],
    wanted: ColumnElement[bool],
    home: str,
    keys: Sequence[str],
) -> None:
    """What amounts in other currencies than `home` come to."""
    foreign = col(Record.currency) != home
    query = select(value, col(Record.currency), func.sum(col(Record.amount))).select_from(Record)
    query = query.where(wanted, foreign, col(Record.amount).is_not(None)).group_by(value, col(Record.currency))
    by_value = {group.value: group for group in groups}
    for found, currency, total in session.execute(query.order_by(col(Record.currency))):
        for key in keys if found in by_value else ():
            by_value[found].others.setdefault(key, {})[currency] = _plain(total)


def check_grouping(schema: Schema, key: str) -> FieldDef:
    if not schema.has(key) or value_type(schema.field(key)).family not in GROUPING:
        fix = "group by a dropdown, stage, user, related record or checkbox of this folder."
        raise InvalidInput(f"group_by: {fix}", field="group_by")
    return schema.field(key)


def _group_value(field: FieldDef, viewer: Viewer) -> ColumnElement[Any]:
    if value_type(field).family != "record":
        return value_of(field)
    other = aliased(Record)
    seen = related(field, start=Record, end=other, seen=other, viewer=viewer).with_only_columns(col(other.id))
    return seen.correlate(Record).scalar_subquery()


def _bounded(sums: Sequence[str]) -> Sequence[str]:
    if len(sums) > MAX_SUMS:
        raise InvalidInput(f"sums: at most {MAX_SUMS} fields, please.", field="sums")
    return sums


def _number(schema: Schema, key: str) -> FieldDef:
    if not schema.has(key) or value_type(schema.field(key)).family != "number":
        raise InvalidInput(f"sums: {key[:100]} is not a number of this folder.", field="sums")
    return schema.field(key)


def _plain(total: Any) -> float:
    """PostgreSQL adds whole numbers up to a Decimal."""
    return int(total) if total == int(total) else float(total)
