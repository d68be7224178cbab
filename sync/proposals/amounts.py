"""Amounts of money that a text mentions with their currency."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from app.core.errors import InvalidInput
from app.records.fields.formats import minor_digits
from app.records.fields.numbers import Currency, currency_of
from models import FieldDef

_SIGNS = {
    "€": {"EUR"},
    "£": {"GBP"},
    "$": {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN"},
    "US$": {"USD"},
    "NT$": {"TWD"},
    "¥": {"JPY", "CNY"},
    "₴": {"UAH"},
    "грн": {"UAH"},
    "元": {"TWD", "CNY"},
}
"""Which currencies a sign may stand for: it counts as that of the field where it may be so."""
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}
_NUMBER = r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?"


def amounts_in(text: str, *, field: FieldDef) -> Iterator[tuple[int, int]]:
    """Amounts in the currency of the field, in minor units, with the position where each is mentioned."""
    currency = currency_of(field)
    for found in _pattern(currency).finditer(text):
        number, times = found["number"] or found["number2"], (found["times"] or found["times2"] or "").casefold()
        try:
            minor = _minor(field, number, times, currency)
        except InvalidInput:
            continue
        if minor > 0:
            yield minor, found.start()


def _minor(field: FieldDef, number: str, times: str, currency: str) -> int:
    if not times:
        return Currency().parse(field, number)
    return int(Decimal(number.replace(",", ".")) * _TIMES[times] * 10 ** minor_digits(currency))


@cache
def _pattern(currency: str) -> re.Pattern[str]:
    signs = [sign for sign, codes in _SIGNS.items() if currency in codes]
    either = "|".join(sorted(map(re.escape, [*signs, currency]), key=len, reverse=True))
    times = r"\s?(?P<{}>[kKM])(?!\w)"
    return re.compile(
        rf"(?<![\w$])(?:{either})\s?(?P<number>{_NUMBER})(?!\d|[.,]\d)(?:{times.format('times')})?|"
        rf"(?<![\w.,$])(?P<number2>{_NUMBER})(?:{times.format('times2')})?\s?(?:{either})(?!\w)"
    )
