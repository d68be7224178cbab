"""Connected mailboxes, the work still to do for each, and the one outcome of every listed id."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, part_of, ref


class Mailbox(SQLModel, table=True):
    """A Gmail account that a member connected.

    `state`: `new` -> `backfill` -> `live` -> (history expired) `resync` -> `live`; aside: `reconnect` (Google refuses
    the grant), `disabled`. A cursor is a Gmail historyId: an unsigned 64-bit number kept as text.
    """

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    member_id: str = ref("member.id", index=True)
    address: str = Field(unique=True)
    aliases: list[str] = Field(default_factory=list, sa_type=Json)
    grant: str = ""
    """The refresh token, encrypted."""
    scopes: list[str] = Field(default_factory=list, sa_type=Json)
    mode: str = "everything"
    """What is stored: `everything`, `known` (mail with a record) or `labelled` (mail under `label_id`)."""
    label_id: str | None = None
    contact_policy: str | None = None
    """Overrides the workspace's policy for this mailbox."""
    private_default: bool = False
    """Mail that is stored from now on is its owner's alone, until they open it; see `sync.privacy`."""
    pauses: list[dict[str, str | None]] = Field(default_factory=list, sa_type=Json)
    """Times whose mail stays out, each `from` a moment `until` another, or without an end; see `sync.pausing`."""

    state: str = "new"
    cursor: str | None = None
    page_token: str | None = None
    listing_id: str | None = None
    """The snapshot a resync is building; ids not seen under it are gone."""
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    dirty_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When a push first said that something changed and no sync has looked since."""
    next_sync_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    paused_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    failures: int = 0
    last_error: str | None = None
    synced_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    watch_expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    aliases_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    addon_seen_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """A rep had the sidebar open: background work leaves part of the quota to them."""
    quota_level: float = 0.0
    quota_at: float = 0.0
    """The leaky bucket of quota units: its level at an epoch second."""
    created_at: datetime = Field(sa_type=UTCDateTime)


class SyncItem(SQLModel, table=True):
    """A thread or message still to fetch. The row goes when its outcome is recorded, in the same transaction."""

    __tablename__ = "sync_item"
    __table_args__ = (Index("ix_sync_item_next", "mailbox_id", "priority", "position"),)

    mailbox_id: str = ref("mailbox.id", primary_key=True, cascade=True)
    kind: str = Field(primary_key=True)
    gmail_id: str = Field(primary_key=True)
    workspace_id: str = part_of()
    priority: int
    """0: a person waits; 1: new mail; 2: backfill."""
    position: int
    """Order of listing: newest first."""
    backfill: bool = False
    forced: bool = False
    """A person asked for it: filters do not apply."""
    attempts: int = 0
    not_before: datetime | None = Field(default=None, sa_type=UTCDateTime)
    last_error: str | None = None


class MailboxMessage(SQLModel, table=True):
    """A message id of a mailbox and what became of it: `stored`, `filtered` (reason), `gone` or `failed` (reason)."""

    __tablename__ = "mailbox_message"
    __table_args__ = (
        Index("ix_mailbox_message_message", "message_id"),
        Index("ix_mailbox_message_thread", "mailbox_id", "gmail_thread_id"),
    )

    mailbox_id: str = ref("mailbox.id", primary_key=True, cascade=True)
    gmail_id: str = Field(primary_key=True)
    workspace_id: str = part_of()
    gmail_thread_id: str
    outcome: str
    reason: str | None = None
    attempts: int = 1
    message_id: str | None = Field(default=None, foreign_key="message.id", max_length=26)
    labels: list[str] = Field(default_factory=list, sa_type=Json)
    private: bool = False
    listing_id: str | None = None
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class MessageAlias(SQLModel, table=True):
    """Another name Gmail's screen gives a message (`msg-a:r…`), resolved once by asking Gmail."""

    __tablename__ = "message_alias"

    mailbox_id: str = ref("mailbox.id", primary_key=True, cascade=True)
    alias: str = Field(primary_key=True)
    workspace_id: str = ref("workspace.id")
    gmail_id: str
    gmail_thread_id: str
