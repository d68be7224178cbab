"""Numbers: plain, money, percentages, ratings, and those given out one after the other."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel.numbers import is_currency
from sqlalchemy.orm import object_session

from app.core.errors import InvalidInput
from app.records.fields.base import FieldType
from app.records.fields.formats import Formats, minor_digits
from app.records.fields.refusals import refusal
from models import FieldDef, Workspace

MAX_NUMBER = 2**31 - 1
MAX_MINOR = 10**15
MAX_DECIMALS = 6
_CURRENCY = r"(?:[A-Z]{3}|[^\w\s.,()+-]{1,3})"
_APART = r"[., '’\u00a0\u202f]"


class Number(FieldType):
    """Stored as a whole number where the field has no decimals, else as a decimal fraction. Option: `decimals`."""

    name, label, family, sql = "number", "Number", "number", "number"
    columns = frozenset({"score"})
    option_names = frozenset({"decimals"})
    low: int = -MAX_NUMBER
    high: int = MAX_NUMBER
    decimals = 2

    def parse(self, field: FieldDef, value: Any) -> int | float:
        decimals = int(field.options.get("decimals", self.decimals))
        if isinstance(value, bool):
            raise self.refused(field, decimals)
        try:
            number = Decimal(self.clean(str(value)))
        except InvalidOperation:
            raise self.refused(field, decimals) from None
        if not number.is_finite() or (not decimals and number != number.to_integral_value()):
            raise self.refused(field, decimals)
        if not self.low <= number <= self.high:
            raise self.out_of_range(field)
        rounded = round(number, decimals)
        return int(rounded) if not decimals or rounded == rounded.to_integral_value() else float(rounded)

    def clean(self, text: str) -> str:
        return text.strip().replace("\u2212", "-")

    def refused(self, field: FieldDef, decimals: int) -> InvalidInput:
        return refusal("number" if decimals else "whole_number", field)

    def out_of_range(self, field: FieldDef) -> InvalidInput:
        return refusal("too_large", field, most=self.high)

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        return formats.number(value)

    def cell(self, field: FieldDef, value: Any) -> str:  # noqa: ARG002
        return str(value) if isinstance(value, int) else f"{Decimal(str(value)):f}"

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        decimals = options.get("decimals", self.decimals)
        if not isinstance(decimals, int) or not 0 <= decimals <= MAX_DECIMALS:
            raise InvalidInput(f"decimals: a number from 0 to {MAX_DECIMALS}.", field="options")
        return {**options, "decimals": decimals}


class Percent(Number):
    """0 to 100."""

    name, label = "percent", "Percent"
    columns = frozenset({"probability"})
    low, high = 0, 100

    def clean(self, text: str) -> str:
        return super().clean(text).rstrip("% ")

    def out_of_range(self, field: FieldDef) -> InvalidInput:
        return refusal("percentage", field)

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        return formats.percent(value)


class Rating(Number):
    """Stars, from 0 to the option `max`."""

    name, label, decimals, card = "rating", "Rating", 0, "dropdown"
    columns = frozenset()
    option_names = frozenset({"max", "decimals"})
    low = 0

    def parse(self, field: FieldDef, value: Any) -> int | float:
        stars = super().parse(field, value)
        if stars > field.options.get("max", 5):
            raise self.refuse(field, f"write a number from 0 to {field.options.get('max', 5)}.")
        return stars

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        most: int = field.options.get("max", 5)
        return "★" * int(value) + "☆" * (most - int(value))

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        most = options.get("max", 5)
        if not isinstance(most, int) or not 1 <= most <= 10:
            raise InvalidInput("max: a number from 1 to 10.", field="options")
        return {"max": most, "decimals": 0}


class Currency(FieldType):
    """Minor units (cents) of the option `currency`, else of the workspace's.

    A whole number is read as minor units, as it is stored and as the API gives it; text as people write amounts: 1234,
    1,234.50, 1.234,50 or 1 234,50, with a currency before or after. Fractions are refused: they could mean either.
    """

    name, label, family, sql = "currency", "Currency", "number", "number"
    columns = frozenset({"amount"})
    option_names = frozenset({"currency"})

    def parse(self, field: FieldDef, value: Any) -> int:
        minor = value if isinstance(value, int) and not isinstance(value, bool) else self._written(field, value)
        if abs(minor) > MAX_MINOR:
            raise refusal("amount_too_large", field)
        return minor

    def _written(self, field: FieldDef, value: Any) -> int:
        digits = minor_digits(currency_of(field))
        found = _amount(digits).fullmatch(str(value).strip().replace("\u2212", "-"))
        if not found or not isinstance(value, str):
            example = "1234.50" if digits else "1234"
            raise refusal("amount", field, example=example)
        sign, whole, cents = found.groups(default="")
        return int(sign + "".join(filter(str.isdigit, whole)) + cents.ljust(digits, "0"))

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:
        return formats.money(value, field.options.get("currency"))

    def cell(self, field: FieldDef, value: Any) -> str:
        return f"{Decimal(value).scaleb(-minor_digits(currency_of(field))):f}"

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        currency = options.get("currency")
        if currency is not None and not (isinstance(currency, str) and is_currency(currency)):
            raise InvalidInput("currency: three letters such as EUR (ISO 4217).", field="options")
        return dict(options)


class AutoNumber(FieldType):
    """`T-0042`: the next number of the field, written when the record is made. Options: `prefix`, `digits`."""

    name, label, family, card = "auto_number", "Auto-number", "text", ""
    option_names = frozenset({"prefix", "digits"})

    def parse(self, field: FieldDef, value: Any) -> str:  # noqa: ARG002
        raise self.refuse(field, "Sidenote numbers records itself.")

    def number(self, field: FieldDef, count: int) -> str:
        return f"{field.options.get('prefix', '')}{count:0{field.options.get('digits', 4)}d}"

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        prefix, digits = options.get("prefix", ""), options.get("digits", 4)
        if not isinstance(prefix, str) or len(prefix) > 20 or not isinstance(digits, int) or not 1 <= digits <= 10:
            raise InvalidInput("prefix, digits: at most 20 characters, and 1 to 10 digits.", field="options")
        return {"prefix": prefix, "digits": digits}


def currency_of(field: FieldDef) -> str:
    """The currency of a field's values: its own, else that of its workspace (EUR for a field that is not stored)."""
    if own := field.options.get("currency"):
        return str(own)
    session = object_session(field)
    workspace = session.get(Workspace, field.workspace_id) if session else None
    return workspace.currency if workspace else "EUR"


@lru_cache
def _amount(digits: int) -> re.Pattern[str]:
    """An amount with so many digits after the point; three that cents cannot have are thousands."""
    cents = rf"(?:[.,](\d{{1,{digits}}}))?" if digits else "()"
    whole = rf"(\d+|\d{{1,3}}(?:{_APART}\d{{2,3}})*{_APART}\d{{3}})"
    return re.compile(rf"(?:{_CURRENCY}\s*)?(-?){whole}{cents}(?:\s*{_CURRENCY})?")
