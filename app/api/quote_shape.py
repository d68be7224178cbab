"""Quotes as the REST API gives and takes them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlmodel import Session, col

from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body
from app.records.quotes.lines import MAX_DESCRIPTION, MAX_LINES, MAX_PRICE, NewLine
from app.records.quotes.totals import Totals
from app.workspaces.access import Viewer, visible
from models import QuoteLine, QuoteVersion, Record

_EXAMPLE = {"product_id": EXAMPLE_ID, "quantity": "2.5", "discount_percent": "10", "tax_percent": "20"}
_OWN = {"description": "Installation", "quantity": 1, "unit_price": 25000, "tax_percent": 20}


class LineIn(Body):
    """A line taken from a product, or written freely; what is given counts before what the product says."""

    product_id: str | None = Field(default=None, examples=[EXAMPLE_ID])
    description: str | None = Field(default=None, max_length=MAX_DESCRIPTION, examples=["Installation"])
    quantity: Decimal = Field(default=Decimal(1), examples=["2.5"])
    unit_price: int | None = Field(default=None, le=MAX_PRICE, description="In minor units.", examples=[25000])
    discount_percent: Decimal = Field(default=Decimal(0), examples=["10"])
    tax_percent: Decimal | None = Field(default=None, examples=["20"])

    def line(self) -> NewLine:
        return NewLine(**dict(self))


class LinesIn(Body):
    """All lines of a quote, in order."""

    lines: list[LineIn] = Field(max_length=MAX_LINES, examples=[[_EXAMPLE, _OWN]])


class LineChange(Body):
    """What to change of a line."""

    description: str = Field(default="", max_length=MAX_DESCRIPTION, examples=["Installation"])
    quantity: Decimal = Field(default=Decimal(1), examples=["3"])
    unit_price: int = Field(default=0, le=MAX_PRICE, description="In minor units.", examples=[25000])
    discount_percent: Decimal = Field(default=Decimal(0), examples=["5"])
    tax_percent: Decimal = Field(default=Decimal(0), examples=["20"])


class LineOut(BaseModel):
    """A line; `amount` is what it comes to before tax, in minor units. Decimals are texts."""

    id: str = Field(examples=[EXAMPLE_ID])
    product_id: str | None = Field(examples=[EXAMPLE_ID])
    description: str = Field(examples=["Installation"])
    quantity: str = Field(examples=["2.5"])
    unit_price: int = Field(examples=[25000])
    discount_percent: str = Field(examples=["10"])
    tax_percent: str = Field(examples=["20"])
    amount: int = Field(examples=[56250])


class TaxOut(BaseModel):
    """Tax at one rate, of the net sum at that rate."""

    percent: str = Field(examples=["20"])
    net: int = Field(examples=[50625])
    tax: int = Field(examples=[10125])


class TotalsOut(BaseModel):
    """What a quote comes to, in minor units. `net` is `subtotal` less `discount`, `total` is `net` and `tax`."""

    currency: str = Field(examples=["EUR"])
    subtotal: int = Field(examples=[56250])
    discount: int = Field(examples=[5625])
    net: int = Field(examples=[50625])
    taxes: list[TaxOut]
    tax: int = Field(examples=[10125])
    total: int = Field(examples=[60750])


class QuoteLines(BaseModel):
    """The lines in order, and what they come to."""

    lines: list[LineOut]
    totals: TotalsOut


class Send(Body):
    """`valid_until`: the last day on which the customer may accept; else the quote's own, or in 30 days."""

    valid_until: date | None = Field(default=None, examples=["2026-12-31"])


class VersionOut(BaseModel):
    """A quote as it was sent. `reason` is why the customer declined, `answered_by` the name they signed with."""

    version: int = Field(examples=[1])
    number: str = Field(examples=["Q-0001-1"])
    state: Literal["sent", "accepted", "declined", "replaced"]
    total: int = Field(examples=[60750])
    currency: str = Field(examples=["EUR"])
    valid_until: date
    sent_by: str = Field(examples=[EXAMPLE_ID])
    sent_at: datetime
    answered_at: datetime | None
    answered_by: str = Field(examples=["Dana Diaz"])
    reason: str = Field(examples=[""])


class SentOut(VersionOut):
    """The version with the customer's link, which is shown this once."""

    link: str = Field(examples=["https://crm.example.com/quotes/TOKEN"])


def lines_out(session: Session, *, viewer: Viewer, lines: Sequence[QuoteLine], amounts: Sequence[int]) -> list[LineOut]:
    """Lines with their amounts; products that the viewer may not see are not named."""
    asked = {line.product_id for line in lines if line.product_id}
    seen = set(session.scalars(select(col(Record.id)).where(col(Record.id).in_(asked), visible(viewer))))
    return [
        LineOut(
            **{name: getattr(line, name) for name in LineOut.model_fields if name not in ("product_id", "amount")},
            product_id=line.product_id if line.product_id in seen else None,
            amount=amount,
        )
        for line, amount in zip(lines, amounts, strict=True)
    ]


def totals_out(totals: Totals, currency: str) -> TotalsOut:
    taxes = [TaxOut(percent=f"{share.percent:f}", net=share.net, tax=share.tax) for share in totals.taxes]
    plain = {name: getattr(totals, name) for name in ("subtotal", "discount", "net", "tax", "total")}
    return TotalsOut(currency=currency, taxes=taxes, **plain)


def version_out(version: QuoteVersion) -> VersionOut:
    return VersionOut.model_validate(version, from_attributes=True)
