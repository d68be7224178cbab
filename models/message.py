"""Mail as the workspace knows it: one row per message, however many mailboxes hold a copy."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, part_of, ref

_RECEIVED = text("kind = 'human' AND direction = 'in'")
"""What outsiders wrote themselves: what may wait for an answer."""


class MailThread(SQLModel, table=True):
    __tablename__ = "mail_thread"

    id: str = id_field()
    workspace_id: str = part_of()
    subject: str
    created_at: datetime = Field(sa_type=UTCDateTime)


class Message(SQLModel, table=True):
    """A message. `group_digest` tells the same mail in several mailboxes from distinct mails."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "group_digest"),
        Index("ix_message_rfc_id", "workspace_id", "rfc_message_id"),
        Index("ix_message_thread", "thread_id", "sent_at"),
        Index("ix_message_received", "workspace_id", "sent_at", postgresql_where=_RECEIVED, sqlite_where=_RECEIVED),
    )

    id: str = id_field()
    workspace_id: str = part_of()
    thread_id: str = ref("mail_thread.id")
    group_digest: str
    rfc_message_id: str | None = None
    sent_at: datetime = Field(sa_type=UTCDateTime)
    subject: str
    snippet: str
    direction: str
    """`in`, `out` (a member wrote it) or `internal`."""
    kind: str
    """`human`, `bulk`, `auto_reply`, `bounce`, `invitation`."""
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    """What parsing found: why it is automatic, the bounce, the invitation, problems with the MIME."""
    unlogged_by: str | None = ref("member.id")
    """A member took it off every timeline; no rule puts it back."""
    created_at: datetime = Field(sa_type=UTCDateTime)


class MessageBody(SQLModel, table=True):
    """Apart from `message`, so that lists and cards never read bodies."""

    __tablename__ = "message_body"

    message_id: str = part_of(primary_key=True)
    workspace_id: str = part_of()
    visible_text: str
    full_text: str
    html: str
    parser_version: int


class Correspondent(SQLModel, table=True):
    """An address that has been seen in mail. `key` is its normalised form, `domain` the registrable domain."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index("ix_correspondent_domain", "workspace_id", "domain"),
    )

    id: str = id_field()
    workspace_id: str = part_of()
    key: str
    address: str
    domain: str
    name: str


class Participant(SQLModel, table=True):
    """A correspondent's part in a message: `from`, `to`, `cc`, `bcc`, `reply_to` or `sender`."""

    __table_args__ = (
        Index("ix_participant_correspondent", "correspondent_id", "message_id"),
        {"sqlite_with_rowid": False},
    )

    message_id: str = part_of(primary_key=True)
    role: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    correspondent_id: str = part_of()
    workspace_id: str = part_of()
    name: str
    address: str


class Attachment(SQLModel, table=True):
    """What is attached; the bytes stay in Gmail and are fetched by message and part."""

    message_id: str = part_of(primary_key=True)
    part_id: str = Field(primary_key=True)
    workspace_id: str = part_of()
    filename: str
    mime_type: str
    size: int
    inline: bool


class ThreadLink(SQLModel, table=True):
    """This thread is on this record, so its coming mail follows.

    `rule` is `hand` when `member_id` put it there, `attribution` when it was scored; then `reasons` say why, each
    `{"code", "weight", "detail"}` (see `sync.attribution.score`).
    """

    __tablename__ = "thread_link"
    __table_args__ = (Index("ix_thread_link_record", "record_id"),)

    thread_id: str = ref("mail_thread.id", primary_key=True)
    record_id: str = ref("record.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    member_id: str | None = ref("member.id")
    rule: str = "hand"
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    created_at: datetime = Field(sa_type=UTCDateTime)


class DealChoice(SQLModel, table=True):
    """What a person said a thread is about: this deal, or none. Such a thread is never attributed by score.

    `people` is a digest of the outsiders on the thread: what was chosen for them counts in their other threads.
    """

    __tablename__ = "deal_choice"
    __table_args__ = (Index("ix_deal_choice_people", "workspace_id", "people"),)

    thread_id: str = ref("mail_thread.id", primary_key=True)
    workspace_id: str = ref("workspace.id")
    people: str
    deal_id: str | None = ref("record.id", cascade=True)
    member_id: str = ref("member.id")
    chosen_at: datetime = Field(sa_type=UTCDateTime)


class Exclusion(SQLModel, table=True):
    """Never log this `address` or `domain`: for one member's mailboxes, or (member_id empty) the workspace."""

    __table_args__ = (Index("ix_exclusion_workspace", "workspace_id", "value"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    member_id: str | None = ref("member.id")
    kind: str
    value: str
    created_at: datetime = Field(sa_type=UTCDateTime)
