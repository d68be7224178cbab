"""Folders: what a workspace keeps records of. Whoever may configure adds, names, orders and puts aside."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.ids import new_id
from app.core.locks import hold
from app.records.configuring import plain_name, tell
from app.records.duplicates.policy import checked_policy
from app.workspaces.access import Viewer, require_power
from app.workspaces.seats import refresh_access
from app.workspaces.template import add_fields, add_pipeline
from app.workspaces.template.fields import FIELDS
from models import Folder

MAX_FOLDERS = 100
KINDS = tuple(FIELDS)
NEEDED = ("company", "contact", "deal")
"""Kinds of which mail and cards always need one folder."""


class FolderChanges(TypedDict, total=False):
    """What may change of a folder: the plural that people read, one of them, and what a likely duplicate meets."""

    name: str
    singular: str
    duplicates: Mapping[str, str]


def create_folder(
    session: Session, *, viewer: Viewer, name: str, kind: str = "custom", singular: str | None = None
) -> Folder:
    """A folder after the others, with the fields of its kind; one of deals with a pipeline.

    Raises Forbidden without the power `config`, InvalidInput, and Conflict beyond MAX_FOLDERS.
    """
    others = _folders_to_change(session, viewer)
    if kind not in KINDS:
        raise InvalidInput(f"kind: choose one of {', '.join(KINDS)}.", field="kind")
    if len(others) >= MAX_FOLDERS:
        raise Conflict(f"A workspace has at most {MAX_FOLDERS} folders, archived ones included.")
    plain = plain_name(name, taken=[folder.name for folder in others])
    folder = Folder(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        kind=kind,
        name=plain,
        singular=plain_name(singular or plain, taken=(), field="singular"),
        position=1 + max((folder.position for folder in others), default=-1),
    )
    session.add(folder)
    session.flush()
    add_fields(session, folder)
    if kind == "deal":
        add_pipeline(session, folder)
    tell(session, viewer, "folder.created", folder, {"name": folder.name, "kind": kind})
    refresh_access(session, workspace_id=folder.workspace_id)
    return folder


def change_folder(session: Session, *, viewer: Viewer, folder_id: str, changes: FolderChanges) -> Folder:
    """Rename a folder, everywhere it is named; ids and keys stay. Raises Forbidden, NotFound, InvalidInput.

    Of `duplicates` (see `app.records.duplicates.policy`), sources that are left out stay as they are.
    """
    others = _folders_to_change(session, viewer)
    folder = _among(others, folder_id)
    wanted: dict[str, Any] = {}
    if "name" in changes:
        taken = [other.name for other in others if other.id != folder.id]
        wanted["name"] = plain_name(changes["name"], taken=taken)
    if "singular" in changes:
        wanted["singular"] = plain_name(changes["singular"], taken=(), field="singular")
    if "duplicates" in changes:
        wanted["duplicates"] = checked_policy({**folder.duplicates, **changes["duplicates"]})
    changed = {name: value for name, value in wanted.items() if getattr(folder, name) != value}
    if changed:
        folder.sqlmodel_update(changed)
        session.add(folder)
        tell(session, viewer, "folder.changed", folder, changed)
    return folder


def order_folders(session: Session, *, viewer: Viewer, folder_ids: Sequence[str]) -> list[Folder]:
    """Put the folders in this order. Raises InvalidInput unless each one that is not archived is named once."""
    folders = {folder.id: folder for folder in _folders_to_change(session, viewer) if folder.archived_at is None}
    if sorted(folder_ids) != sorted(folders):
        raise InvalidInput("order: name each folder once, without archived ones.", field="order")
    ordered = [folders[folder_id] for folder_id in folder_ids]
    for position, folder in enumerate(ordered):
        if folder.position != position:
            folder.position = position
            session.add(folder)
            tell(session, viewer, "folder.changed", folder, {"position": position})
    return ordered


def archive_folder(session: Session, *, viewer: Viewer, folder_id: str) -> Folder:
    """Put a folder aside with its records; nothing in it is lost. Raises Conflict for the last of a NEEDED kind."""
    others = _folders_to_change(session, viewer)
    folder = _among(others, folder_id)
    if folder.archived_at:
        return folder
    same = [other for other in others if other.kind == folder.kind and other.archived_at is None]
    if folder.kind in NEEDED and len(same) == 1:
        raise Conflict(f"{folder.name} is the only folder of its kind, and mail needs one: rename it instead.")
    folder.archived_at = utcnow()
    session.add(folder)
    tell(session, viewer, "folder.archived", folder, {"name": folder.name})
    return folder


def restore_folder(session: Session, *, viewer: Viewer, folder_id: str) -> Folder:
    """Bring an archived folder back, after the others."""
    others = _folders_to_change(session, viewer)
    folder = _among(others, folder_id)
    if folder.archived_at:
        folder.archived_at, folder.position = None, 1 + max(other.position for other in others)
        session.add(folder)
        tell(session, viewer, "folder.restored", folder, {"name": folder.name})
    return folder


def all_folders(session: Session, *, viewer: Viewer) -> Sequence[Folder]:
    """Every folder in order, archived ones at the end, for those who configure."""
    require_power(viewer, "config")
    here = select(Folder).where(col(Folder.workspace_id) == viewer.workspace_id)
    return session.scalars(here.order_by(col(Folder.archived_at).is_not(None), col(Folder.position))).all()


def _folders_to_change(session: Session, viewer: Viewer) -> Sequence[Folder]:
    """As they are now, kept from others until the transaction ends."""
    require_power(viewer, "config")
    hold(session, f"folders:{viewer.workspace_id}")
    here = select(Folder).where(col(Folder.workspace_id) == viewer.workspace_id)
    return session.scalars(here.execution_options(populate_existing=True)).all()


def _among(folders: Sequence[Folder], folder_id: str) -> Folder:
    for folder in folders:
        if folder.id == folder_id:
            return folder
    raise NotFound("This folder does not exist, or you have no access to it.")
