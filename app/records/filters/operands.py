"""What a condition is about: a field of the record, of a related one, or a part of one, as SQL."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Select, and_, exists, literal, literal_column, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session

from app.records.fields import as_json, value_type
from app.records.fields.reachable import ADDRESS_PARTS
from app.records.fields.stored import items_of, part_of, value_of
from app.records.filters.pseudo import PSEUDO, flag_of
from app.records.filters.related import Paths, is_reference, linked
from app.records.filters.tree import refuse
from app.records.schema import Schema
from app.workspaces.access import Viewer, visible
from models import FieldDef, Record

Condition = ColumnElement[bool]
Test = Callable[[ColumnElement[Any]], Condition]


@dataclass(frozen=True, slots=True)
class Operand:
    """`some(test)` holds where a value of this field passes the test; it is never unknown."""

    field: FieldDef
    some: Callable[[Test], Condition]

    def bind(self, value: Any) -> Any:
        """A stored value as SQL compares it: in `data`, times are text."""
        if isinstance(value, float):
            return literal(value, Numeric(asdecimal=False))
        return as_json(value) if self.field.column is None and isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Scope:
    """What a filter is compiled against. `record` is the table or an alias; `may_hop`: paths may lead on from it."""

    session: Session
    schema: Schema
    viewer: Viewer | None
    now: datetime
    record: Any
    paths: Paths
    may_hop: bool = True

    def beyond(self, schema: Schema) -> "Scope":
        """The records of another folder, one hop away."""
        return replace(self, schema=schema, record=aliased(Record), may_hop=False)


def operand_of(scope: Scope, key: str, path: str) -> Operand:
    """Raises InvalidInput for a field that there is not, or that the viewer may not know of."""
    head, _, tail = key.partition(".")
    if not scope.schema.has(head):
        if key in PSEUDO and (key != "stale" or scope.schema.has("stage")):
            return _pseudo(scope, PSEUDO[key])
    else:
        field = scope.schema.field(head)
        if not tail:
            return Operand(field, _values(scope, field))
        if value_type(field).family == "address" and tail in ADDRESS_PARTS:
            return _address_part(scope, field, tail)
        if is_reference(field) and scope.may_hop:
            return _hop(scope, field, tail, path)
    raise refuse(path, f"{scope.schema.folder.name} have no such field: {key[:100]}.")


def related(field: FieldDef, *, start: Any, end: Any, seen: Any, viewer: Viewer | None) -> Select[Any]:
    """The rows of `seen`, which is one end of this reference, for the record at the other end."""
    rows: Select[Any] = select(literal_column("1")).select_from(seen).where(linked(field, start, end))
    return rows.where(visible(viewer, seen) if viewer else seen.deleted_at.is_(None))


def _pseudo(scope: Scope, field: FieldDef) -> Operand:
    if value_type(field).family != "flag":
        return Operand(field, lambda test: _known(value_of(field, scope.record, now=scope.now), test))
    flag = flag_of(
        field.key,
        session=scope.session,
        workspace_id=scope.schema.folder.workspace_id,
        record=scope.record,
        now=scope.now,
    )
    return Operand(field, lambda test: test(flag))


def _values(scope: Scope, field: FieldDef) -> Callable[[Test], Condition]:
    record, type = scope.record, value_type(field)
    if type.family == "records":
        other = aliased(Record)
        rows = related(field, start=record, end=other, seen=other, viewer=scope.viewer)
        return lambda test: exists(rows.where(test(other.id)).correlate(record))  # type: ignore[arg-type]
    if type.family == "address":
        parts = [part_of(value_of(field, record), part) for part in ADDRESS_PARTS]
        return lambda test: or_(*(_known(part, test) for part in parts))
    if type.sql == "json":
        return _items(scope, field)
    return lambda test: _known(value_of(field, record, now=scope.now), test)


def _items(scope: Scope, field: FieldDef) -> Callable[[Test], Condition]:
    items = items_of(field, scope.record)
    value: ColumnElement[Any] = items.c.value
    texts = [part_of(value, part) for part in ("name", "url")] if value_type(field).name == "file" else [value]
    rows: Select[Any] = select(literal_column("1")).select_from(items)
    return lambda test: exists(rows.where(or_(*(_known(text, test) for text in texts))).correlate(scope.record))


def _known(value: ColumnElement[Any], test: Test) -> Condition:
    return and_(value.is_not(None), test(value))


def _address_part(scope: Scope, field: FieldDef, name: str) -> Operand:
    part = part_of(value_of(field, scope.record), name)
    text = FieldDef(**field.model_dump() | {"name": name, "type": "text"})
    return Operand(text, lambda test: _known(part, test))


def _hop(scope: Scope, field: FieldDef, key: str, path: str) -> Operand:
    """A field of a related record, in whichever of the folders that the reference may lead to."""
    found = list(_beyond(scope, field, key, path))
    if not found:
        raise refuse(path, f"what {field.name} leads to has no such field: {key[:100]}.")

    def some(test: Test) -> Condition:
        return or_(*(exists(rows.where(operand.some(test)).correlate(scope.record)) for rows, operand in found))

    return Operand(found[0][1].field, some)


def _beyond(scope: Scope, field: FieldDef, key: str, path: str) -> Iterator[tuple[Select[Any], Operand]]:
    for schema in scope.paths.targets(field):
        if schema.has(key.partition(".")[0]) or key in PSEUDO:
            there = scope.beyond(schema)
            rows = related(field, start=scope.record, end=there.record, seen=there.record, viewer=scope.viewer)
            yield rows.where(there.record.folder_id == schema.folder.id), operand_of(there, key, path)
