"""Quotes as cards show them: the lines of one, and what the customer said to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, bindparam, select
from sqlmodel import col

from app.core.hot import Reader
from app.records.seen import COMPANY, SEEN_COLUMNS, Seen, seen_from, with_company
from app.workspaces.access import ScopedQuery, Viewer
from models import QuoteLine, QuoteVersion, Record

MOST_PRODUCTS = 100
_LINE = tuple(getattr(QuoteLine, name) for name in QuoteLine.model_fields)


@dataclass(frozen=True, slots=True)
class LastVersion:
    """The version that was sent last, and what the customer answered. `state` as in models.QuoteVersion."""

    number: str
    state: str
    valid_until: date
    sent_at: datetime
    answered_at: datetime | None
    answered_by: str
    reason: str
    sealed_token: str
    """What the vault makes the token of the customer's link of; "" where it was not kept."""


def products_seen(reader: Reader, *, viewer: Viewer) -> list[Seen]:
    """The products that can be sold, by name; empty where there are over MOST_PRODUCTS. One statement."""
    found = [seen_from(viewer, row) for row in _PRODUCTS(reader, viewer)]
    return [one for one in found if one.data.get("active") is not False] if len(found) <= MOST_PRODUCTS else []


def lines_seen(reader: Reader, *, viewer: Viewer, quote: Seen) -> list[QuoteLine]:
    """The lines of a quote, in order. One statement."""
    rows = _LINES(reader, viewer, quote=quote.id)
    return [QuoteLine(**dict(zip(QuoteLine.model_fields, row, strict=True))) for row in rows]


def last_version(reader: Reader, *, viewer: Viewer, quote: Seen) -> LastVersion | None:
    """None while the quote was never sent. One statement."""
    rows = _LAST(reader, viewer, quote=quote.id)
    return LastVersion(*rows[0]) if rows else None


def _products(see: Any) -> Any:
    return (
        select(*SEEN_COLUMNS)
        .outerjoin(COMPANY, with_company(see))
        .where(col(Record.kind) == "product", col(Record.archived_at).is_(None), see(Record))
        .order_by(col(Record.name), col(Record.id))
        .limit(MOST_PRODUCTS + 1)
    )


def _lines(see: Any) -> Any:
    return (
        select(*_LINE)
        .join(Record, col(Record.id) == col(QuoteLine.quote_id))
        .where(col(Record.id) == bindparam("quote", type_=String), see(Record))
        .order_by(col(QuoteLine.position), col(QuoteLine.id))
    )


def _last(see: Any) -> Any:
    told = ("number", "state", "valid_until", "sent_at", "answered_at", "answered_by", "reason", "sealed_token")
    return (
        select(*(getattr(QuoteVersion, name) for name in told))
        .join(Record, col(Record.id) == col(QuoteVersion.quote_id))
        .where(col(Record.id) == bindparam("quote", type_=String), see(Record))
        .order_by(col(QuoteVersion.version).desc())
        .limit(1)
    )


_PRODUCTS = ScopedQuery(_products)
_LINES = ScopedQuery(_lines)
_LAST = ScopedQuery(_last)
