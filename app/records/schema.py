"""A folder and its fields as a member may know them: what is hidden from them is not there."""

from dataclasses import dataclass
from typing import Protocol

from sqlmodel import Session

from app.core.errors import Forbidden, InvalidInput, NotFound
from app.records.catalog import Catalog, session_catalog
from app.workspaces.access import Viewer
from models import FieldDef, Folder


@dataclass(frozen=True, slots=True)
class Schema:
    """`locked` are keys of fields that the viewer may read but not change."""

    folder: Folder
    fields: tuple[FieldDef, ...]
    locked: frozenset[str] = frozenset()

    def field(self, key: str) -> FieldDef:
        """Raises InvalidInput when there is none, or none that the viewer may know of."""
        for field in self.fields:
            if field.key == key:
                return field
        raise InvalidInput(f"{key}: {self.folder.name} have no such field.", field=key)

    def has(self, key: str) -> bool:
        return any(field.key == key for field in self.fields)

    def writable(self, key: str) -> FieldDef:
        """A field that the viewer may fill in. Raises InvalidInput or Forbidden."""
        field = self.field(key)
        if field.computed:
            raise InvalidInput(f"{field.name}: Sidenote works this out itself.", field=key)
        if key in self.locked:
            raise Forbidden(f"{field.name}: your role may read this, but not change it.", field=key)
        return field


class InFolder(Protocol):
    @property
    def workspace_id(self) -> str: ...

    @property
    def folder_id(self) -> str: ...


def folder_seen(session: Session, *, viewer: Viewer, folder_id: str) -> Folder:
    """A folder of the viewer's workspace; NotFound where their roles reach none of its records."""
    folder = session_catalog(session, workspace_id=viewer.workspace_id).folders.get(folder_id)
    if folder is None or not _is_known(viewer, folder):
        raise NotFound("This folder does not exist, or you have no access to it.")
    return folder


def folders_seen(session: Session, *, viewer: Viewer) -> list[Folder]:
    """The folders that the viewer may read, in the workspace's order; without archived ones."""
    here = session_catalog(session, workspace_id=viewer.workspace_id).folders.values()
    return [folder for folder in here if not folder.archived_at and _is_known(viewer, folder)]


def folder_of(session: Session, inhabitant: InFolder) -> Folder:
    """The folder of a record, a field, a pipeline, a view."""
    return session_catalog(session, workspace_id=inhabitant.workspace_id).folders[inhabitant.folder_id]


def folder_of_kind(session: Session, *, workspace_id: str, kind: str) -> Folder:
    """The first folder of this kind, by the workspace's own order."""
    folder = session_catalog(session, workspace_id=workspace_id).folder_of(kind)
    if folder is None:
        raise NotFound(f"This workspace has no folder for a {kind}.")
    return folder


def schema_of(session: Session, *, folder: Folder, viewer: Viewer | None = None) -> Schema:
    """The folder's fields in order, to be read only. Without a viewer, for rules and reckoning: all of them."""
    if viewer is None:
        every = session_catalog(session, workspace_id=folder.workspace_id).fields
        return Schema(folder, every.get(folder.id, ()))
    return schema_seen(session_catalog(session, workspace_id=viewer.workspace_id), viewer=viewer, folder=folder)


def schema_seen(catalog: Catalog, *, viewer: Viewer, folder: Folder) -> Schema:
    """The folder's fields in order, as far as the viewer may know of them."""
    fields = catalog.fields.get(folder.id, ())
    if viewer.is_admin:
        return Schema(folder, fields)
    seen = tuple(field for field in fields if not viewer.access.hides(folder.id, field.key))
    return Schema(folder, seen, frozenset(viewer.access.locked.get(folder.id, ())))


def _is_known(viewer: Viewer, folder: Folder) -> bool:
    return viewer.access.scope("read", folder.id) != "none" or viewer.access.scope("create", folder.id) != "none"
