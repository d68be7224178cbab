"""What a workspace is made of: its folders, fields, pipelines, stages, cards and members, kept in each process.

A kept copy is never stale. Who uses it has read, in the same transaction, the version that the workspace is at
(`Viewer.catalog_version`), and every transaction that changes one of these counts that up. Changes therefore go
through the object mapper, never past it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import bindparam, event, select, update
from sqlalchemy.orm import InstanceState, Session, SessionTransaction
from sqlmodel import SQLModel, col

from app.core.hot import HotQuery, Reader, reader_of
from models import CardLayout, FieldDef, Folder, Member, Pipeline, Stage, Workspace

MOST_KEPT = 256
"""Workspaces of which a process keeps the catalog."""
Derived = TypeVar("Derived")


@dataclass(frozen=True, slots=True)
class Catalog:
    """To be read only. Folders, pipelines and stages are in the workspace's order, archived ones among them.

    `fields` are those of each folder that are in use; one of money tells its currency, which may be the workspace's.
    `retired` are the keys of the others. `layouts` are the fields of cards by folder and role.
    """

    currency: str

    folders: dict[str, Folder]
    fields: dict[str, tuple[FieldDef, ...]]
    retired: dict[str, frozenset[str]]
    pipelines: dict[str, Pipeline]
    stages: dict[str, Stage]
    members: dict[str, Member]
    layouts: dict[tuple[str, str | None], list[str]]
    _derived: dict[str, Any] = field(default_factory=dict)

    def derived(self, name: str, make: Callable[[], Derived]) -> Derived:
        """What `make` works out from this catalog alone, kept with it under a name."""
        if name not in self._derived:
            self._derived[name] = make()
        found: Derived = self._derived[name]
        return found

    def folder_of(self, kind: str) -> Folder | None:
        """The first folder of a kind that is in use."""
        return next((one for one in self.folders.values() if one.kind == kind and not one.archived_at), None)

    def stages_in(self, pipeline_id: str) -> list[Stage]:
        """The stages in use of a pipeline, in order."""
        return [one for one in self.stages.values() if one.pipeline_id == pipeline_id and not one.archived_at]


def catalog_of(reader: Reader, *, workspace_id: str, version: int) -> Catalog:
    """The catalog at this version; seven statements when the process has not got it yet."""
    key = (workspace_id, version)
    with _lock:
        if kept := _kept.get(key):
            _kept.move_to_end(key)
            return kept
    read = _read(reader, workspace_id)
    with _lock:
        _kept[key] = read
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return read


def session_catalog(session: Session, *, workspace_id: str) -> Catalog:
    """The catalog as this transaction sees it: one statement tells its version, unless `know_version` has.

    Once the transaction has changed something itself, it is read anew, and kept from everybody else.
    """
    if any(isinstance(one, _KEPT) for one in (*session.new, *session.deleted, *session.dirty)):
        session.flush()
    here = _state(session)
    if workspace_id not in here.catalogs:
        reader = reader_of(session)
        if workspace_id in here.changed:
            here.catalogs[workspace_id] = _read(reader, workspace_id)
        else:
            version = here.versions.get(workspace_id) or _VERSION(reader, workspace=workspace_id)[0][0]
            here.catalogs[workspace_id] = catalog_of(reader, workspace_id=workspace_id, version=version)
    return here.catalogs[workspace_id]


def know_version(session: Session, *, workspace_id: str, version: int) -> None:
    """Tell the version of a catalog that was read within the present transaction."""
    _state(session).versions[workspace_id] = version


@dataclass(slots=True)
class _State:
    """What a transaction knows of catalogs, by workspace; `counted` are those whose version it has counted up."""

    catalogs: dict[str, Catalog] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)


_STATE = "what the transaction knows of catalogs"
_kept: OrderedDict[tuple[str, int], Catalog] = OrderedDict()
_lock = Lock()


def _state(session: Session) -> _State:
    state: _State = session.info.setdefault(_STATE, _State())
    return state


def _read(reader: Reader, workspace_id: str) -> Catalog:
    ((currency,),) = _CURRENCY(reader, workspace=workspace_id) or [("EUR",)]
    fields: dict[str, list[FieldDef]] = {}
    retired: dict[str, set[str]] = {}
    for one in _objects(reader, FieldDef, workspace_id):
        if one.archived_at is None:
            fields.setdefault(one.folder_id, []).append(one)
        else:
            retired.setdefault(one.folder_id, set()).add(one.key)
        if one.type == "currency":
            one.options = {"currency": currency, **one.options}
    return Catalog(
        currency=currency,
        folders=_by_id(_objects(reader, Folder, workspace_id)),
        fields={folder_id: tuple(found) for folder_id, found in fields.items()},
        retired={folder_id: frozenset(keys) for folder_id, keys in retired.items()},
        pipelines=_by_id(_objects(reader, Pipeline, workspace_id)),
        stages=_by_id(_objects(reader, Stage, workspace_id)),
        members=_by_id(_objects(reader, Member, workspace_id)),
        layouts={(one.folder_id, one.role_id): one.fields for one in _objects(reader, CardLayout, workspace_id)},
    )


def _objects(reader: Reader, model: type[Any], workspace_id: str) -> list[Any]:
    names, query = _QUERIES[model]
    return [model(**dict(zip(names, row, strict=True))) for row in query(reader, workspace=workspace_id)]


def _by_id(objects: Iterable[Any]) -> dict[str, Any]:
    return {one.id: one for one in objects}


def _query(model: type[SQLModel], *order: str) -> tuple[list[str], HotQuery]:
    table: Any = model.__table__  # type: ignore[attr-defined]
    columns = [column for column in table.c if column.name not in _UNKEPT.get(model, ())]
    here = select(*columns).where(table.c.workspace_id == bindparam("workspace"))
    return [column.key for column in columns], HotQuery(here.order_by(*(table.c[name] for name in order)))


_UNKEPT: dict[type[SQLModel], tuple[str, ...]] = {Member: ("access",)}
"""Changes often, and is nobody else's business."""
_QUERIES: dict[Any, tuple[list[str], HotQuery]] = {
    Folder: _query(Folder, "position", "id"),
    FieldDef: _query(FieldDef, "position", "id"),
    Pipeline: _query(Pipeline, "position", "id"),
    Stage: _query(Stage, "position", "id"),
    Member: _query(Member, "name", "id"),
    CardLayout: _query(CardLayout, "id"),
}
_KEPT = (Workspace, *_QUERIES)
_currency: Any = select(col(Workspace.currency)).where(col(Workspace.id) == bindparam("workspace"))
_CURRENCY = HotQuery(_currency)
_version: Any = select(col(Workspace.catalog_version)).where(col(Workspace.id) == bindparam("workspace"))
_VERSION = HotQuery(_version)


@event.listens_for(Session, "before_flush")
def _count_changes(session: Session, _context: object, _instances: object) -> None:
    """Count up the version of the workspaces whose catalog is about to be written: once in a transaction."""
    touched = [*session.new, *session.deleted, *(one for one in session.dirty if session.is_modified(one))]
    changed = {one.workspace_id for one in touched if type(one) in _QUERIES and _is_kept(one)}
    changed |= {one.id for one in touched if isinstance(one, Workspace) and one in session.dirty}
    if not changed:
        return
    here = _state(session)
    here.changed |= changed
    for workspace_id in sorted(changed):
        here.catalogs.pop(workspace_id, None)
        if workspace_id not in here.counted:
            count = update(Workspace).where(col(Workspace.id) == workspace_id)
            count = count.values(catalog_version=col(Workspace.catalog_version) + 1)
            session.execute(count.execution_options(synchronize_session=False))
            here.counted.add(workspace_id)


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    """With a transaction ends all that it knew. A savepoint may have taken a count back with it: count again."""
    if transaction.parent is None:
        session.info.pop(_STATE, None)
    elif transaction.nested and _STATE in session.info:
        here = _state(session)
        here.counted.clear()
        here.catalogs.clear()


def _is_kept(changed: SQLModel) -> bool:
    """Whether the change is of something that catalogs keep."""
    state: InstanceState[Any] = changed._sa_instance_state  # type: ignore[attr-defined]
    if not state.persistent or (state.session and changed in state.session.deleted):
        return True
    unkept = _UNKEPT.get(type(changed), ())
    return any(attribute.history.has_changes() for attribute in state.attrs if attribute.key not in unkept)
