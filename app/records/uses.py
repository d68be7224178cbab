"""Which fields a saved view or segment stands on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.records.fields import value_type
from app.records.filters import keys_used
from app.records.filters.pseudo import PSEUDO
from app.records.filters.related import Paths, is_reference
from app.records.schema import Schema, schema_of
from app.workspaces.access import Viewer
from models import FieldDef, Folder, Segment, View


@dataclass(frozen=True, slots=True)
class Use:
    """A view or segment (`kind`) that would suffer without a field."""

    kind: str
    id: str
    name: str


def uses_of_field(session: Session, field: FieldDef) -> list[Use]:
    """The views and segments of the workspace, whoever's they are, in which this field has a part."""
    paths = Paths(session, workspace_id=field.workspace_id, viewer=None)
    found = []
    for kind, saved, keys in _saved(session, field.workspace_id):
        schema = paths.schema(session.get_one(Folder, saved.folder_id))
        if any(field.id == one.id for key in keys for one in fields_behind(paths, schema, key) or ()):
            found.append(Use(kind, saved.id, saved.name))
    return found


def fields_behind(paths: Paths, schema: Schema, key: str) -> list[FieldDef] | None:
    """The fields that a column, a sort key or a key of a filter leads through; None when it leads nowhere."""
    head, *rest = key.removeprefix("-").split(".")
    if schema.has(head):
        field = schema.field(head)
        if not rest or value_type(field).family == "address":
            return [field]
        return _through(field, paths.targets(field), rest[0]) if is_reference(field) else None
    if head in PSEUDO:
        return []
    for source in paths.sources(head) if rest else ():
        if source.has(rest[0]) and paths.leads_here(source.field(rest[0]), schema):
            field = source.field(rest[0])
            return _through(field, [source], rest[1]) if len(rest) > 1 else [field]
    return None


def asks_only_known(session: Session, *, viewer: Viewer, schema: Schema, keys: Iterable[str]) -> bool:
    """Whether the viewer may know of every field here. One that is archived hides from nobody."""
    mine = Paths(session, workspace_id=viewer.workspace_id, viewer=viewer)
    unknown = [key for key in keys if fields_behind(mine, schema, key) is None]
    if not unknown:
        return True
    everything = Paths(session, workspace_id=viewer.workspace_id, viewer=None)
    whole = schema_of(session, folder=schema.folder)
    return all(fields_behind(everything, whole, key) is None for key in unknown)


def keys_of_view(view: View) -> set[str]:
    """What decides over which records a view shows, and in what order."""
    return {*keys_used(view.filter), *view.sort, *([view.group_by] if view.group_by else ())}


def _through(field: FieldDef, ends: Iterable[Schema], key: str) -> list[FieldDef] | None:
    found = [schema.field(key) for schema in ends if schema.has(key)]
    return [field, *found] if found or key in PSEUDO else None


def _saved(session: Session, workspace_id: str) -> Iterator[tuple[str, View | Segment, set[str]]]:
    for view in session.scalars(select(View).where(col(View.workspace_id) == workspace_id)):
        yield "view", view, keys_of_view(view) | set(view.columns)
    for segment in session.scalars(select(Segment).where(col(Segment.workspace_id) == workspace_id)):
        yield "segment", segment, keys_used(segment.filter)
