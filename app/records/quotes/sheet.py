"""What stands on a quote, line by line, as texts: the same in HTML and in PDF."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.records.fields.formats import Formats
from app.records.quotes.content import Document

COLUMNS = ("Description", "Quantity", "Unit price", "Discount", "Tax", "Amount")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows` have a text for each of COLUMNS; `sums` are labels and amounts, the last of them the total."""

    heading: str
    title: str
    facts: list[tuple[str, str]]
    rows: Sequence[tuple[str, ...]]
    sums: list[tuple[str, str]]
    terms: str


def sheet_of(document: Document) -> Sheet:
    content, formats = document.content, document.formats
    facts = [
        ("From", _joined(content["seller"], "name", "contact", "email")),
        ("For", _joined(content["customer"], "company", "contact", "address")),
        ("Date", formats.date(document.issued_on)),
        ("Valid until", formats.date(document.valid_until)),
    ]
    rows = [
        (
            line["description"],
            formats.exact(Decimal(line["quantity"])),
            formats.money(line["unit_price"]),
            _percent(formats, line["discount_percent"]) if line["discount_percent"] != "0" else "",
            _percent(formats, line["tax_percent"]),
            formats.money(line["amount"]),
        )
        for line in content["lines"]
    ]
    shown = [(label, value) for label, value in facts if value]
    return Sheet(f"Quote {document.number}", content["title"], shown, rows, list(_sums(document)), content["terms"])


def _sums(document: Document) -> Iterator[tuple[str, str]]:
    content, formats = document.content, document.formats
    money = formats.money
    if content["discount"]:
        yield "Subtotal", money(content["subtotal"])
        yield f"Discount {_percent(formats, content['discount_percent'])}", money(-content["discount"])
    yield "Net", money(content["net"])
    for share in content["taxes"]:
        yield f"Tax {_percent(formats, share['percent'])} of {money(share['net'])}", money(share["tax"])
    yield "Total", money(content["total"])


def _joined(values: dict[str, str], *names: str) -> str:
    return "\n".join(values[name] for name in names if values[name])


def _percent(formats: Formats, number: str) -> str:
    return f"{formats.exact(Decimal(number))} %"
