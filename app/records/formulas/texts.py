"""Texts of formulas, and other values as text."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from app.records.formulas.types import Value

MAX_TEXT = 10_000
"""Characters of a text that a formula makes; what is longer is cut off."""


def as_text(value: Value) -> str:
    """Empty is "", numbers are plain decimals, days are ISO 8601, moments `2026-03-01 14:05` in UTC."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return plain(value)
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case str():
            return value
    return value.isoformat()


def plain(number: Decimal) -> str:
    """`1234.5`: no exponent, no zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_number(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None


def fixed(number: Decimal, decimals: Decimal) -> str | None:
    exact = rounded(number, decimals)
    return f"{exact:f}" if exact.is_finite() else None


def rounded(number: Decimal, decimals: Decimal) -> Decimal:
    """Halves go away from zero, as on an invoice."""
    places = max(-10, min(10, int(decimals)))
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def same(left: Value, right: Value) -> bool:
    """Equality; case does not matter."""
    return folded(left) == folded(right)


def folded(value: Value) -> Value:
    return value.casefold() if isinstance(value, str) else value


def part(text: str, start: Decimal, count: Decimal) -> str:
    """`start` counts from 1."""
    first = max(0, int(start) - 1)
    return text[first : first + max(0, int(count))]
