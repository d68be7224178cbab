"""What a quote says: all of it, as it is frozen when the quote is sent."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from app.core.clock import utcnow, zone_of
from app.core.errors import NotFound
from app.records.fields.formats import Formats
from app.records.fields.reachable import Address
from app.records.quotes.drafts import DISCOUNT, currency_of, lines_in, totals_in
from app.records.schema import folder_of, schema_of
from app.records.service import get_record
from app.workspaces.access import Viewer
from models import FieldDef, QuoteVersion, Record, Workspace

Content = dict[str, Any]
"""JSON: `seller`, `customer`, `title`, `terms`, `currency`, `locale`, `lines` and the totals, in minor units."""


@dataclass(frozen=True, slots=True)
class Document:
    """A version of a quote as it is drawn."""

    number: str
    issued_on: date
    valid_until: date
    content: Content

    @property
    def formats(self) -> Formats:
        """How its numbers and dates are written: as the seller writes them."""
        return Formats(locale=self.content["locale"], currency=self.content["currency"])


def content_of(session: Session, *, viewer: Viewer, quote: Record) -> Content:
    """The content of the quote as it is now; of its customer only what the viewer may see."""
    totals = totals_in(session, quote)
    lines = [
        {
            "description": line.description,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "discount_percent": line.discount_percent,
            "tax_percent": line.tax_percent,
            "amount": amount,
        }
        for line, amount in zip(lines_in(session, quote), totals.lines, strict=True)
    ]
    return {
        "seller": {
            "name": session.get_one(Workspace, quote.workspace_id).name,
            "contact": viewer.name,
            "email": viewer.email,
        },
        "customer": _customer(session, viewer, quote),
        "title": quote.name,
        "terms": quote.data.get("terms") or "",
        "currency": currency_of(session, quote),
        "locale": viewer.locale,
        "time_zone": viewer.time_zone,
        "lines": lines,
        "subtotal": totals.subtotal,
        "discount_percent": str(quote.data.get(DISCOUNT) or 0),
        "discount": totals.discount,
        "net": totals.net,
        "taxes": [{"percent": f"{tax.percent:f}", "net": tax.net, "tax": tax.tax} for tax in totals.taxes],
        "tax": totals.tax,
        "total": totals.total,
    }


def document_of(version: QuoteVersion) -> Document:
    zone = zone_of(version.content["time_zone"])
    return Document(version.number, version.sent_at.astimezone(zone).date(), version.valid_until, version.content)


def today_of(content: Content) -> date:
    """The day that it is where the quote was sent from."""
    return utcnow().astimezone(zone_of(content["time_zone"])).date()


def _customer(session: Session, viewer: Viewer, quote: Record) -> dict[str, str]:
    contact = _seen(session, viewer, quote.data.get("contact"))
    company = _seen(session, viewer, quote.company_id)
    address = company.get("address") or contact.get("address")
    return {
        "company": company.get("name", ""),
        "contact": contact.get("name", ""),
        "address": Address().show(_ADDRESS, address, Formats()) if address else "",
    }


_ADDRESS = FieldDef(id="", workspace_id="", folder_id="", key="address", name="Address", type="address", position=0)


def _seen(session: Session, viewer: Viewer, record_id: str | None) -> dict[str, Any]:
    """Name and values of a record that the viewer may know; empty when there is none."""
    if not record_id:
        return {}
    try:
        record = get_record(session, viewer=viewer, record_id=record_id)
    except NotFound:
        return {}
    schema = schema_of(session, folder=folder_of(session, record), viewer=viewer)
    return {"name": record.name, **{key: value for key, value in record.data.items() if schema.has(key)}}
