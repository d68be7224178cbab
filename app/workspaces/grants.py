"""What a role may do in one folder, and which fields it may not change or not even know of."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import InvalidInput, NotFound
from app.core.events import emit
from app.workspaces.access import Viewer, require_admin
from app.workspaces.rights import Rights
from app.workspaces.roles import checked_rights, role_to_change
from app.workspaces.seats import hold_access, refresh_access
from models import FieldDef, FieldGrant, Folder, RoleGrant

FIELD_ACCESS = ("read", "hidden")

UNHIDDEN_COLUMNS = frozenset({"name", "owner_id", "company_id", "stage_id", "status"})
"""What lists, cards and permission itself work with: a role may be kept from changing it, not from knowing it."""


@dataclass(frozen=True, slots=True)
class Grants:
    """All that is granted or barred in a workspace beyond the rights of its roles."""

    folders: Sequence[RoleGrant]
    fields: Sequence[FieldGrant]

    def folders_of(self, role_id: str) -> list[RoleGrant]:
        return [grant for grant in self.folders if grant.role_id == role_id]

    def fields_of(self, role_id: str) -> list[FieldGrant]:
        return [grant for grant in self.fields if grant.role_id == role_id]


def grants(session: Session, *, viewer: Viewer) -> Grants:
    folders = select(RoleGrant).where(col(RoleGrant.workspace_id) == viewer.workspace_id)
    fields = select(FieldGrant).where(col(FieldGrant.workspace_id) == viewer.workspace_id)
    return Grants(
        session.scalars(folders.order_by(col(RoleGrant.folder_id))).all(),
        session.scalars(fields.order_by(col(FieldGrant.field_id))).all(),
    )


def grant_folder(session: Session, *, viewer: Viewer, role_id: str, folder_id: str, rights: Rights) -> RoleGrant:
    """Make these the rights of a role in a folder; those not named come from the role."""
    _begin(session, viewer, role_id)
    folder = session.get(Folder, folder_id)
    if folder is None or folder.workspace_id != viewer.workspace_id:
        raise NotFound("This folder does not exist.")
    grant = session.get(RoleGrant, (role_id, folder_id)) or RoleGrant(
        role_id=role_id, folder_id=folder_id, workspace_id=viewer.workspace_id
    )
    grant.rights = checked_rights(rights)
    session.add(grant)
    _finish(session, viewer, role_id, {"folder_id": folder_id, "rights": grant.rights})
    return grant


def revoke_folder(session: Session, *, viewer: Viewer, role_id: str, folder_id: str) -> None:
    """Leave the folder to the role's own rights again."""
    _begin(session, viewer, role_id)
    grant = session.get(RoleGrant, (role_id, folder_id))
    if grant is None or grant.workspace_id != viewer.workspace_id:
        raise NotFound("This role has no rights of its own in this folder.")
    session.delete(grant)
    _finish(session, viewer, role_id, {"folder_id": folder_id, "rights": None})


def bar_field(session: Session, *, viewer: Viewer, role_id: str, field_id: str, access: str) -> FieldGrant:
    """Keep a role from changing a field (`read`), or from knowing of it (`hidden`), on every surface."""
    _begin(session, viewer, role_id)
    field = session.get(FieldDef, field_id)
    if field is None or field.workspace_id != viewer.workspace_id:
        raise NotFound("This field does not exist.")
    if access not in FIELD_ACCESS:
        raise InvalidInput(f"access: one of {', '.join(FIELD_ACCESS)}.", field="access")
    if access == "hidden" and field.column in UNHIDDEN_COLUMNS:
        raise InvalidInput(
            f"access: {field.name} cannot be hidden; `read` keeps it from being changed.", field="access"
        )
    grant = session.get(FieldGrant, (role_id, field_id)) or FieldGrant(
        role_id=role_id, field_id=field_id, workspace_id=viewer.workspace_id, access=access
    )
    grant.access = access
    session.add(grant)
    _finish(session, viewer, role_id, {"field_id": field_id, "access": access})
    return grant


def open_field(session: Session, *, viewer: Viewer, role_id: str, field_id: str) -> None:
    """Let a role read and change a field again."""
    _begin(session, viewer, role_id)
    grant = session.get(FieldGrant, (role_id, field_id))
    if grant is None or grant.workspace_id != viewer.workspace_id:
        raise NotFound("Nothing is barred to this role in this field.")
    session.delete(grant)
    _finish(session, viewer, role_id, {"field_id": field_id, "access": None})


def _begin(session: Session, viewer: Viewer, role_id: str) -> None:
    require_admin(viewer)
    hold_access(session, workspace_id=viewer.workspace_id)
    role_to_change(session, viewer=viewer, role_id=role_id)


def _finish(session: Session, viewer: Viewer, role_id: str, data: dict[str, object]) -> None:
    emit(
        session,
        "role.changed",
        workspace_id=viewer.workspace_id,
        subject_id=role_id,
        actor_id=viewer.member_id,
        data=data,
    )
    refresh_access(session, workspace_id=viewer.workspace_id)
