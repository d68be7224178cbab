"""A plan made ready for a folder: for each column, what turns its cells into values."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.errors import InvalidInput
from app.core.text import one_line
from app.records.fields import TYPES, parse_value, value_type
from app.records.fields.reachable import ADDRESS_PARTS
from app.records.reading import REFERENCES
from app.records.schema import Schema
from app.transfer.cells import original
from app.transfer.mapping.converters import Convert, converter
from app.transfer.mapping.countries import country_code
from app.transfer.mapping.plan import RECORD_ID, Column, NewField, Plan
from models import FieldDef

NAME_PARTS = ("prefix", "first", "middle", "last", "suffix")
NOT_MADE = ("formula", "rollup", "statistics", "stage", "auto_number", "records")
"""Types of fields that are not made for a column."""
Split = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Composed:
    """A field made of the parts that several columns hold."""

    key: str
    heading: str
    places: list[tuple[int, Column]]
    compose: Callable[[dict[str, str]], Any]

    def parts(self, cells: Sequence[str]) -> dict[str, str]:
        """The parts that are filled; those of two columns follow each other."""
        found: dict[str, str] = {}
        for place, column in self.places:
            if text := cells[place].strip():
                text = original(text)
                if column.format.countries and column.part == "country":
                    text = country_code(text) or text
                found[column.part] = f"{found[column.part]}, {text}" if column.part in found else text
        return found


@dataclass(slots=True)
class Compiled:
    fields: dict[str, FieldDef] = field(default_factory=dict)
    new_options: dict[str, dict[str, str]] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    simple: list[tuple[int, str, str, Convert, dict[str, Any]]] = field(default_factory=list)
    """Place, field key, heading, converter, and the values of cells that were seen."""
    composed: list[Composed] = field(default_factory=list)
    related: list[tuple[int, str, Split]] = field(default_factory=list)


def compiled(plan: Plan, schema: Schema) -> Compiled:
    """Raises InvalidInput or Forbidden where the plan fills what may not be filled in."""
    ready, parts = Compiled(), dict[str, list[tuple[int, Column]]]()
    for place, column in enumerate(plan.columns):
        if column.field == RECORD_ID:
            ready.ids.append(place)
            continue
        field = _field(place, column, plan, schema)
        if field is None:
            continue
        ready.fields[field.key] = field
        if value_type(field).family in REFERENCES:
            ready.related.append((place, field.key, _splitter(field, column)))
        elif column.part:
            parts.setdefault(field.key, []).append((place, column))
        else:
            asked = ready.new_options.setdefault(field.key, {}) if plan.create_options and not field.fixed else None
            convert = converter(field, column.format, new_options=asked)
            ready.simple.append((place, field.key, column.heading, convert, {}))
    ready.composed = [_composed(ready.fields[key], columns) for key, columns in parts.items()]
    return ready


def new_key(place: int) -> str:
    """Under which key the values stand of a field that is yet to be made for the column at this place (from 0)."""
    return f"new_{place}"


def _field(place: int, column: Column, plan: Plan, schema: Schema) -> FieldDef | None:
    if column.field:
        return schema.writable(column.field)
    if column.create is None or not plan.create_fields:
        return None
    return _planned(place, column.create, schema)


def _planned(place: int, new: NewField, schema: Schema) -> FieldDef:
    """The field as it will be, never stored."""
    if new.type not in TYPES or new.type in NOT_MADE:
        raise InvalidInput(f"{new.name}: a field of type {new.type} cannot be made for a column.", field="create")
    options = TYPES[new.type].check_options(new.options)
    return FieldDef(
        id=new_key(place),
        workspace_id=schema.folder.workspace_id,
        folder_id=schema.folder.id,
        key=new_key(place),
        name=new.name,
        type=new.type,
        options=options,
        position=0,
    )


def _composed(field: FieldDef, columns: list[tuple[int, Column]]) -> Composed:
    known = NAME_PARTS if field.column == "name" else ADDRESS_PARTS if field.type == "address" else ()
    for _, column in columns:
        if column.part not in known:
            raise InvalidInput(f"{column.heading}: {field.name} has no part named {column.part}.", field="part")
    compose = _name(field) if field.column == "name" else _address(field)
    return Composed(field.key, columns[0][1].heading, columns, compose)


def _name(field: FieldDef) -> Callable[[dict[str, str]], Any]:
    return lambda parts: parse_value(field, one_line(" ".join(parts[part] for part in NAME_PARTS if part in parts)))


def _address(field: FieldDef) -> Callable[[dict[str, str]], Any]:
    return lambda parts: parse_value(field, parts)


def _splitter(field: FieldDef, column: Column) -> Split:
    """The references of a cell. A comma is part of many a name, so it separates ids and addresses alone."""
    if not value_type(field).family.endswith("s"):
        return lambda text: [one_line(text)] if text.strip() else []
    by = column.link.by if column.link else "any"
    marks = (
        re.escape(column.format.separator)
        if column.format.separator
        else r"[;,\s]"
        if by in ("id", "email")
        else r"[;\n]"
    )
    return lambda text: [one_line(item) for item in re.split(marks, text) if item.strip()]
