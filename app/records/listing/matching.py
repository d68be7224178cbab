"""Which records a list shows."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col

from app.records.filters import compile_filter, mentions
from app.records.filters.tree import Tree
from app.records.schema import Schema
from app.workspaces.access import Viewer, visible
from models import Record


def matching(
    session: Session, *, viewer: Viewer, schema: Schema, filter: Tree | None, now: datetime | None = None
) -> ColumnElement[bool]:
    """The records of the folder that the viewer may see and that match; archived ones only if the filter asks for them.

    Raises InvalidInput for a filter that is wrong.
    """
    wanted = compile_filter(session, filter, schema=schema, viewer=viewer, now=now)
    here = and_(col(Record.folder_id) == schema.folder.id, visible(viewer), wanted)
    return here if mentions(filter, "archived") else and_(here, col(Record.archived_at).is_(None))
