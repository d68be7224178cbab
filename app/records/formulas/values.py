"""Field values as formulas see them, and answers of formulas as records keep them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.records.fields import is_empty, value_type
from app.records.fields.formats import Formats, minor_digits
from app.records.fields.numbers import MAX_DECIMALS, MAX_MINOR
from app.records.formulas.types import CHECKBOX, DATE, DATETIME, NUMBER, PERCENT, TEXT, Type, Value
from models import FieldDef

_BY_FAMILY = {"number": NUMBER, "date": DATE, "moment": DATETIME, "flag": CHECKBOX}
_FINEST = Decimal(1).scaleb(-MAX_DECIMALS)


def type_in_formulas(field: FieldDef, *, currency: str) -> Type:
    """`currency` is the workspace's, in which money is unless the field says otherwise."""
    kind = value_type(field)
    if kind.name == "currency":
        return Type("currency", field.options.get("currency") or currency)
    return PERCENT if kind.name == "percent" else _BY_FAMILY.get(kind.family, TEXT)


def from_stored(field: FieldDef, stored: Any, *, currency: str, names: Mapping[str, str]) -> Value:
    """A stored value; of a choice its value, of members, records and stages the `names` of their ids."""
    if is_empty(stored):
        return None
    kind, type = value_type(field), type_in_formulas(field, currency=currency)
    match type.name:
        case "currency":
            return Decimal(stored).scaleb(-minor_digits(type.currency))
        case "number" | "percent":
            return Decimal(str(stored))
        case "date":
            return stored if isinstance(stored, date) else date.fromisoformat(stored)
        case "datetime":
            return stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
        case "checkbox":
            return bool(stored)
    if kind.family in ("choice", "choices"):
        return ", ".join(stored) if isinstance(stored, list) else str(stored)
    return kind.show(field, stored, Formats(names=names))


def to_stored(value: Value, type: Type) -> Any:
    """An answer as JSON: money in minor units, other numbers with up to six decimals, what is too large as nothing."""
    match value:
        case bool() | str() | None:
            return value
        case datetime():
            return value.replace(microsecond=0).isoformat()
        case date():
            return value.isoformat()
    if type.name == "currency":
        return stored_number(value.scaleb(minor_digits(type.currency)), whole=True)
    return stored_number(value)


def stored_number(number: Decimal, *, whole: bool = False) -> int | float | None:
    """A number as JSON; halves go away from zero."""
    if abs(number) > MAX_MINOR:
        return None
    rounded = number.quantize(Decimal(1) if whole else _FINEST, ROUND_HALF_UP)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
