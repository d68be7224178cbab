"""The lines of a quote: taken from a product, with its name, price and tax to be changed, or written freely."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from app.core.errors import InvalidInput, NotFound
from app.core.ids import new_id
from app.records.quotes.drafts import keep_lines, lines_in, quote_seen, quote_to_change
from app.records.schema import folder_of, schema_of
from app.records.service import check_version, get_record
from app.workspaces.access import Viewer
from models import QuoteLine, Record

MAX_LINES = 200
MAX_DESCRIPTION = 1_000
MAX_QUANTITY, MAX_PRICE = Decimal(1_000_000), 10**12
DECIMALS = 4
"""Of quantities and percentages."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be. What is None comes from the product; without one, the price is needed and the tax is none.

    `unit_price` is in minor units of the quote's currency.
    """

    product_id: str | None = None
    description: str | None = None
    quantity: Decimal = Decimal(1)
    unit_price: int | None = None
    discount_percent: Decimal = Decimal(0)
    tax_percent: Decimal | None = None


def lines_of(session: Session, *, viewer: Viewer, quote_id: str) -> list[QuoteLine]:
    return lines_in(session, quote_seen(session, viewer=viewer, quote_id=quote_id))


def set_lines(
    session: Session, *, viewer: Viewer, quote_id: str, lines: Sequence[NewLine], version: int | None = None
) -> list[QuoteLine]:
    """All lines, in this order, in place of those there are. `version`: raises Outdated when the quote has another."""
    quote = quote_to_change(session, viewer=viewer, quote_id=quote_id)
    check_version(quote, version)
    if len(lines) > MAX_LINES:
        raise InvalidInput(f"lines: at most {MAX_LINES}, please.", field="lines")
    made = [_made(session, viewer, quote, line, place=f"lines.{n}.", position=n) for n, line in enumerate(lines)]
    session.execute(delete(QuoteLine).where(col(QuoteLine.quote_id) == quote.id))
    session.add_all(made)
    keep_lines(session, viewer=viewer, quote=quote)
    return made


def add_line(session: Session, *, viewer: Viewer, quote_id: str, line: NewLine) -> QuoteLine:
    """Another line, after those there are."""
    quote = quote_to_change(session, viewer=viewer, quote_id=quote_id)
    there = lines_in(session, quote)
    if len(there) >= MAX_LINES:
        raise InvalidInput(f"lines: at most {MAX_LINES}, please.", field="lines")
    position = there[-1].position + 1 if there else 0
    made = _made(session, viewer, quote, line, place="", position=position)
    session.add(made)
    keep_lines(session, viewer=viewer, quote=quote)
    return made


def change_line(
    session: Session, *, viewer: Viewer, quote_id: str, line_id: str, values: Mapping[str, Any]
) -> QuoteLine:
    """Change `description`, `quantity`, `unit_price`, `discount_percent` or `tax_percent` of a line."""
    quote = quote_to_change(session, viewer=viewer, quote_id=quote_id)
    line = _line_in(session, quote, line_id)
    for key, value in values.items():
        setattr(line, key, _CHECKS[key](value, key))
    session.add(line)
    keep_lines(session, viewer=viewer, quote=quote)
    return line


def remove_line(session: Session, *, viewer: Viewer, quote_id: str, line_id: str) -> None:
    quote = quote_to_change(session, viewer=viewer, quote_id=quote_id)
    session.delete(_line_in(session, quote, line_id))
    keep_lines(session, viewer=viewer, quote=quote)


def _line_in(session: Session, quote: Record, line_id: str) -> QuoteLine:
    line = session.get(QuoteLine, line_id)
    if line is None or line.quote_id != quote.id:
        raise NotFound("This quote has no such line.")
    return line


def _made(session: Session, viewer: Viewer, quote: Record, line: NewLine, *, place: str, position: int) -> QuoteLine:
    """`place` names the line in errors, e.g. `lines.0.`."""
    product = _product(session, viewer, line.product_id, f"{place}product_id")
    price = product.get("price") if line.unit_price is None else line.unit_price
    tax = product.get("tax_percent") if line.tax_percent is None else line.tax_percent
    if price is None:
        raise InvalidInput("unit_price: give a price; there is no product's to take.", field=f"{place}unit_price")
    return QuoteLine(
        id=new_id(),
        workspace_id=quote.workspace_id,
        quote_id=quote.id,
        position=position,
        product_id=line.product_id,
        description=_description(line.description or product.get("name", ""), f"{place}description"),
        quantity=_quantity(line.quantity, f"{place}quantity"),
        unit_price=_price(price, f"{place}unit_price"),
        discount_percent=_percent(line.discount_percent, f"{place}discount_percent"),
        tax_percent=_percent(Decimal(str(tax or 0)), f"{place}tax_percent"),
    )


def _product(session: Session, viewer: Viewer, product_id: str | None, field: str) -> dict[str, Any]:
    """Name, price and tax of a product, as far as the viewer may know them."""
    if product_id is None:
        return {}
    try:
        record = get_record(session, viewer=viewer, record_id=product_id)
    except NotFound:
        record = None
    if record is None or record.kind != "product":
        raise InvalidInput("product_id: choose a product.", field=field)
    schema = schema_of(session, folder=folder_of(session, record), viewer=viewer)
    values = {"price": record.amount, "tax_percent": record.data.get("tax_percent")}
    return {"name": record.name, **{key: value for key, value in values.items() if schema.has(key)}}


def _description(text: str, field: str) -> str:
    plain = text.replace("\0", "").strip()
    if not plain or len(plain) > MAX_DESCRIPTION:
        raise InvalidInput(f"description: say in up to {MAX_DESCRIPTION:,} characters what this is.", field=field)
    return plain


def _quantity(number: Decimal, field: str) -> str:
    if not 0 < number <= MAX_QUANTITY:
        raise InvalidInput(f"quantity: more than 0, and at most {MAX_QUANTITY:,}.", field=field)
    return _text(number, field)


def _price(minor: int, field: str) -> int:
    if not 0 <= minor <= MAX_PRICE:
        raise InvalidInput("unit_price: from 0 on, in minor units such as cents.", field=field)
    return minor


def _percent(number: Decimal, field: str) -> str:
    if not 0 <= number <= 100:
        raise InvalidInput(f"{field.rpartition('.')[2]}: from 0 to 100.", field=field)
    return _text(number, field)


def _text(number: Decimal, field: str) -> str:
    """A decimal as it is kept: `7.5`, never `7.50` or `75E-1`."""
    if number != round(number, DECIMALS):
        raise InvalidInput(f"{field.rpartition('.')[2]}: at most {DECIMALS} decimals.", field=field)
    return f"{number.normalize():f}"


_CHECKS: dict[str, Callable[[Any, str], Any]] = {
    "description": _description,
    "quantity": _quantity,
    "unit_price": _price,
    "discount_percent": _percent,
    "tax_percent": _percent,
}
