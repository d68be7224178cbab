"""What people type is found by name."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from app.core.errors import NotFound
from app.records.schema import folders_seen
from app.workspaces.access import Viewer
from models import Folder


def folder_named(session: Session, viewer: Viewer, name: str) -> Folder:
    """The folder of this name among those that the viewer may see. Raises NotFound."""
    folder: Folder = named(folders_seen(session, viewer=viewer), name, "folder")
    return folder


def named(things: Sequence[Any], name: str, what: str) -> Any:
    """The one with this name, in whatever case, or this id. Raises NotFound, which names the others."""
    for thing in things:
        if name.casefold() in (thing.name.casefold(), thing.id):
            return thing
    known = ", ".join(thing.name for thing in things) or "none"
    raise NotFound(f"{what}: there is no {name}. There are: {known}.", field=what)
