"""Who works here: workspaces, their members, and the ways in."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
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
    catalog_version: int = 1
    """Counts the changes to folders, fields, pipelines, stages, cards and members; see `app.records.catalog`."""
    created_at: datetime = Field(sa_type=UTCDateTime)


class Member(SQLModel, table=True):
    """A person's seat in a workspace. `google_sub` is the identity; the address may change."""

    __table_args__ = (UniqueConstraint("workspace_id", "email"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id", index=True)
    team_id: str | None = ref("team.id")
    territory_id: str | None = ref("territory.id")
    manager_id: str | None = ref("member.id")
    """Who supervises this member: a `team` scope reaches everybody below, at any depth."""
    email: str
    name: str
    google_sub: str = Field(unique=True)
    hosted_domain: str | None = None
    """The Google Workspace domain that managed the account at its last sign-in; what an address says proves nothing."""
    time_zone: str = "UTC"
    locale: str = "en"
    language: str = ""
    """In which the sidebar speaks; empty: as Gmail does."""
    active: bool = True
    access: str = ""
    """What the member's roles, teams, territories and shares come to; see `app.workspaces.rights`."""
    created_at: datetime = Field(sa_type=UTCDateTime)


class Invitation(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("workspace_id", "email"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    role_ids: list[str] = Field(default_factory=list, sa_type=Json)
    """No foreign keys: a role that has gone meanwhile is not given."""
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
    """A member's key for the REST API; only its hash is kept. `scopes` are `read` and `write`."""

    __tablename__ = "api_key"

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    member_id: str = ref("member.id", index=True)
    name: str
    key_hash: str = Field(unique=True)
    scopes: list[str] = Field(default_factory=lambda: ["read", "write"], sa_type=Json)
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Handled(SQLModel, table=True):
    """An action carried out under the nonce of its button: a second click gets the same answer."""

    member_id: str = ref("member.id", primary_key=True)
    nonce: str = Field(primary_key=True)
    workspace_id: str = ref("workspace.id")
    result: dict[str, object] = Field(default_factory=dict, sa_type=Json)
    handled_at: datetime = Field(sa_type=UTCDateTime)


class IdempotentRequest(SQLModel, table=True):
    """The answer to a request that was sent under an `Idempotency-Key`: sent again, it gets the same one."""

    __tablename__ = "idempotent_request"

    member_id: str = ref("member.id", primary_key=True)
    key: str = Field(primary_key=True)
    workspace_id: str = ref("workspace.id")
    fingerprint: str
    """Of method, path and body: another request under the same key is refused."""
    status: int
    body: str
    created_at: datetime = Field(sa_type=UTCDateTime)


class Notification(SQLModel, table=True):
    """Something a member should know: a mention, a reminder, a request."""

    __table_args__ = (Index("ix_notification_member", "member_id", "read_at", "created_at"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    member_id: str = ref("member.id")
    type: str
    title: str
    record_id: str | None = ref("record.id", cascade=True)
    data: dict[str, object] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=UTCDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Counter(SQLModel, table=True):
    """The last number given out under a name, e.g. of an auto-number field."""

    workspace_id: str = ref("workspace.id", primary_key=True)
    name: str = Field(primary_key=True)
    value: int
