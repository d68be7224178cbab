"""Who may do what: roles and their grants, teams, territories, and records shared by hand."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, ref


class Role(SQLModel, table=True):
    """A set of rights. A member has one or several roles, of which the widest right counts.

    `rights` gives a scope (`none`, `own`, `team`, `territory`, `all`) to each of create, read, edit, delete, export and
    mail, in every folder without a grant of its own. `powers` are `config`, `members`, `views`, `reports`. One role of
    a workspace is the `is_default` one, which those get who join without an invitation.
    """

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    name: str
    is_admin: bool = False
    is_default: bool = False
    rights: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    powers: list[str] = Field(default_factory=list, sa_type=Json)


class RoleGrant(SQLModel, table=True):
    """What a role may do in one folder; rights that are not named come from the role."""

    __tablename__ = "role_grant"

    role_id: str = ref("role.id", primary_key=True, cascade=True)
    folder_id: str = ref("folder.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    rights: dict[str, str] = Field(default_factory=dict, sa_type=Json)


class FieldGrant(SQLModel, table=True):
    """A field that a role may not change (`read`), or not even know of (`hidden`)."""

    __tablename__ = "field_grant"

    role_id: str = ref("role.id", primary_key=True, cascade=True)
    field_id: str = ref("field.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    access: str


class MemberRole(SQLModel, table=True):
    __tablename__ = "member_role"
    __table_args__ = (Index("ix_member_role_role", "role_id"),)

    member_id: str = ref("member.id", primary_key=True, cascade=True)
    role_id: str = ref("role.id", primary_key=True)
    workspace_id: str = ref("workspace.id")


class Team(SQLModel, table=True):
    """Members who see each other's records under a `team` scope."""

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    name: str


class Territory(SQLModel, table=True):
    """Customers that belong together. Of the rules that match an account, the one with the lowest position counts."""

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    name: str
    position: int = 0
    rule: dict[str, Any] | None = Field(default=None, sa_type=Json)
    """A filter over companies; without one, records are put here by hand."""
    owner_id: str | None = Field(default=None, max_length=26)
    """The member who gets the accounts that a rule brings here; None leaves their owners. No foreign key: members
    have territories, too."""


class RecordShare(SQLModel, table=True):
    """A record opened to a member beyond what their roles reach. `level` is `read` or `edit`."""

    __tablename__ = "record_share"
    __table_args__ = (Index("ix_record_share_member", "member_id"),)

    record_id: str = ref("record.id", primary_key=True, cascade=True)
    member_id: str = ref("member.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    level: str
    shared_by: str = ref("member.id")
    created_at: datetime = Field(sa_type=UTCDateTime)
