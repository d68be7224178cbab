"""A quote as it is worked on: reaching it, and keeping its total."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.events import emit, react
from app.records.fields.numbers import MAX_MINOR
from app.records.history import note_changes
from app.records.quotes.totals import Item, Totals, totals_of
from app.records.service import get_record, record_to_change
from app.workspaces.access import Viewer
from models import QuoteLine, Record, Workspace

DISCOUNT = "discount_percent"


class QuoteAccepted(Conflict):
    """What a customer accepted stays as it is."""

    code = "quote_accepted"

    def __init__(self) -> None:
        super().__init__("The customer accepted this quote: make a new one.")


def quote_seen(session: Session, *, viewer: Viewer, quote_id: str) -> Record:
    """A quote that the viewer may see with what it comes to. NotFound, or Forbidden where their role hides amounts."""
    return _checked(viewer, get_record(session, viewer=viewer, record_id=quote_id))


def quote_to_change(session: Session, *, viewer: Viewer, quote_id: str) -> Record:
    """The same, locked until the transaction ends. Raises QuoteAccepted."""
    quote = _checked(viewer, record_to_change(session, viewer=viewer, record_id=quote_id))
    if quote.status == "Accepted":
        raise QuoteAccepted
    return quote


def lines_in(session: Session, quote: Record) -> list[QuoteLine]:
    query = select(QuoteLine).where(col(QuoteLine.quote_id) == quote.id)
    return list(session.scalars(query.order_by(col(QuoteLine.position), col(QuoteLine.id))))


def totals_in(session: Session, quote: Record) -> Totals:
    """What the lines come to, with the quote's discount."""
    return totals_with(lines_in(session, quote), discount=quote.data.get(DISCOUNT))


def totals_with(lines: Sequence[QuoteLine], *, discount: object) -> Totals:
    """What these lines come to; `discount` is the quote's, in percent, as it is stored."""
    items = [
        Item(Decimal(line.quantity), line.unit_price, Decimal(line.discount_percent), Decimal(line.tax_percent))
        for line in lines
    ]
    return totals_of(items, discount_percent=Decimal(str(discount or 0)))


def currency_of(session: Session, quote: Record) -> str:
    return quote.currency or session.get_one(Workspace, quote.workspace_id).currency


def keep_lines(session: Session, *, viewer: Viewer, quote: Record) -> None:
    """After its lines have changed: a new version of the record, its total with history, and the event."""
    session.flush()
    note_changes(session, record=quote, changes=_retotal(session, quote), actor_id=viewer.member_id)
    emit(
        session,
        "quote.lines_changed",
        workspace_id=quote.workspace_id,
        subject_id=quote.id,
        actor_id=viewer.member_id,
        data={"total": quote.amount, "currency": quote.currency},
    )


@react("record.created")
def begin_draft(session: Session, event: dict[str, Any]) -> None:
    if event["data"]["kind"] == "quote":
        session.get_one(Record, event["subject_id"]).status = "Draft"


@react("record.updated")
def follow_discount(session: Session, event: dict[str, Any]) -> None:
    """Another discount on all of a quote makes another total. Raises QuoteAccepted."""
    if DISCOUNT not in event["data"]["changes"]:
        return
    quote = session.get_one(Record, event["subject_id"])
    if quote.kind != "quote":
        return
    if quote.status == "Accepted":
        raise QuoteAccepted
    if changes := _retotal(session, quote):
        note_changes(session, record=quote, changes=changes, actor_id=event["actor_id"])


def _checked(viewer: Viewer, record: Record) -> Record:
    if record.kind != "quote":
        raise NotFound("This quote does not exist, or you have no access to it.")
    if viewer.access.hides(record.folder_id, "amount"):
        raise Forbidden("Your role does not show what quotes come to.", field="amount")
    return record


def _retotal(session: Session, quote: Record) -> dict[str, tuple[Any, Any]]:
    totals = totals_in(session, quote)
    if totals.total > MAX_MINOR:
        raise InvalidInput("lines: all in all, this is too much for one quote.", field="lines")
    old, new = quote.amount, totals.total if totals.lines else None
    quote.amount, quote.currency = new, currency_of(session, quote)
    session.add(quote)
    return {"amount": (old, new)} if old != new else {}
