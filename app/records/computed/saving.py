"""Fields that are made, changed or archived, and the computed fields that this concerns."""

from typing import Any

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.records.computed.folders import recalculate_field
from app.records.computed.graph import Computed, Graph, Spot, graph_of, sources_of
from app.records.filters import keys_used
from app.records.formulas import names_for, parse, references_in, understood
from app.records.schema import folder_of
from models import FieldDef


def field_saved(session: Session, *, field: FieldDef) -> None:
    """Call after a field was made, changed or archived, within the same transaction.

    Of a formula, what people wrote becomes what is stored; `options["result"]` is worked out, and so are the values,
    of this field and of those that depend on it. Raises InvalidInput (FormulaError, for what is wrong with the
    formula) when it cannot be, when fields would go round in a circle, or when another computed field needs this one
    as it was.
    """
    if field.type == "formula" and field.archived_at is None:
        names = names_for(session, folder=folder_of(session, field))
        stored, _ = understood(str(field.options.get("formula", "")), names)
        field.options = {**field.options, "formula": stored}
    session.add(field)
    session.flush()
    graph = graph_of(session, workspace_id=field.workspace_id)
    for node in graph.nodes:
        if node.broken and node.field.id == field.id:
            raise node.broken
    changed = _settle(session, graph, field)
    for one in changed:
        recalculate_field(session, field=one)


def _settle(session: Session, graph: Graph, field: FieldDef) -> list[FieldDef]:
    """Give this field, and those that depend on it, the types of their results; returns those to be worked out."""
    touched: set[Spot] = {(field.folder_id, field.key)}
    changed = []
    for node in graph.nodes:
        is_it = node.field.id == field.id
        if node.broken and _names(node.field, field.key):
            raise InvalidInput(f"{field.name}: {node.field.name} needs it as it was. {node.broken}", field="field")
        if is_it or not touched.isdisjoint(sources_of(node, graph)):
            stored = session.get_one(FieldDef, node.field.id)
            before, stored.options = stored.options, _with_result(node, graph)
            if is_it or stored.options != before:
                touched.add(node.spot)
                changed.append(stored)
    session.flush()
    return changed


def _with_result(node: Computed, graph: Graph) -> dict[str, Any]:
    """The options with the type of the result; its currency, where that is not the workspace's."""
    plain = {name: value for name, value in node.field.options.items() if name not in ("result", "currency")}
    if node.type is None:
        return plain
    foreign = node.type.currency not in ("", graph.names[node.field.folder_id].currency)
    return {**plain, "result": node.type.name, **({"currency": node.type.currency} if foreign else {})}


def _names(computed: FieldDef, key: str) -> bool:
    """Whether a computed field is worked out from some field of this key."""
    options = computed.options
    if computed.type == "rollup":
        asked = {part for one in keys_used(options.get("filter")) for part in one.split(".")}
        return key in {*str(options.get("of", "")).split("."), options.get("field"), *asked}
    return any(key in reference.path for reference in references_in(parse(str(options.get("formula", "")))))
