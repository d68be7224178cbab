"""Members of a workspace."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from app.workspaces.access import Viewer
from models import Member


def members(session: Session, *, viewer: Viewer) -> Sequence[Member]:
    query = select(Member).where(col(Member.workspace_id) == viewer.workspace_id).order_by(col(Member.name))
    return session.scalars(query).all()
