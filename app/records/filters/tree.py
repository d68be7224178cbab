"""The shape of a filter, its limits, and walking through it."""

from collections.abc import Iterator
from typing import Any

import orjson

from app.core.errors import InvalidInput

MAX_BYTES = 64 * 1024
MAX_DEPTH = 6
"""Of `and`, `or`, `not` and the filters of related records, within one another."""
MAX_CONDITIONS = 100
MAX_LIST = 1000
BRANCHES = ("and", "or", "not")

Tree = dict[str, Any]


def refuse(path: str, fix: str) -> InvalidInput:
    """An error that says where in the filter, e.g. `filter.and.2.value`."""
    return InvalidInput(f"{path}: {fix}", field=path)


def check_tree(tree: Any, path: str = "filter") -> None:
    """Raises InvalidInput for what is no filter, or is too much of one."""
    try:
        size = len(orjson.dumps(tree))
    except TypeError:
        raise refuse(path, "this is not a filter: give a JSON object of ordinary depth and numbers.") from None
    if size > MAX_BYTES:
        raise refuse(path, f"at most {MAX_BYTES // 1024} kB, please.")
    count = sum(1 for _ in conditions_of(tree, path))
    if count > MAX_CONDITIONS:
        raise refuse(path, f"at most {MAX_CONDITIONS} conditions, please; there are {count}.")


def branch_of(node: Any, path: str) -> tuple[str, list[tuple[str, Any]]]:
    """`and`, `or` or `not` with the paths and nodes under it; an empty name for a condition and for nothing at all."""
    if not isinstance(node, dict):
        raise refuse(path, 'write an object such as {"field": "name", "op": "contains", "value": "acme"}.')
    found = [name for name in BRANCHES if name in node]
    if not found:
        return "", []
    name, below = found[0], node[found[0]]
    if len(node) > 1:
        raise refuse(path, f"beside `{name}` there can be nothing else.")
    if name == "not":
        return name, [(f"{path}.not", below)]
    if not isinstance(below, list):
        raise refuse(f"{path}.{name}", "give a list of conditions.")
    return name, [(f"{path}.{name}.{index}", item) for index, item in enumerate(below)]


def conditions_of(node: Any, path: str = "filter", depth: int = 1) -> Iterator[tuple[str, Tree]]:
    """Every condition with its path, those on related records included. Raises InvalidInput where it is too deep."""
    if depth > MAX_DEPTH:
        raise refuse(path, f"at most {MAX_DEPTH} levels deep, please.")
    name, below = branch_of(node, path)
    for under, item in below:
        yield from conditions_of(item, under, depth + 1)
    if not name and node:
        yield path, node
        if "related" in node and node.get("filter"):
            yield from conditions_of(node["filter"], f"{path}.filter", depth + 1)


def keys_used(node: Tree | None) -> set[str]:
    """What a filter asks about: field keys, `company.industry` for related ones, `deal.company` for `related`."""
    keys: set[str] = set()
    for _, leaf in _outer(node or {}):
        keys.update(str(leaf[name]) for name in ("field", "related") if name in leaf)
        if leaf.get("filter"):
            keys.update(f"{leaf['related']}.{key}" for key in keys_used(leaf["filter"]))
    return keys


def mentions(node: Tree | None, key: str) -> bool:
    """Whether the filter itself asks about this field."""
    return any(leaf.get("field") == key for _, leaf in _outer(node or {}))


def _outer(node: Tree, path: str = "filter") -> Iterator[tuple[str, Tree]]:
    """The conditions on the record itself."""
    name, below = branch_of(node, path)
    for under, item in below:
        yield from _outer(item, under)
    if not name and node:
        yield path, node
