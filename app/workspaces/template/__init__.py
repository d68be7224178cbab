"""What a new workspace starts with: roles, folders with their fields, one pipeline, views and service promises."""

from sqlmodel import Session

from app.core.ids import new_id
from app.workspaces.template.fields import FIELDS, FieldPlan
from app.workspaces.template.folders import FOLDERS, PROMISES, STAGES
from app.workspaces.template.roles import GRANTS, ROLES
from models import FieldDef, Folder, Pipeline, Role, RoleGrant, ServicePromise, Stage


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
        session.add_all(_field(folder, position, plan) for position, plan in enumerate(FIELDS[folder.kind]))
    for role, kind, rights in GRANTS:
        grant = RoleGrant(role_id=roles[role].id, folder_id=folders[kind].id, workspace_id=workspace_id, rights=rights)
        session.add(grant)
    session.add_all(ServicePromise(workspace_id=workspace_id, **promise) for promise in PROMISES)
    _add_pipeline(session, folders["deal"])
    session.flush()
    return roles


def _field(folder: Folder, position: int, plan: FieldPlan) -> FieldDef:
    return FieldDef(
        id=new_id(), workspace_id=folder.workspace_id, folder_id=folder.id, position=position, **plan.columns()
    )


def _add_pipeline(session: Session, folder: Folder) -> None:
    pipeline = Pipeline(id=new_id(), workspace_id=folder.workspace_id, folder_id=folder.id, name="Sales", position=0)
    session.add(pipeline)
    session.flush()
    for position, plan in enumerate(STAGES):
        stage = Stage(
            id=new_id(), workspace_id=folder.workspace_id, pipeline_id=pipeline.id, position=position, **plan.columns()
        )
        session.add(stage)
