"""`/api/v1/roles`: what a workspace lets its members do."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from app.api.access_shape import (
    RIGHTS,
    Barred,
    FieldGrantOut,
    FolderGrantOut,
    Power,
    Right,
    RoleOut,
    Scope,
    role_out,
)
from app.api.caller import Asked, Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, Page, refusals
from app.workspaces import grants, roles
from app.workspaces.roles import RoleChanges
from models import Role

RoleId = Annotated[str, Path(examples=[EXAMPLE_ID])]
FolderId = Annotated[str, Path(examples=[EXAMPLE_ID])]
FieldId = Annotated[str, Path(examples=[EXAMPLE_ID])]


class NewRole(Body):
    """Rights that are not named are `none`."""

    name: str = Field(examples=["Intern"], min_length=1, max_length=100)
    rights: dict[Right, Scope] = Field(default={}, examples=[RIGHTS])
    powers: list[Power] = Field(default=[], examples=[["views"]], max_length=4)


class RoleEdit(Body):
    """What to change. `is_default: true` takes the mark from the role that had it."""

    name: str | None = Field(default=None, examples=["Intern"], min_length=1, max_length=100)
    rights: dict[Right, Scope] | None = Field(default=None, examples=[{"edit": "team"}])
    powers: list[Power] | None = Field(default=None, examples=[["views"]], max_length=4)
    is_default: bool | None = Field(default=None, examples=[True])


class FolderGrantIn(Body):
    rights: dict[Right, Scope] = Field(examples=[{"read": "all", "edit": "team"}])


class FieldGrantIn(Body):
    access: Barred = Field(examples=["hidden"])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/roles", tags=["roles"])
    _add_roles(routes)
    _add_grants(routes)
    return routes


def _add_roles(routes: APIRouter) -> None:
    @routes.get("", operation_id="list_roles", responses=refusals())
    def list_roles(caller: Called) -> Page[RoleOut]:
        """The roles of the workspace by name, with their grants."""
        with caller.read() as asked:
            granted = grants.grants(asked.session, viewer=asked.viewer)
            holders = roles.count_holders(asked.session, viewer=asked.viewer)
            found = roles.roles(asked.session, viewer=asked.viewer)
            return Page(items=[role_out(role, granted, holders) for role in found])

    @routes.post("", operation_id="create_role", status_code=201, responses=refusals(403, 409))
    def create_role(caller: Called, body: NewRole) -> RoleOut:
        """Make a role. Admins only."""
        with caller.write() as asked:
            values = {"name": body.name, "rights": dict(body.rights), "powers": list(body.powers)}
            return _shown(asked, roles.create_role(asked.session, viewer=asked.viewer, **values))  # type: ignore[arg-type]

    @routes.get("/{role_id}", operation_id="get_role", responses=refusals(404))
    def get_role(caller: Called, role_id: RoleId) -> RoleOut:
        """One role."""
        with caller.read() as asked:
            return _shown(asked, roles.get_role(asked.session, viewer=asked.viewer, role_id=role_id))

    @routes.patch("/{role_id}", operation_id="update_role", responses=refusals(403, 404, 409))
    def update_role(caller: Called, role_id: RoleId, body: RoleEdit) -> RoleOut:
        """Change a role; it holds from the next request of its holders on. The Admin role stays as it is."""
        changes: RoleChanges = body.model_dump(exclude_none=True)  # type: ignore[assignment]
        with caller.write() as asked:
            role = roles.change_role(asked.session, viewer=asked.viewer, role_id=role_id, changes=changes)
            return _shown(asked, role)

    @routes.delete("/{role_id}", operation_id="delete_role", status_code=204, responses=refusals(403, 404, 409))
    def delete_role(caller: Called, role_id: RoleId) -> None:
        """Delete a role that nobody holds and no invitation promises."""
        with caller.write() as asked:
            roles.delete_role(asked.session, viewer=asked.viewer, role_id=role_id)


def _add_grants(routes: APIRouter) -> None:
    @routes.put(
        "/{role_id}/folder-grants/{folder_id}", operation_id="set_folder_grant", responses=refusals(403, 404, 409)
    )
    def set_folder_grant(caller: Called, role_id: RoleId, folder_id: FolderId, body: FolderGrantIn) -> FolderGrantOut:
        """Give a role rights of its own in a folder, instead of those that it has everywhere."""
        with caller.write() as asked:
            rights: dict[str, str] = dict(body.rights)  # type: ignore[arg-type]
            grant = grants.grant_folder(
                asked.session, viewer=asked.viewer, role_id=role_id, folder_id=folder_id, rights=rights
            )
            return FolderGrantOut(**grant.model_dump())

    @routes.delete(
        "/{role_id}/folder-grants/{folder_id}",
        operation_id="delete_folder_grant",
        status_code=204,
        responses=refusals(403, 404, 409),
    )
    def delete_folder_grant(caller: Called, role_id: RoleId, folder_id: FolderId) -> None:
        """Leave a folder to the role's own rights again."""
        with caller.write() as asked:
            grants.revoke_folder(asked.session, viewer=asked.viewer, role_id=role_id, folder_id=folder_id)

    @routes.put("/{role_id}/field-grants/{field_id}", operation_id="set_field_grant", responses=refusals(403, 404, 409))
    def set_field_grant(caller: Called, role_id: RoleId, field_id: FieldId, body: FieldGrantIn) -> FieldGrantOut:
        """Keep a role from changing a field, or from knowing of it, on every surface."""
        with caller.write() as asked:
            grant = grants.bar_field(
                asked.session, viewer=asked.viewer, role_id=role_id, field_id=field_id, access=body.access
            )
            return FieldGrantOut(**grant.model_dump())

    @routes.delete(
        "/{role_id}/field-grants/{field_id}",
        operation_id="delete_field_grant",
        status_code=204,
        responses=refusals(403, 404, 409),
    )
    def delete_field_grant(caller: Called, role_id: RoleId, field_id: FieldId) -> None:
        """Let a role read and change a field again."""
        with caller.write() as asked:
            grants.open_field(asked.session, viewer=asked.viewer, role_id=role_id, field_id=field_id)


def _shown(asked: Asked, role: Role) -> RoleOut:
    granted = grants.grants(asked.session, viewer=asked.viewer)
    return role_out(role, granted, roles.count_holders(asked.session, viewer=asked.viewer))
