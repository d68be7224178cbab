"""What a member arranges for their own cards in Gmail, and what these keep in mind."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, ref


class CardLayout(SQLModel, table=True):
    """Which fields the cards of a folder show, in order: for members of a role, or (role_id empty) for everybody."""

    __tablename__ = "card_layout"
    __table_args__ = (UniqueConstraint("folder_id", "role_id"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    folder_id: str = ref("folder.id", cascade=True)
    role_id: str | None = ref("role.id", cascade=True)
    fields: list[str] = Field(default_factory=list, sa_type=Json)


class Follow(SQLModel, table=True):
    """A member is told what happens to a record."""

    __table_args__ = (Index("ix_follow_record", "record_id"),)

    member_id: str = ref("member.id", primary_key=True, cascade=True)
    record_id: str = ref("record.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    created_at: datetime = Field(sa_type=UTCDateTime)


class RecentRecord(SQLModel, table=True):
    """A record that a member had on a card lately."""

    __tablename__ = "recent_record"
    __table_args__ = (Index("ix_recent_record_seen", "member_id", "seen_at"),)

    member_id: str = ref("member.id", primary_key=True, cascade=True)
    record_id: str = ref("record.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    seen_at: datetime = Field(sa_type=UTCDateTime)


class Snippet(SQLModel, table=True):
    """A piece of text to put into mail, with `{{field}}` places in it: a member's own, or (shared) everybody's.

    A deleted one waits for a while in case its owner changes their mind.
    """

    __table_args__ = (Index("ix_snippet_workspace", "workspace_id", "name"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    owner_id: str = ref("member.id")
    shared: bool = False
    name: str
    text: str
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class OutgoingPlan(SQLModel, table=True):
    """What to do with a mail once its writer has sent it: log it or not, put it on a deal, remind if nobody answers.

    A draft has no id while it is written, so the mail is known by writer and first recipients. `message_id` is the
    mail that it was carried out for.
    """

    __tablename__ = "outgoing_plan"
    __table_args__ = (Index("ix_outgoing_plan_waiting", "member_id", "recipients"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    member_id: str = ref("member.id", cascade=True)
    recipients: str
    """A digest of the normalised addresses under To."""
    log: bool = True
    deal_id: str | None = ref("record.id", cascade=True)
    remind_days: int | None = None
    """Working days without an answer after which the writer is reminded."""
    reminder: str = ""
    """What that reminder says, in the writer's language."""
    made_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    message_id: str | None = ref("message.id", cascade=True)


class ThreadCandidate(SQLModel, table=True):
    """A deal that a thread may be about, scored too low to be put on it unasked; see `sync.attribution`."""

    __tablename__ = "thread_candidate"
    __table_args__ = (Index("ix_thread_candidate_record", "record_id"),)

    thread_id: str = ref("mail_thread.id", primary_key=True, cascade=True)
    record_id: str = ref("record.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    score: float
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    scored_at: datetime = Field(sa_type=UTCDateTime)


class DismissedProposal(SQLModel, table=True):
    """A value read in mail that a member did not want for a field of a record; it is not offered there again."""

    __tablename__ = "dismissed_proposal"

    record_id: str = ref("record.id", primary_key=True, cascade=True)
    digest: str = Field(primary_key=True, max_length=64)
    """Of the field's key and the value; see `sync.proposals.dismissed`."""
    workspace_id: str = ref("workspace.id")
    member_id: str = ref("member.id")
    dismissed_at: datetime = Field(sa_type=UTCDateTime)
