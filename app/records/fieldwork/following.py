"""What follows from every change of a field."""

from sqlmodel import Session

from app.core.locks import hold
from app.records.computed.saving import field_saved
from app.records.schema import folder_of
from app.records.sql_views import rebuild
from app.workspaces.access import Viewer
from models import FieldDef


def hold_fields(session: Session, viewer: Viewer) -> None:
    """One change of fields at a time in a workspace."""
    hold(session, f"fields:{viewer.workspace_id}")


def settle(session: Session, *, field: FieldDef) -> None:
    """Bring computed fields and SQL views in line with a field that was made, changed or archived."""
    session.add(field)
    session.flush()
    field_saved(session, field=field)
    rebuild(session, kind=folder_of(session, field).kind)
