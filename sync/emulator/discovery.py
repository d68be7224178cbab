"""Routes and checks requests by Google's own discovery document, as shipped in google-api-python-client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

from sync.emulator.errors import ApiError, invalid

Json = dict[str, Any]

_PARAMETER = re.compile(r"\{\+?(\w+)\}")


@dataclass(frozen=True, eq=False)
class Method:
    """One API method: `name` is its id without the `gmail.users.` prefix, e.g. `messages.get`."""

    name: str
    verb: str
    path: str
    arguments: tuple[str, ...]
    parameters: Json
    request: str | None
    response: str | None
    scopes: frozenset[str]
    upload_path: str | None


@dataclass
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    methods: dict[str, Method] = field(default_factory=dict)


@cache
def document() -> Json:
    """The discovery document of Gmail v1."""
    resource = files("googleapiclient") / "discovery_cache" / "documents" / "gmail.v1.json"
    loaded: Json = orjson.loads(resource.read_bytes())
    return loaded


def find_method(verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """The method at a path (`/gmail/v1/...` or its `/upload/` twin) with its decoded path parameters."""
    node = _routes()
    values: list[str] = []
    for segment in path[1:].split("/"):
        following = node.children.get(segment)
        if following is None:
            key, value = _parameter(node, segment)
            following = node.children.get(key)
            if following is None or not value:
                return None
            values.append(unquote(value) if "%" in value else value)
        node = following
    method = node.methods.get(verb)
    return (method, dict(zip(method.arguments, values, strict=True))) if method else None


def _parameter(node: _Node, segment: str) -> tuple[str, str]:
    """The key of the parameter below a node and its value, apart from a custom verb as in `{keyPairId}:disable`."""
    value, colon, verb = segment.rpartition(":")
    return (f"*:{verb}", value) if colon and f"*:{verb}" in node.children else ("*", segment)


@cache
def _routes() -> _Node:
    root = _Node()
    for method in _all_methods(document()):
        _insert(root, method.path, method)
        if method.upload_path:
            _insert(root, method.upload_path.lstrip("/"), method)
    return root


def _insert(root: _Node, path: str, method: Method) -> None:
    node = root
    for segment in path.split("/"):
        node = node.children.setdefault(_PARAMETER.sub("*", segment), _Node())
    node.methods[method.verb] = method


def _all_methods(resource: Json) -> Iterator[Method]:
    for entry in resource.get("methods", {}).values():
        yield Method(
            name=entry["id"].removeprefix("gmail.users."),
            verb=entry["httpMethod"],
            path=entry["path"],
            arguments=tuple(_PARAMETER.findall(entry["path"])),
            parameters=entry.get("parameters", {}),
            request=entry.get("request", {}).get("$ref"),
            response=entry.get("response", {}).get("$ref"),
            scopes=frozenset(entry.get("scopes", ())),
            upload_path=entry.get("mediaUpload", {}).get("protocols", {}).get("simple", {}).get("path"),
        )
    for child in resource.get("resources", {}).values():
        yield from _all_methods(child)


@lru_cache(maxsize=8192)
def parse_query(method: Method, query: str) -> Json:
    """The query parameters with their types; a shared mapping, not to be changed.

    Raises ApiError 400 for an unknown name, a repeated single value, a wrong type or an unknown enum value.
    """
    values: Json = {}
    for name, text in parse_qsl(query, keep_blank_values=True, errors="replace"):
        spec = method.parameters.get(name)
        if spec is None or spec["location"] != "query":
            spec = document()["parameters"].get(name)
        if spec is None:
            raise invalid(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                f"Field '{name}' could not be found in request message."
            )
        value = _query_value(name, text, spec)
        if spec.get("repeated"):
            values.setdefault(name, []).append(value)
        elif name in values:
            raise invalid(f"Invalid value at '{name}': a field that is not repeated was given twice.")
        else:
            values[name] = value
    if values.get("alt", "json") != "json" or "callback" in values:
        raise invalid("Only alt=json without a callback is supported by this method.")
    return values


def _query_value(name: str, text: str, spec: Json) -> str | int | bool:
    kind = spec.get("format") or spec["type"]
    if spec["type"] == "boolean":
        if text not in ("true", "false", "1", "0", ""):
            raise invalid(f"Invalid value at '{name}' (TYPE_BOOL), \"{text}\"")
        return text in ("true", "1")
    if kind in _INTEGERS:
        return _integer(name, text, kind)
    if "enum" in spec and text.lower() not in {value.lower() for value in spec["enum"]}:
        raise invalid(f"Invalid value at '{name}' (TYPE_ENUM), \"{text}\"")
    return text.lower() if name == "format" else text


_INTEGERS = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}


def _integer(name: str, value: str | int, kind: str) -> int:
    low, high = _INTEGERS[kind]
    if not re.fullmatch(r"-?\d{1,20}", str(value)) or not low <= int(value) <= high:
        raise invalid(f"Invalid value at '{name}' (TYPE_{kind.upper()}), \"{value}\"")
    return int(value)


def parse_body(method: Method, body: bytes) -> Json:
    """The JSON body checked against the method's request schema; an absent body is `{}`."""
    if not body.strip():
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = f"Invalid JSON payload received. {str(error).capitalize()}"
        raise ApiError(400, "parseError", message) from error
    if method.request is None:
        if value:
            raise invalid("Invalid JSON payload received. This method takes no body.")
        return {}
    _check(value, {"$ref": method.request}, "")
    checked: Json = value
    return checked


def _check(value: Any, schema: Json, at: str) -> None:
    if "$ref" in schema:
        schema = document()["schemas"][schema["$ref"]]
    if value is None:
        return
    kind = schema.get("type")
    if kind == "object":
        _check_object(value, schema, at)
    elif kind == "array":
        if not isinstance(value, list):
            raise invalid(f"Invalid value at '{at}' (repeated field), expected an array.")
        for position, item in enumerate(value):
            _check(item, schema["items"], f"{at}[{position}]")
    elif kind == "boolean":
        if not isinstance(value, bool):
            raise invalid(f"Invalid value at '{at}' (TYPE_BOOL), {orjson.dumps(value).decode()}")
    elif schema.get("format") in _INTEGERS:
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise invalid(f"Invalid value at '{at}' ({schema['format']})")
        _integer(at, value, schema["format"])
    elif not isinstance(value, str):
        raise invalid(f"Invalid value at '{at}' (TYPE_STRING), {orjson.dumps(value).decode()[:80]}")
    elif "enum" in schema and value not in schema["enum"]:
        raise invalid(f"Invalid value at '{at}' (TYPE_ENUM), \"{value}\"")
    elif schema.get("format") == "byte" and not re.fullmatch(r"[A-Za-z0-9_+/\-\s]*={0,2}\s*", value):
        raise invalid(f"Invalid value at '{at}' (TYPE_BYTES), Base64 decoding failed")


def _check_object(value: Any, schema: Json, at: str) -> None:
    if not isinstance(value, dict):
        raise invalid(f"Invalid JSON payload received. Expected an object at '{at}'.")
    properties = schema.get("properties", {})
    for name, item in value.items():
        if name not in properties:
            place = f" at '{at}'" if at else ""
            raise invalid(f'Invalid JSON payload received. Unknown name "{name}"{place}: Cannot find field.')
        _check(item, properties[name], f"{at}.{name}" if at else name)
