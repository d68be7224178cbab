"""The card schemas that Google ships inside google-api-python-client, and a checker that walks them strictly."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

_TYPES = {"string": str, "boolean": bool, "integer": int, "number": int | float}


@cache
def card_schemas() -> dict[str, Any]:
    document = files("googleapiclient") / "discovery_cache/documents/chat.v1.json"
    schemas: dict[str, Any] = json.loads(document.read_text())["schemas"]
    return schemas


def schema_problems(value: Any, name: str, path: str = "") -> Iterator[str]:
    """What is unknown, misspelt or of the wrong type, by path. Schemas of discovery documents know no "required"."""
    if not isinstance(value, dict):
        yield f"{path}: {name} must be an object, not {value!r}"
        return
    properties = card_schemas()[name]["properties"]
    for key, part in value.items():
        if key in properties:
            yield from _property_problems(part, properties[key], f"{path}.{key}")
        else:
            yield f"{path}.{key}: {name} has no such field"


def _property_problems(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    if "$ref" in schema:
        yield from schema_problems(value, schema["$ref"], path)
    elif schema["type"] == "array":
        if not isinstance(value, list):
            yield f"{path}: must be a list, not {value!r}"
            return
        for index, part in enumerate(value):
            yield from _property_problems(part, schema["items"], f"{path}[{index}]")
    elif not isinstance(value, _TYPES[schema["type"]]) or (isinstance(value, bool) and schema["type"] != "boolean"):
        yield f"{path}: must be a {schema['type']}, not {value!r}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    elif schema.get("format") == "int64" and not value.removeprefix("-").isdigit():
        yield f"{path}: must be digits, not {value!r}"
