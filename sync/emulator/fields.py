"""Partial responses: the `fields=` mask (https://developers.google.com/gmail/api/guides/performance#partial)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sync.emulator.discovery import document
from sync.emulator.errors import ApiError

# A mask is a tree: name -> sub-mask, an empty sub-mask meaning "everything below".
Mask = dict[str, Any]


@lru_cache(maxsize=1024)
def parse_mask(text: str, schema: str | None) -> Mask:
    """A mask such as `id,payload(headers,parts/body)` as a tree, checked against the response schema.

    Raises ApiError 400 for bad syntax or for a field that the response does not have.
    """
    tokens = re.findall(r"[A-Za-z_][\w.$-]*|[(),/*]|\S", text)
    mask, rest = _selection(tokens, text)
    if rest:
        raise _bad_selection(text)
    if schema:
        _check_known(mask, {"$ref": schema}, text)
    return mask


def apply_mask(value: Any, mask: Mask) -> Any:
    """The part of a JSON value that a mask selects."""
    if isinstance(value, list):
        return [apply_mask(item, mask) for item in value]
    if not isinstance(value, dict) or not mask:
        return value
    if "*" in mask:
        default: Mask = mask["*"]
        return {name: apply_mask(item, mask.get(name, default)) for name, item in value.items()}
    return {name: apply_mask(value[name], inner) for name, inner in mask.items() if name in value}


def _selection(tokens: list[str], text: str) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        path, tokens = _path(tokens, text)
        node = mask
        for name in path[:-1]:
            node = node.setdefault(name, {})
        inner: Mask = {}
        if tokens[:1] == ["("]:
            inner, tokens = _selection(tokens[1:], text)
            if tokens[:1] != [")"]:
                raise _bad_selection(text)
            tokens = tokens[1:]
        node.setdefault(path[-1], {}).update(inner)
        if tokens[:1] != [","]:
            return mask, tokens
        tokens = tokens[1:]


def _path(tokens: list[str], text: str) -> tuple[list[str], list[str]]:
    names: list[str] = []
    while True:
        if not tokens or not re.match(r"[A-Za-z_*]", tokens[0]):
            raise _bad_selection(text)
        names.append(tokens[0])
        tokens = tokens[1:]
        if tokens[:1] != ["/"]:
            return names, tokens
        tokens = tokens[1:]


def _check_known(mask: Mask, schema: dict[str, Any], text: str) -> None:
    if "$ref" in schema:
        schema = document()["schemas"][schema["$ref"]]
    if "items" in schema:
        return _check_known(mask, schema["items"], text)
    properties = schema.get("properties", {})
    for name, inner in mask.items():
        if name == "*":
            for child in properties.values():
                if inner:
                    _check_known(inner, child, text)
        elif name not in properties:
            raise _bad_selection(name)
        else:
            _check_known(inner, properties[name], text)
    return None


def _bad_selection(text: str) -> ApiError:
    return ApiError(
        400,
        "invalidParameter",
        f"Invalid field selection {text}",
        extra={"location": "fields", "locationType": "parameter"},
    )
