"""Where a field's value is, for SQL: the one place that spells out a path into `data`.

The path is part of the statement, never a parameter, so that an index on the same expression serves it.
"""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Numeric, String, TableValuedAlias, Text, column, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.records.fields import value_type
from app.records.fields.elapsed import counts_from, sql_days_elapsed
from models import FieldDef, Record

_KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")


def value_of(field: FieldDef, record: Any = Record, *, now: datetime | None = None) -> ColumnElement[Any]:
    """The stored value of this field in `record` (the table or an alias). Lists and objects come as JSON.

    `now` is for statistics that grow day by day; without it, they are those of the moment the statement runs.
    """
    if counts_from(field):
        return sql_days_elapsed(field, record, now=now)
    if field.column:
        column: ColumnElement[Any] = getattr(record, field.column)
        return column
    element: ColumnElement[Any] = _ELEMENTS[value_type(field).sql](record.data, _literal(field.key))
    return element


def items_of(field: FieldDef, record: Any = Record) -> TableValuedAlias:
    """The items of a list in `data`, as rows to select from: `.c.value` is a text, of an object its JSON."""
    return JsonItems(record.data, _literal(field.key)).table_valued(column("value", Text))


def part_of(object: ColumnElement[Any], name: str) -> ColumnElement[str]:
    """The text under a name in a JSON object."""
    return JsonPart(object, _literal(name))


def _literal(key: str) -> ColumnElement[Any]:
    if not _KEY.fullmatch(key):
        raise ValueError("a field's key is made of a-z, 0-9 and _")
    return literal_column(f"'{key}'")


class JsonText(FunctionElement[str]):
    type = Text()
    inherit_cache = True


class JsonNumber(FunctionElement[float]):
    type = Numeric(asdecimal=False)
    inherit_cache = True
    json_type, sql_type = "number", "numeric"


class JsonFlag(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    json_type, sql_type = "boolean", "boolean"


class JsonDocument(FunctionElement[str]):
    type = String()
    inherit_cache = True


class JsonItems(FunctionElement[str]):
    type = Text()
    inherit_cache = True


class JsonPart(FunctionElement[str]):
    type = Text()
    inherit_cache = True


_ELEMENTS: dict[str, Any] = {"text": JsonText, "number": JsonNumber, "flag": JsonFlag, "json": JsonDocument}


@compiles(JsonText, "sqlite")
@compiles(JsonNumber, "sqlite")
@compiles(JsonFlag, "sqlite")
@compiles(JsonDocument, "sqlite")
@compiles(JsonPart, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    data, key = _clauses(element, compiler, options)
    return f"json_extract({data}, '$.{key[1:-1]}')"


@compiles(JsonItems, "sqlite")
def _items_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    data, key = _clauses(element, compiler, options)
    return f"json_each({data}, '$.{key[1:-1]}')"


@compiles(JsonText, "postgresql")
def _text_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    data, key = _clauses(element, compiler, options)
    return f"({data} ->> {key})"


@compiles(JsonNumber, "postgresql")
@compiles(JsonFlag, "postgresql")
def _scalar_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    """A cast that cannot fail, in whatever order conditions are tried: another folder's key may hold another type."""
    data, key = _clauses(element, compiler, options)
    value = f"({data} ->> {key})::{element.sql_type}"
    return f"CASE WHEN jsonb_typeof({data} -> {key}) = '{element.json_type}' THEN {value} END"


@compiles(JsonDocument, "postgresql")
def _document_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    data, key = _clauses(element, compiler, options)
    return f"({data} -> {key})"


@compiles(JsonItems, "postgresql")
def _items_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    data, key = _clauses(element, compiler, options)
    items = f"CASE WHEN jsonb_typeof({data} -> {key}) = 'array' THEN {data} -> {key} ELSE '[]'::jsonb END"
    return f"jsonb_array_elements_text({items})"


@compiles(JsonPart, "postgresql")
def _part_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    object, key = _clauses(element, compiler, options)
    return f"(({object})::jsonb ->> {key})"


def _clauses(element: Any, compiler: Any, options: dict[str, Any]) -> tuple[str, str]:
    data, key = (compiler.process(clause, **options) for clause in element.clauses)
    return data, key
