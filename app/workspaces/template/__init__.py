"""What a new workspace starts with: roles, folders with their fields, one pipeline, views and service promises."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from app.core.clock import utcnow
from app.core.ids import new_id
from app.workspaces.template.fields import FIELDS
from app.workspaces.template.folders import FOLDERS, PROMISES, STAGES
from app.workspaces.template.roles import GRANTS, ROLES
from app.workspaces.template.views import VIEWS
from models import FieldDef, Folder, Pipeline, Role, RoleGrant, ServicePromise, Stage, View


def lay_out(session: Session, workspace_id: str) -> dict[str, Role]:
    """Write the defaults of a workspace that has none; returns its roles by name."""
    roles = {plan.name: Role(id=new_id(), workspace_id=workspace_id, **plan.columns()) for plan in ROLES}
    folders = {
        kind: Folder(id=new_id(), workspace_id=workspace_id, kind=kind, name=name, singular=one, position=position)
        for position, (kind, name, one) in enumerate(FOLDERS)
    }
    session.add_all([*roles.values(), *folders.values()])
    session.flush()
    for folder in folders.values():
        add_fields(session, folder)
    for role, kind, rights in GRANTS:
        grant = RoleGrant(role_id=roles[role].id, folder_id=folders[kind].id, workspace_id=workspace_id, rights=rights)
        session.add(grant)
    session.add_all(ServicePromise(workspace_id=workspace_id, **promise) for promise in PROMISES)
    add_pipeline(session, folders["deal"])
    _add_views(session, folders)
    session.flush()
    return roles


def add_fields(session: Session, folder: Folder) -> None:
    """Give a new folder the fields of its kind."""
    for position, plan in enumerate(FIELDS[folder.kind]):
        place: dict[str, Any] = {"workspace_id": folder.workspace_id, "folder_id": folder.id}
        session.add(FieldDef(id=new_id(), position=position, **place, **plan.columns()))


def add_pipeline(session: Session, folder: Folder) -> None:
    """Give a folder its first pipeline."""
    pipeline = Pipeline(id=new_id(), workspace_id=folder.workspace_id, folder_id=folder.id, name="Sales", position=0)
    session.add(pipeline)
    session.flush()
    for position, plan in enumerate(STAGES):
        stage = Stage(
            id=new_id(), workspace_id=folder.workspace_id, pipeline_id=pipeline.id, position=position, **plan.columns()
        )
        session.add(stage)


def _add_views(session: Session, folders: Mapping[str, Folder]) -> None:
    for position, plan in enumerate(VIEWS):
        folder = folders[plan.kind]
        view = View(
            id=new_id(),
            workspace_id=folder.workspace_id,
            folder_id=folder.id,
            position=position,
            created_at=utcnow(),
            **plan.columns(),
        )
        session.add(view)
