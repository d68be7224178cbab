"""What stands in each column of an export: a heading, what sort of values, and the cell of a record."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from app.core.errors import InvalidInput
from app.records.fields import FieldType, value_type
from app.records.fields.choices import choices_of
from app.records.fields.numbers import currency_of
from app.records.reading import REFERENCES
from app.transfer.headings import Meaning, headings
from models import FieldDef, Record

_BARE = (*REFERENCES, "address")
"""Families whose values say nothing by themselves: their ids and parts are written as they are."""

Cell = Callable[[Any], str]
"""The text of a stored value that is not empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record with the values that the viewer may read, and the names behind the ids in them."""

    record: Record
    values: Mapping[str, Any]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is what a spreadsheet may make of the cells: `text`, `number` or `date`."""

    heading: str
    kind: str
    cell: Callable[[Row], str]


def columns_for(fields: Iterable[FieldDef]) -> list[Column]:
    """The columns of these fields, see `app.transfer.headings`."""
    return [Column(heading, _kind(meaning), _reader(meaning)) for heading, meaning in headings(fields)]


def related_column(key: str, heading: str, field: FieldDef | None) -> Column:
    """A column of what stands in `values` under a path such as `company.industry`: values of that field, or texts."""
    write = str if field is None or value_type(field).family in _BARE else cell_of(field)

    def cell(row: Row) -> str:
        value = row.values.get(key)
        items = value if isinstance(value, list) else [value]
        return "; ".join(write(item) for item in items if item is not None)

    return Column(heading, "text", cell)


def cell_of(field: FieldDef) -> Cell:
    """Writes stored values of a field, other than references and addresses, so that `parse_value` reads them back."""
    type = value_type(field)
    if type.name == "dropdown":
        return _choice(type, field)
    if type.name == "tags":
        label = _choice(type, field)
        return lambda value: _joined(type, field, value, [label(item) for item in value])
    if type.name == "file":
        return lambda value: _joined(type, field, value, [file["url"] for file in value])
    return lambda value: type.cell(field, value)


def _kind(meaning: Meaning) -> str:
    if meaning.part:
        return "text"
    family = value_type(meaning.field).family
    return family if family in ("number", "date") else "text"


def _reader(meaning: Meaning) -> Callable[[Row], str]:
    field, key = meaning.field, meaning.field.key
    match meaning.part:
        case "":
            write = cell_of(field)
            return lambda row: "" if (value := row.values.get(key)) is None else write(value)
        case "name":
            return lambda row: "; ".join(row.names.get(id, "") for id in _ids(row, key))
        case "id":
            return lambda row: ",".join(_ids(row, key))
        case "currency":
            return _currency(field)
    return lambda row: (row.values.get(key) or {}).get(meaning.part, "")


def _ids(row: Row, key: str) -> Sequence[str]:
    value = row.values.get(key)
    return value if isinstance(value, list) else [value] if value else []


def _currency(field: FieldDef) -> Callable[[Row], str]:
    """An amount's own, where it has one."""
    usual, key = currency_of(field), field.key
    varies = field.column == "amount"
    return lambda row: "" if row.values.get(key) is None else (varies and row.record.currency) or usual


def _choice(type: FieldType, field: FieldDef) -> Cell:
    """The label of a choice; its value where the label would be read as another one."""
    given = {choice["value"]: choice["label"] for choice in choices_of(field)}
    labels = {value: label for value, label in given.items() if _means(type, field, label, value)}
    return lambda value: labels.get(value, str(value))


def _means(type: FieldType, field: FieldDef, text: str, value: Any) -> bool:
    try:
        return bool(type.parse(field, text) == (value if type.name == "dropdown" else [value]))
    except InvalidInput:
        return False


def _joined(type: FieldType, field: FieldDef, value: list[Any], texts: list[str]) -> str:
    """Items one after the other, where that can be told apart again; else the list as JSON."""
    text = ("; " if type.name == "tags" else " ").join(texts)
    return text if _means(type, field, text, value) else orjson.dumps(value).decode()
