"""Roll-ups: a number or day worked out over the records that lead to one record.

Options: `{"of": "deal.company", "do": "sum", "field": "amount", "filter": {...}}`: the records of a folder (its kind or
id) whose field leads here, what to do with which of their values (not for `count`), and which of them count. Archived
and deleted records never do. Without a viewer: everybody who sees the field sees the same, whatever they may read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.errors import InvalidInput
from app.records.fields import as_json, type_of
from app.records.fields.elapsed import counts_from
from app.records.fields.stored import value_of
from app.records.filters import compile_filter, conditions_of, keys_used
from app.records.filters.periods import WORDS
from app.records.filters.related import Paths
from app.records.formulas.types import NUMBER, NUMERIC, TEMPORAL, Type
from app.records.formulas.values import stored_number, type_in_formulas
from app.records.schema import Schema
from models import FieldDef, Folder, Record, RecordLink, Workspace

DOES = ("sum", "count", "min", "max", "average")
PRESENCE = frozenset({"archived_at", "deleted_at"})
"""What changes when a record is put aside or brought back."""


@dataclass(frozen=True, slots=True)
class RollUp:
    """`sources` are the folders of the records that count, each with the field that leads here and the one reckoned."""

    sources: tuple[tuple[Schema, FieldDef, FieldDef | None], ...]
    do: str
    filter: Mapping[str, Any]
    type: Type

    @property
    def keys(self) -> frozenset[str]:
        """The keys of a counted record on which the outcome depends."""
        asked = {key.split(".")[0] for key in keys_used(dict(self.filter))}
        named = {field.key for _, *fields in self.sources for field in fields if field}
        return PRESENCE | asked | named

    @property
    def changes_by_itself(self) -> bool:
        """Whether its filter, or the value it reckons with, changes without a change of a counted record."""
        grows = any(counted and counts_from(counted) for _, _, counted in self.sources)
        return grows or any(_is_elusive(leaf) for _, leaf in conditions_of(dict(self.filter)))


def read_rollup(session: Session, *, folder: Folder, options: Mapping[str, Any], paths: Paths | None = None) -> RollUp:
    """A roll-up from its options. Raises InvalidInput naming the option and the fix."""
    around = paths or Paths(session, workspace_id=folder.workspace_id, viewer=None)
    do, tree = options.get("do"), options.get("filter") or {}
    if do not in DOES:
        raise InvalidInput(f"do: use one of {', '.join(DOES)}.", field="options.do")
    sources = _sources(around, folder, str(options.get("of", "")), None if do == "count" else options.get("field"))
    currency = session.get_one(Workspace, folder.workspace_id).currency
    type = _result(do, sources[0][2], currency)
    for schema, _, _ in sources:
        compile_filter(session, tree, schema=schema, viewer=None, path="options.filter")
    return RollUp(sources, do, tree, type)


def roll_up(session: Session, *, rollup: RollUp, record_ids: Collection[str], now: datetime) -> dict[str, Any]:
    """What each record's value is to be, as JSON; one statement for each folder that is counted."""
    found: dict[str, list[tuple[Any, ...]]] = {record_id: [] for record_id in record_ids}
    for schema, reference, counted in rollup.sources:
        child = aliased(Record)
        rows, parent = _leading(reference, child)
        matches = compile_filter(session, dict(rollup.filter), schema=schema, viewer=None, now=now, record=child)
        rows = rows.add_columns(*_reckoned(rollup.do, counted, child, now))
        rows = rows.where(col(child.folder_id) == schema.folder.id, among(session, parent, record_ids), matches)
        rows = rows.where(col(child.archived_at).is_(None), col(child.deleted_at).is_(None)).group_by(parent)
        for record_id, *row in session.execute(rows):
            found[record_id].append(tuple(row))
    return {record_id: _outcome(rollup, rows) for record_id, rows in found.items()}


def parents_of(session: Session, *, reference: FieldDef, record_ids: Collection[str]) -> set[str]:
    """The records that these lead to by this field."""
    child = aliased(Record)
    rows, parent = _leading(reference, child)
    query = rows.where(among(session, col(child.id), record_ids), parent.is_not(None))
    return set(session.scalars(query))


def _sources(paths: Paths, folder: Folder, of: str, key: Any) -> tuple[tuple[Schema, FieldDef, FieldDef | None], ...]:
    name, _, leading = of.rpartition(".")
    found = []
    for schema in paths.sources(name):
        here = schema.has(leading) and any(there.folder.id == folder.id for there in _targets(paths, schema, leading))
        if here:
            found.append((schema, schema.field(leading), schema.field(str(key)) if key is not None else None))
    if not found:
        raise InvalidInput("of: name a folder and its field that leads here, such as deal.company.", field="options.of")
    return tuple(found)


def _targets(paths: Paths, schema: Schema, key: str) -> list[Schema]:
    field = schema.field(key)
    return paths.targets(field) if type_of(field).family in ("record", "records") else []


def _result(do: str, counted: FieldDef | None, currency: str) -> Type:
    if do == "count":
        return NUMBER
    type = type_in_formulas(counted, currency=currency) if counted else None
    fitting = NUMERIC if do in ("sum", "average") else (*NUMERIC, *TEMPORAL)
    if type is None or type.name not in fitting:
        what = "a number or an amount" if do in ("sum", "average") else "a number, an amount or a date"
        raise InvalidInput(f"field: {do} needs a field that holds {what}.", field="options.field")
    return type


def _leading(reference: FieldDef, child: Any) -> tuple[Select[Any], Any]:
    """The records that lead somewhere by this field, and where to."""
    if type_of(reference).family == "record":
        parent = value_of(reference, child)
        return select(parent).select_from(child), parent
    here, there = col(RecordLink.from_id), col(RecordLink.to_id)
    if reference.options.get("inverse"):
        here, there = there, here
    linked = select(there).select_from(child).join(RecordLink, here == child.id)
    return linked.where(col(RecordLink.label) == reference.options["label"]), there


def _reckoned(do: str, counted: FieldDef | None, child: Any, now: datetime) -> list[Any]:
    if counted is None:
        return [func.count()]
    value = value_of(counted, child, now=now)
    if do == "average":
        return [func.sum(value), func.count(value)]
    return [getattr(func, do)(value)]


def _outcome(rollup: RollUp, rows: list[tuple[Any, ...]]) -> Any:
    """From the rows of each folder to one value. A sum over nothing is 0, the other answers are empty then."""
    firsts = [row[0] for row in rows if row[0] is not None]
    if rollup.do in ("min", "max"):
        best = (min if rollup.do == "min" else max)(map(as_json, firsts), default=None)
        return best if best is None or rollup.type.name in TEMPORAL else _number(rollup, Decimal(str(best)))
    total = sum((Decimal(str(first)) for first in firsts), Decimal(0))
    if rollup.do != "average":
        return _number(rollup, total)
    count = sum(row[1] for row in rows)
    return _number(rollup, total / count) if count else None


def _number(rollup: RollUp, number: Decimal) -> int | float | None:
    return stored_number(number, whole=rollup.type.name == "currency")


def _is_elusive(leaf: Mapping[str, Any]) -> bool:
    """A condition that comes to hold, or to fail, as time passes or as records further away change."""
    value = leaf.get("value")
    beyond = "field" not in leaf or "." in leaf["field"]
    return beyond or isinstance(value, dict) or (isinstance(value, str) and value in WORDS) or leaf["field"] == "stale"
