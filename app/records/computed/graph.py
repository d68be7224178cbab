"""Which computed fields of a workspace depend on what, and in which order they are worked out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.records.catalog import Catalog, session_catalog
from app.records.fields.elapsed import counts_from
from app.records.filters.related import Paths
from app.records.formulas import Names, Type, asks_the_time, check, names_for, parse, references_in
from app.records.formulas.tree import Node
from app.records.rollups import PRESENCE, RollUp, read_rollup
from models import FieldDef

COMPUTED = ("formula", "rollup")
Spot = tuple[str, str]
"""A field by its folder's id and its key."""
_GRAPH = "graph of computed fields"


@dataclass(frozen=True, slots=True)
class Computed:
    """A formula or roll-up and what it is worked out from; `broken` says why it cannot be.

    `own` are keys of the same record, `beyond` pairs of a reference's key and a key of the record it leads to.
    """

    field: FieldDef
    type: Type | None = None
    tree: Node | None = None
    rollup: RollUp | None = None
    own: frozenset[str] = frozenset()
    beyond: frozenset[Spot] = frozenset()
    by_itself: bool = False
    broken: InvalidInput | None = None

    @property
    def spot(self) -> Spot:
        return self.field.folder_id, self.field.key


@dataclass(frozen=True, slots=True)
class Graph:
    """The computed fields of a workspace, each after those it depends on. `names` are by folder."""

    nodes: tuple[Computed, ...] = ()
    names: Mapping[str, Names] = field(default_factory=dict)
    targets: Mapping[Spot, frozenset[str]] = field(default_factory=dict)
    """The ids of the folders that a reference leads to, by the reference's own folder and key."""
    keys: frozenset[str] = PRESENCE
    """Every key, of whatever folder, that a computed field is worked out from."""


def graph_of(session: Session, *, workspace_id: str) -> Graph:
    """Kept with the catalog. Raises InvalidInput naming the fields when some depend on themselves."""
    catalog = session_catalog(session, workspace_id=workspace_id)
    return catalog.derived(_GRAPH, lambda: _read(session, catalog, workspace_id))


def sources_of(node: Computed, graph: Graph) -> Iterator[Spot]:
    """The fields that a node is worked out from, wherever they are."""
    folder_id = node.field.folder_id
    yield from ((folder_id, key) for key in node.own)
    for reference, key in node.beyond:
        yield from ((target, key) for target in graph.targets.get((folder_id, reference), ()))
    if node.rollup:
        for schema, _, _ in node.rollup.sources:
            yield from ((schema.folder.id, key) for key in node.rollup.keys)


def _read(session: Session, catalog: Catalog, workspace_id: str) -> Graph:
    folders = [folder for folder in catalog.folders.values() if folder.archived_at is None]
    fields = [one for folder in folders for one in catalog.fields.get(folder.id, ()) if one.type in COMPUTED]
    if not fields:
        return Graph()
    paths = Paths(session, workspace_id=workspace_id, viewer=None)
    ids = {one.folder_id for one in fields}
    names = {id: names_for(session, folder=catalog.folders[id], paths=paths) for id in ids}
    nodes = [_node(session, one, names[one.folder_id], paths) for one in fields]
    graph = Graph(tuple(nodes), names, _targets(names, paths))
    keys = {key for node in nodes for _, key in sources_of(node, graph)}
    return Graph(_in_order(graph), graph.names, graph.targets, PRESENCE | keys)


def _node(session: Session, field: FieldDef, names: Names, paths: Paths) -> Computed:
    try:
        if field.type == "rollup":
            rollup = read_rollup(session, folder=names.folder, options=field.options, paths=paths)
            return Computed(field, rollup.type, rollup=rollup, by_itself=rollup.changes_by_itself)
        return _formula(field, names)
    except InvalidInput as error:
        return Computed(field, broken=error)


def _formula(field: FieldDef, names: Names) -> Computed:
    source = str(field.options.get("formula", ""))
    tree = parse(source)
    type = check(tree, source, names.type_of)
    own: set[str] = set()
    beyond: set[Spot] = set()
    grows = asks_the_time(tree)
    for reference in references_in(tree):
        first, *rest = names.fields_of(reference)
        own.add(first.key)
        last = rest[0] if rest else first
        needed = counts_from(last) or (last.key,)
        grows = grows or bool(counts_from(last))
        if rest:
            beyond.update((first.key, key) for key in needed)
        else:
            own.update(needed)
        if first.type == "record" and not rest:
            beyond.add((first.key, "name"))
    return Computed(field, type, tree, own=frozenset(own), beyond=frozenset(beyond), by_itself=grows)


def _targets(names: Mapping[str, Names], paths: Paths) -> dict[Spot, frozenset[str]]:
    return {
        (folder_id, key): frozenset(schema.folder.id for schema in paths.targets(known.own[key]))
        for folder_id, known in names.items()
        for key in known.beyond
    }


def _in_order(graph: Graph) -> tuple[Computed, ...]:
    by_spot = {node.spot: node for node in graph.nodes}
    needs = {node.spot: {spot for spot in sources_of(node, graph) if spot in by_spot} for node in graph.nodes}
    try:
        return tuple(by_spot[spot] for spot in TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle = " → ".join(by_spot[spot].field.name for spot in reversed(error.args[1]))
        raise InvalidInput(f"formula: these fields go round in a circle: {circle}.", field="formula") from None
