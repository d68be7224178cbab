"""How roles, seats and territories look over REST."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from app.api.record_shape import EXAMPLE_ID
from app.records.sharing import Share
from app.workspaces.grants import Grants
from app.workspaces.rights import Access
from models import Invitation, Member, Role, Territory

Scope = Literal["none", "own", "team", "territory", "all"]
Power = Literal["config", "members", "views", "reports"]
Right = Literal["create", "read", "edit", "delete", "export", "mail"]
Barred = Literal["read", "hidden"]
Level = Literal["read", "edit"]
RIGHTS = {"create": "all", "read": "territory", "edit": "own", "delete": "none", "export": "none", "mail": "all"}
RULE = {"field": "address.country", "op": "is_any_of", "value": ["DE", "AT"]}


class FolderGrantOut(BaseModel):
    """What a role may do in one folder; rights that are not named come from the role."""

    folder_id: str = Field(examples=[EXAMPLE_ID])
    rights: dict[Right, Scope] = Field(examples=[{"read": "all"}])


class FieldGrantOut(BaseModel):
    """A field that a role may not change (`read`), or not even know of (`hidden`)."""

    field_id: str = Field(examples=[EXAMPLE_ID])
    access: Barred = Field(examples=["hidden"])


class RoleOut(BaseModel):
    """A set of rights. `is_default`: what colleagues get who join without an invitation."""

    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Rep"])
    is_admin: bool
    is_default: bool
    rights: dict[Right, Scope] = Field(examples=[RIGHTS])
    powers: list[Power] = Field(examples=[["reports"]])
    folder_grants: list[FolderGrantOut]
    field_grants: list[FieldGrantOut]
    holders: int = Field(examples=[3], description="Active members with this role.")


class RoleName(BaseModel):
    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Rep"])


class MemberOut(BaseModel):
    """A colleague's seat. Inactive ones were removed; what they did stays."""

    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Dana Diaz"])
    email: str = Field(examples=["dana@quarry.example"])
    active: bool
    roles: list[RoleName]
    team_id: str | None
    manager_id: str | None
    territory_id: str | None
    created_at: datetime


class Me(MemberOut):
    """The caller: their seat, and what their roles come to."""

    workspace_id: str = Field(examples=[EXAMPLE_ID])
    workspace: str = Field(examples=["Quarry"])
    currency: str = Field(examples=["EUR"])
    time_zone: str = Field(examples=["Europe/Berlin"])
    is_admin: bool
    powers: list[Power]
    folders: dict[str, dict[Right, Scope]] = Field(
        examples=[{EXAMPLE_ID: RIGHTS}], description="The rights in each folder, by its id."
    )


class InvitationOut(BaseModel):
    id: str = Field(examples=[EXAMPLE_ID])
    email: str = Field(examples=["dana@quarry.example"])
    role_ids: list[str] = Field(examples=[[EXAMPLE_ID]])
    invited_by: str = Field(examples=[EXAMPLE_ID])
    created_at: datetime
    expires_at: datetime


class TerritoryOut(BaseModel):
    """Accounts that belong together. Of the rules that match one, that of the lowest position counts."""

    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["DACH Enterprise"])
    position: int = Field(examples=[0])
    rule: dict[str, Any] | None = Field(examples=[RULE])
    owner_id: str | None = Field(examples=[EXAMPLE_ID])


class ShareOut(BaseModel):
    """A member to whom a record is open beyond what their roles reach."""

    member_id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Dana Diaz"])
    level: Level = Field(examples=["read"])
    shared_by: str = Field(examples=[EXAMPLE_ID])
    created_at: datetime


def role_out(role: Role, grants: Grants, holders: dict[str, int]) -> RoleOut:
    return RoleOut(
        **role.model_dump(include={"id", "name", "is_admin", "is_default", "rights", "powers"}),
        folder_grants=[FolderGrantOut(**grant.model_dump()) for grant in grants.folders_of(role.id)],
        field_grants=[FieldGrantOut(**grant.model_dump()) for grant in grants.fields_of(role.id)],
        holders=holders.get(role.id, 0),
    )


def member_out(member: Member, roles: list[Role]) -> MemberOut:
    seat = member.model_dump(include=set(MemberOut.model_fields) - {"roles"})
    return MemberOut(**seat, roles=[RoleName(id=role.id, name=role.name) for role in roles])


def rights_of(access: Access) -> dict[str, Any]:
    return {"is_admin": access.is_admin, "powers": access.powers, "folders": access.folders}


def invitation_out(invitation: Invitation) -> InvitationOut:
    return InvitationOut.model_validate(invitation, from_attributes=True)


def territory_out(territory: Territory) -> TerritoryOut:
    return TerritoryOut.model_validate(territory, from_attributes=True)


def share_out(share: Share) -> ShareOut:
    return ShareOut.model_validate(share, from_attributes=True)
