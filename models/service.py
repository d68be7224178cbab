"""What is promised to customers: tickets with their clocks, and quotes with their lines."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Json, UTCDateTime, id_field, ref


class ServicePromise(SQLModel, table=True):
    """How soon tickets of a priority are answered and solved, in minutes: of any time, or of business `hours`.

    `hours` are `{"days": [0, …], "opens": "09:00", "closes": "17:00", "time_zone": "Europe/Berlin"}`; Monday is 0.
    """

    __tablename__ = "service_promise"

    workspace_id: str = ref("workspace.id", primary_key=True)
    priority: str = Field(primary_key=True)
    first_response_minutes: int
    resolution_minutes: int
    hours: dict[str, Any] | None = Field(default=None, sa_type=Json)


class TicketClock(SQLModel, table=True):
    """The two clocks of a ticket. They stand still while the ticket is pending."""

    __tablename__ = "ticket_clock"
    __table_args__ = (Index("ix_ticket_clock_due", "workspace_id", "resolution_due_at"),)

    record_id: str = ref("record.id", primary_key=True, cascade=True)
    workspace_id: str = ref("workspace.id")
    started_at: datetime = Field(sa_type=UTCDateTime)
    first_response_due_at: datetime = Field(sa_type=UTCDateTime)
    first_responded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    first_response_seconds: int | None = None
    resolution_due_at: datetime = Field(sa_type=UTCDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    resolution_seconds: int | None = None
    paused_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    paused_seconds: int = 0


class QuoteLine(SQLModel, table=True):
    """A line of the draft of a quote. `quantity` and the percentages are decimals in text: exact on every database."""

    __tablename__ = "quote_line"
    __table_args__ = (Index("ix_quote_line_quote", "quote_id", "position"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    quote_id: str = ref("record.id", cascade=True)
    position: int
    product_id: str | None = ref("record.id")
    description: str
    quantity: str = "1"
    unit_price: int = Field(sa_type=BigInteger)
    """Minor units of the quote's currency."""
    discount_percent: str = "0"
    tax_percent: str = "0"


class QuoteVersion(SQLModel, table=True):
    """A quote as it was sent: nothing in it changes any more. `state`: sent, accepted, declined, replaced."""

    __tablename__ = "quote_version"
    __table_args__ = (UniqueConstraint("quote_id", "version"),)

    id: str = id_field()
    workspace_id: str = ref("workspace.id")
    quote_id: str = ref("record.id", cascade=True)
    number: str
    version: int
    content: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    total: int = Field(sa_type=BigInteger)
    currency: str
    valid_until: date
    token_hash: str = Field(unique=True)
    sealed_token: str = ""
    """The token, encrypted: whoever may change the quote can be shown the customer's link again."""
    state: str = "sent"
    sent_by: str = ref("member.id")
    sent_at: datetime = Field(sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answered_by: str = ""
    """The name that the customer signed with."""
    reason: str = ""
    """Why the customer declined, if they said so."""
