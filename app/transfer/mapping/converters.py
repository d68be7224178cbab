"""From the cells of one column to the stored values of its field.

What the field's own type reads (`app.records.fields`) is left to it; here stands what files add to that: orders of
dates, marks of decimals, signs of currencies, names of countries, separators.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson

from app.core.errors import InvalidInput
from app.core.text import one_line
from app.records.fields import FieldType, parse_value, value_type
from app.records.fields.base import MAX_LINE
from app.records.fields.choices import MAX_TAGS, Dropdown, choices_of
from app.records.fields.formats import minor_digits
from app.records.fields.numbers import currency_of
from app.records.fields.reachable import Phone
from app.transfer.mapping.amounts import read_number
from app.transfer.mapping.dates import day_or_month_first, read_day, read_moment
from app.transfer.mapping.plan import Format
from models import FieldDef

_YES = ("ja", "j", "oui", "si", "sí", "sì", "sim", "tak", "evet", "ano", "да", "так", "はい", "是", "wahr", "vrai")
_NO = ("nein", "n", "non", "no", "não", "nie", "nee", "nej", "nei", "ne", "нет", "ні", "いいえ", "否", "falsch", "faux")
_SAID = dict.fromkeys(_YES, "yes") | dict.fromkeys(_NO, "no")
Convert = Callable[[str], Any]
"""The stored value of a cell that is not blank, or None. Raises InvalidInput naming the field and the fix."""


def converter(field: FieldDef, format: Format, *, new_options: dict[str, str] | None = None) -> Convert:
    """Reads cells of a field that holds no references.

    `new_options` collects choices that the field does not have yet, by their case-folded labels; without it they are
    refused.
    """
    type = value_type(field)
    match type.name:
        case "date":
            return _days(type, field, format)
        case "datetime":
            return _moments(type, field, format)
        case "currency":
            return _amounts(type, field, format)
        case "number" | "percent" | "rating":
            return _numbers(field, format)
        case "phone":
            return _phones(field, format)
        case "dropdown":
            return _choice(type, field, new_options)
        case "tags":
            return _tags(type, field, format, new_options)
        case "checkbox":
            return _flags(field)
        case "email" | "file":
            return _listed(field, format)
    return lambda text: parse_value(field, text)


def _days(type: FieldType, field: FieldDef, format: Format) -> Convert:
    def convert(text: str) -> date:
        day = read_day(text, format.dates)
        if day is None:
            raise _no_date(type, field, text)
        return day

    return convert


def _moments(type: FieldType, field: FieldDef, format: Format) -> Convert:
    def convert(text: str) -> datetime:
        moment = read_moment(text, format.dates)
        if moment is None:
            raise _no_date(type, field, text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)

    return convert


def _no_date(type: FieldType, field: FieldDef, text: str) -> InvalidInput:
    if day_or_month_first(text) == "either":
        return type.refuse(field, f"{text[:40]} could be read with the day or the month first: say which it is.")
    return type.refuse(field, f"{text[:40]} is not a date of this column's form. Write it as YYYY-MM-DD.")


def _amounts(type: FieldType, field: FieldDef, format: Format) -> Convert:
    currency = currency_of(field)
    digits = minor_digits(currency)

    def convert(text: str) -> Any:
        found = read_number(text, format.decimal)
        if found is None:
            raise type.refuse(field, f"{text[:40]} is not an amount such as 1234.50, or its decimals are in doubt.")
        number, currencies = found
        currencies = currencies or ((format.currency,) if format.currency else ())
        if currencies and currency not in currencies:
            raise type.refuse(
                field, f"{text[:40]} is in {currencies[0]}, but this field is in {currency}. Convert it first."
            )
        return parse_value(field, int(number.scaleb(digits).quantize(Decimal(1), ROUND_HALF_UP)))

    return convert


def _numbers(field: FieldDef, format: Format) -> Convert:
    def convert(text: str) -> Any:
        found = read_number(text.rstrip("% "), format.decimal)
        return parse_value(field, text if found is None or found[1] else str(found[0]))

    return convert


def _phones(field: FieldDef, format: Format) -> Convert:
    """The plan's region counts where the field has none of its own."""
    if not format.region or field.options.get("region"):
        return _listed(field, format)
    here = FieldDef(**field.model_dump() | {"options": {**field.options, "region": format.region}})
    return lambda text: Phone().parse(here, _items(text, format) or text)


def _listed(field: FieldDef, format: Format) -> Convert:
    return lambda text: parse_value(field, _items(text, format) or text)


def _items(text: str, format: Format) -> list[Any] | None:
    """The items of a cell that is a JSON list, or has the plan's separator; None where the type is to tell."""
    if text.startswith("["):
        try:
            items = orjson.loads(text)
        except orjson.JSONDecodeError:
            return None
        return items if isinstance(items, list) else None
    if format.separator and format.separator in text:
        return [item.strip() for item in text.split(format.separator) if item.strip()]
    return None


def _choice(type: FieldType, field: FieldDef, new_options: dict[str, str] | None) -> Convert:
    def convert(text: str) -> Any:
        try:
            return type.parse(field, text)
        except InvalidInput:
            wanted = one_line(text)
            if new_options is None or not 0 < len(wanted) <= MAX_LINE:
                raise
            return new_options.setdefault(wanted.casefold(), wanted)

    return convert


def _flags(field: FieldDef) -> Convert:
    return lambda text: parse_value(field, _SAID.get(text.strip().casefold(), text))


def _tags(type: FieldType, field: FieldDef, format: Format, new_options: dict[str, str] | None) -> Convert:
    """Tags other than those of the field are looked at one by one, to tell which of them are new."""
    one = _choice(Dropdown(), field, new_options)

    def convert(text: str) -> Any:
        items = _items(text, format)
        if new_options is None or field.options.get("open") or not choices_of(field):
            return parse_value(field, text if items is None else items)
        words = re.split(r"[,;\n]", text) if items is None else map(str, items)
        return parse_tags([one(word) for word in words if word.strip()])

    def parse_tags(tags: list[str]) -> list[str]:
        if len(tags) > MAX_TAGS:
            raise type.refuse(field, f"at most {MAX_TAGS} of them, please.")
        return list(dict.fromkeys(tags))

    return convert
