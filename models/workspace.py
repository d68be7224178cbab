"""Who works here: workspaces, members, their roles and territories, and the ways in."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, ref


class Workspace(SQLModel, table=True):
    """A tenant. Nothing is shared between two workspaces."""

    id: str = id_field()
    name: str
    currency: str = "EUR"
    join_domains: list[str] = Field(default_factory=list, sa_type=Json)
    """Colleagues whose Google accounts are managed by one of these domains may join without an invitation."""
    internal_domains: list[str] = Field(default_factory=list, sa_type=Json)
    """Mail whose every participant is at one of these domains stays out of the CRM."""
    contact_policy: str = "sent"
    """Who becomes a contact by mail alone: `sent` (people we wrote to), `sent_and_received`, `none`."""
    created_at: datetime = Field(sa_type=UTCDateTime)


class Territory(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    name: str


class Role(SQLModel, table=True):
    """What its members may do. Scopes: `all`, `territory` (own, unassigned, same), `own`, `none`."""

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    name: str
    is_admin: bool = False
    read_scope: str = "territory"
    edit_scope: str = "own"


class Member(SQLModel, table=True):
    """A person's seat in a workspace. `google_sub` is the identity; the address may change."""

    __table_args__ = (UniqueConstraint("workspace_id", "email"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id", index=True)
    role_id: str = ref("role.id")
    territory_id: str | None = ref("territory.id")
    email: str
    name: str
    google_sub: str = Field(unique=True)
    hosted_domain: str | None = None
    """The Google Workspace domain that managed the account at its last sign-in; what an address says proves nothing."""
    time_zone: str = "UTC"
    locale: str = "en"
    active: bool = True
    created_at: datetime = Field(sa_type=UTCDateTime)


class Invitation(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("workspace_id", "email"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    role_id: str = ref("role.id")
    territory_id: str | None = ref("territory.id")
    email: str = Field(index=True)
    invited_by: str = ref("member.id")
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class UsedState(SQLModel, table=True):
    """A signed OAuth state that has come back once; it is refused the second time."""

    __tablename__ = "used_state"

    nonce: str = Field(primary_key=True)
    used_at: datetime = Field(sa_type=UTCDateTime)


class ApiKey(SQLModel, table=True):
    """A member's key for the REST API; only its hash is kept."""

    __tablename__ = "api_key"

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    member_id: str = ref("member.id", index=True)
    name: str
    key_hash: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Handled(SQLModel, table=True):
    """An action carried out under the nonce of its button: a second click gets the same answer."""

    member_id: str = ref("member.id", primary_key=True)
    nonce: str = Field(primary_key=True)
    workspace_id: str = ref("workspace.id")
    result: dict[str, object] = Field(default_factory=dict, sa_type=Json)
    handled_at: datetime = Field(sa_type=UTCDateTime)
