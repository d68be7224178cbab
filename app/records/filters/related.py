"""Which folders a reference leads to, and how SQL joins the records at its two ends."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlmodel import Session, col

from app.records.catalog import session_catalog
from app.records.fields import type_of
from app.records.fields.stored import value_of
from app.records.relations import leads_to
from app.records.schema import Schema, folders_seen, schema_of
from app.workspaces.access import Viewer
from models import FieldDef, Folder, RecordLink


class Paths:
    """The folders and fields around a filter, as its viewer may know them; each is read once."""

    def __init__(self, session: Session, *, workspace_id: str, viewer: Viewer | None) -> None:
        self._session, self._workspace_id, self._viewer = session, workspace_id, viewer
        self._schemas: dict[str, Schema] = {}
        self._folders: list[Folder] | None = None

    def targets(self, field: FieldDef) -> list[Schema]:
        """The folders that a reference may lead to."""
        wanted = field.options.get("folder"), field.options.get("kind")
        return [self.schema(folder) for folder in self._all() if folder.id == wanted[0] or folder.kind == wanted[1]]

    def sources(self, name: str) -> list[Schema]:
        """The folders of this kind, or the one with this id."""
        return [self.schema(folder) for folder in self._all() if name in (folder.id, folder.kind)]

    def leads_here(self, field: FieldDef, schema: Schema) -> bool:
        """Whether this is a reference that may lead to records of this folder."""
        return is_reference(field) and any(there.folder.id == schema.folder.id for there in self.targets(field))

    def _all(self) -> list[Folder]:
        if self._folders is None:
            self._folders = folders_seen(self._session, viewer=self._viewer) if self._viewer else self._every()
        return self._folders

    def _every(self) -> list[Folder]:
        here = session_catalog(self._session, workspace_id=self._workspace_id).folders.values()
        return [folder for folder in here if folder.archived_at is None]

    def schema(self, folder: Folder) -> Schema:
        """The folder and its fields."""
        if folder.id not in self._schemas:
            self._schemas[folder.id] = schema_of(self._session, folder=folder, viewer=self._viewer)
        return self._schemas[folder.id]


def is_reference(field: FieldDef) -> bool:
    return type_of(field).family in ("record", "records")


def linked(field: FieldDef, record: Any, other: Any) -> ColumnElement[bool]:
    """The condition that this reference of `record` leads to `other`; both are the table or an alias."""
    if type_of(field).family == "record":
        return and_(other.id == value_of(field, record), leads_to(field, other))
    here, there = col(RecordLink.from_id), col(RecordLink.to_id)
    if field.options.get("inverse"):
        here, there = there, here
    label = col(RecordLink.label) == field.options["label"]
    return and_(other.id.in_(select(there).where(here == record.id, label).correlate(record)), leads_to(field, other))
