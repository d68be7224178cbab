"""Folders of a workspace and the fields of each."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import NotFound
from models import FieldDef, Folder


def folder_of_kind(session: Session, *, workspace_id: str, kind: str) -> Folder:
    """The first folder of this kind, by the workspace's own order."""
    query = (
        select(Folder)
        .where(col(Folder.workspace_id) == workspace_id, col(Folder.kind) == kind)
        .where(col(Folder.archived_at).is_(None))
        .order_by(col(Folder.position))
    )
    folder = session.scalars(query).first()
    if folder is None:
        raise NotFound(f"This workspace has no folder for a {kind}.")
    return folder


def fields_of(session: Session, *, folder_id: str) -> Sequence[FieldDef]:
    query = select(FieldDef).where(col(FieldDef.folder_id) == folder_id).order_by(col(FieldDef.position))
    return session.scalars(query).all()
