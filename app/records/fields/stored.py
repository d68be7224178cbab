"""Where a field's value is, for SQL: the one place that spells out a path into `data`.

The path is part of the statement, never a parameter, so that an index on the same expression serves it.
"""

import re
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Numeric, String, Text, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.records.fields import value_type
from models import FieldDef, Record

_KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")


def value_of(field: FieldDef, record: Any = Record) -> ColumnElement[Any]:
    """The stored value of this field in `record` (the table or an alias). Lists and objects come as JSON."""
    if field.column:
        column: ColumnElement[Any] = getattr(record, field.column)
        return column
    if not _KEY.fullmatch(field.key):
        raise ValueError("a field's key is made of a-z, 0-9 and _")
    element: ColumnElement[Any] = _ELEMENTS[value_type(field).sql](record.data, literal_column(f"'{field.key}'"))
    return element


class JsonText(FunctionElement[str]):
    type = Text()
    inherit_cache = True
    suffix = ""


class JsonNumber(FunctionElement[float]):
    type = Numeric(asdecimal=False)
    inherit_cache = True
    suffix = "::numeric"


class JsonFlag(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    suffix = "::boolean"


class JsonDocument(FunctionElement[str]):
    type = String()
    inherit_cache = True


_ELEMENTS: dict[str, Any] = {"text": JsonText, "number": JsonNumber, "flag": JsonFlag, "json": JsonDocument}


@compiles(JsonText, "sqlite")
@compiles(JsonNumber, "sqlite")
@compiles(JsonFlag, "sqlite")
@compiles(JsonDocument, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    data, key = (compiler.process(clause, **options) for clause in element.clauses)
    return f"json_extract({data}, '$.{key[1:-1]}')"


@compiles(JsonText, "postgresql")
@compiles(JsonNumber, "postgresql")
@compiles(JsonFlag, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    data, key = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(({data} ->> {key}){element.suffix})"


@compiles(JsonDocument, "postgresql")
def _document_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    data, key = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({data} -> {key})"
