"""Quotes as cards show them: those of a customer or deal, the lines of one, and what the customer said to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, and_, bindparam, literal_column, or_, select, union
from sqlmodel import col

from app.core.hot import Reader
from app.records.fields.stored import JsonText
from app.records.seen import COMPANY, SEEN_COLUMNS, Seen, seen_from, with_company
from app.workspaces.access import ScopedQuery, Viewer
from models import QuoteLine, QuoteVersion, Record, RecordLink

MOST, MOST_PRODUCTS = 5, 100
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


def quotes_around(reader: Reader, *, viewer: Viewer, record: Seen) -> list[Seen]:
    """The latest MOST quotes of a company, for a person, or for a deal. One statement."""
    company = record.id if record.kind == "company" else record.company_id
    return [seen_from(viewer, row) for row in _AROUND(reader, viewer, record=record.id, company=company)]


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


def _around(see: Any) -> Any:
    """Joined, not IN: SQLite without statistics would walk the whole workspace instead."""
    here, company = bindparam("record", type_=String), bindparam("company", type_=String)
    data = col(Record.data)
    named = or_(*(JsonText(data, literal_column(f"'{key}'")) == here for key in ("deal", "contact")))
    quotes = select(col(Record.id)).where(col(Record.kind) == "quote")
    about = union(
        select(col(RecordLink.to_id)).where(col(RecordLink.from_id) == here),
        select(col(RecordLink.from_id)).where(col(RecordLink.to_id) == here),
        quotes.where(col(Record.company_id) == here),
        quotes.where(and_(or_(col(Record.company_id) == company, col(Record.company_id).is_(None)), named)),
    ).subquery("about")
    return (
        select(*SEEN_COLUMNS)
        .select_from(about)
        .join(Record, col(Record.id) == about.c[0])
        .outerjoin(COMPANY, with_company(see))
        .where(col(Record.kind) == "quote", col(Record.archived_at).is_(None), see(Record))
        .order_by(col(Record.created_at).desc(), col(Record.id))
        .limit(MOST)
    )


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
    told = ("number", "state", "valid_until", "sent_at", "answered_at", "answered_by", "reason")
    return (
        select(*(getattr(QuoteVersion, name) for name in told))
        .join(Record, col(Record.id) == col(QuoteVersion.quote_id))
        .where(col(Record.id) == bindparam("quote", type_=String), see(Record))
        .order_by(col(QuoteVersion.version).desc())
        .limit(1)
    )


_AROUND = ScopedQuery(_around)
_PRODUCTS = ScopedQuery(_products)
_LINES = ScopedQuery(_lines)
_LAST = ScopedQuery(_last)
