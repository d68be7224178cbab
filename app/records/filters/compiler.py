"""From a filter to SQL: the only place where one becomes the other."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, false, func, not_, or_, true
from sqlmodel import Session

from app.core.clock import utcnow
from app.records.filters.behaviours import compile_behaviour
from app.records.filters.conditions import condition
from app.records.filters.operands import Condition, Scope, operand_of, related
from app.records.filters.operators import operators_of
from app.records.filters.related import Paths, is_reference
from app.records.filters.tree import Tree, branch_of, check_tree, refuse
from app.records.filters.values import Values
from app.records.schema import Schema
from app.records.search.matching import matches
from app.workspaces.access import Viewer
from models import FieldDef, Record

MAX_COUNT = 1000
COUNTS = ("count_at_least", "count_at_most")


def compile_filter(
    session: Session,
    tree: Tree | None,
    *,
    schema: Schema,
    viewer: Viewer | None,
    now: datetime | None = None,
    record: Any = Record,
    path: str = "filter",
) -> Condition:
    """The condition on `record` (the table or an alias) that holds for records of the schema's folder that match.

    It says nothing about the folder or what may be seen: the caller's query does. Related records are only those
    that the viewer may see; without a viewer, for rules, they are all, and there is no `me`.
    Raises InvalidInput whose field is the place in the filter, such as `filter.and.2.value`.
    """
    check_tree(tree or {}, path)
    paths = Paths(session, workspace_id=schema.folder.workspace_id, viewer=viewer)
    scope = Scope(session, schema, viewer, now or utcnow(), record, paths)
    return _compile(scope, tree or {}, path)


def _compile(scope: Scope, node: Tree, path: str) -> Condition:
    name, below = branch_of(node, path)
    parts = [_compile(scope, item, under) for under, item in below]
    if name == "and":
        return and_(true(), *parts)
    if name == "or":
        return or_(false(), *parts)
    if name == "not":
        return not_(parts[0])
    return _condition(scope, node, path) if node else true()


def _condition(scope: Scope, leaf: Tree, path: str) -> Condition:
    for kind, compile in _KINDS.items():
        if kind in leaf:
            if not isinstance(leaf[kind], str):
                raise refuse(f"{path}.{kind}", "write a text.")
            return compile(scope, leaf, path)
    raise refuse(path, f"a condition has one of {', '.join(_KINDS)}; or use `and`, `or` and `not`.")


def _on_field(scope: Scope, leaf: Tree, path: str) -> Condition:
    _refuse_others(leaf, {"field", "op", "value"}, path)
    operand = operand_of(scope, leaf["field"], f"{path}.field")
    operators = operators_of(operand.field)
    operator = operators.get(leaf["op"]) if isinstance(leaf.get("op"), str) else None
    if operator is None:
        raise refuse(f"{path}.op", f"{operand.field.name} can be asked: {', '.join(operators)}.")
    values = Values(operand.field, viewer=scope.viewer, now=scope.now)
    return condition(operand, operator, values, leaf.get("value"), f"{path}.value")


def _on_behaviour(scope: Scope, leaf: Tree, path: str) -> Condition:
    return compile_behaviour(leaf, record=scope.record, now=scope.now, path=path)


def _on_text(scope: Scope, leaf: Tree, path: str) -> Condition:
    _refuse_others(leaf, {"text"}, path)
    workspace_id = scope.schema.folder.workspace_id
    return matches(
        scope.session, workspace_id=workspace_id, viewer=scope.viewer, text=leaf["text"], record=scope.record
    )


def _on_related(scope: Scope, leaf: Tree, path: str) -> Condition:
    """How many records stand at the other end of a reference: `company`, or `deal.company` for deals that lead here."""
    _refuse_others(leaf, {"related", "op", "value", "filter"}, path)
    op, count = leaf.get("op"), leaf.get("value")
    if op not in COUNTS:
        raise refuse(f"{path}.op", f"use one of {', '.join(COUNTS)}.")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MAX_COUNT:
        raise refuse(f"{path}.value", f"give a whole number from 0 to {MAX_COUNT}.")
    if not scope.may_hop:
        raise refuse(path, "a related record's own related records are out of reach.")
    found = [rows.correlate(scope.record) for rows in _related_rows(scope, leaf, path)]
    if op == "count_at_least" and count == 1:
        return or_(*map(exists, found))
    counts = [rows.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery() for rows in found]
    total: Any = sum(counts[1:], start=counts[0])
    enough: Condition = total >= count if op == "count_at_least" else total <= count
    return enough


def _related_rows(scope: Scope, leaf: Tree, path: str) -> list[Select[Any]]:
    found = []
    for field, there, outward in _ends(scope, leaf["related"]):
        start, end = (scope.record, there.record) if outward else (there.record, scope.record)
        rows = related(field, start=start, end=end, seen=there.record, viewer=scope.viewer)
        matching = _compile(there, leaf.get("filter") or {}, f"{path}.filter")
        found.append(rows.where(there.record.folder_id == there.schema.folder.id, matching))
    if not found:
        raise refuse(f"{path}.related", f"nothing here is related as {leaf['related'][:100]}.")
    return found


def _ends(scope: Scope, name: str) -> Iterator[tuple[FieldDef, Scope, bool]]:
    """The references that `name` stands for, the records at their other end, and whether they lead outward."""
    folder, _, key = name.rpartition(".")
    if not folder and scope.schema.has(key) and is_reference(scope.schema.field(key)):
        field = scope.schema.field(key)
        yield from ((field, scope.beyond(schema), True) for schema in scope.paths.targets(field))
    for schema in scope.paths.sources(folder) if folder else ():
        if schema.has(key) and scope.paths.leads_here(schema.field(key), scope.schema):
            yield schema.field(key), scope.beyond(schema), False


def _refuse_others(leaf: Tree, known: set[str], path: str) -> None:
    if unknown := set(leaf) - known:
        raise refuse(path, f"a condition of this kind has no `{min(unknown)[:100]}`.")


_KINDS: dict[str, Callable[[Scope, Tree, str], Condition]] = {
    "field": _on_field,
    "behaviour": _on_behaviour,
    "related": _on_related,
    "text": _on_text,
}
