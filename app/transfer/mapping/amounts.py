"""Numbers and money as people and programs write them."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Literal

from babel.numbers import list_currencies

Decimals = Literal[".", ","]
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₩": "KRW", "₴": "UAH", "₺": "TRY", "₪": "ILS", "zł": "PLN"}
_SHARED = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "BRL", "ARS", "CLP", "COP", "TWD"),
    "¥": ("JPY", "CNY"),
    "￥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "fr": ("CHF",),
    "sfr": ("CHF",),
    "kč": ("CZK",),
    "ft": ("HUF",),
    "lei": ("RON",),
    "r$": ("BRL",),
    "us$": ("USD",),
    "a$": ("AUD",),
    "c$": ("CAD",),
    "hk$": ("HKD",),
    "元": ("CNY",),
    "円": ("JPY",),
}
_MONEY = re.compile(
    r"([+-]?)\s*([^\d\s.,'’()+-]{0,4})\s*([+-]?)\s*([\d.,'’\s]*\d)(?:[.,]-+)?\s*([^\d\s.,'’()+-]{0,4})\.?"
)
_GAPS = re.compile(r"[\s'’]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}")


def read_number(text: str, decimal: Decimals | None) -> tuple[Decimal, tuple[str, ...]] | None:
    """A number, and the currencies that it may be in (none if it does not say); None for what is no number.

    Without `decimal`, a single mark before three digits could be either: such a text is refused.
    """
    text = text.strip().replace("\u2212", "-")
    negative = text.startswith("(") and text.endswith(")")
    found = _MONEY.fullmatch(text[1:-1].strip() if negative else text)
    if not found:
        return None
    before, sign_before, sign_after, digits, after = found[2], found[1], found[3], found[4], found[5]
    plain = plain_number(digits, decimal)
    currencies = _currencies(before or after)
    if plain is None or currencies is None or (before and after):
        return None
    number = Decimal(plain)
    return (-number if negative or "-" in (sign_before, sign_after) else number), currencies


def plain_number(digits: str, decimal: Decimals | None) -> str | None:
    """`1.234,50` -> `1234.50`; None when the marks do not make a number."""
    digits = _GAPS.sub("", digits)
    decimal = decimal or decimal_mark(digits)
    if decimal is None:
        return digits if digits.isdigit() else None
    whole, mark, cents = digits.rpartition(decimal)
    if not mark:
        whole, cents = digits, ""
    thousands = "," if decimal == "." else "."
    if thousands in whole and not _GROUPED.fullmatch(whole):
        return None
    whole = whole.replace(thousands, "")
    plain = f"{whole or '0'}.{cents}" if cents else whole
    return plain if plain.replace(".", "", 1).isdigit() else None


def decimal_mark(digits: str) -> Decimals | None:
    """The mark before the decimals, where the number itself tells; None where there are none, or it could be either."""
    point, comma = digits.rfind("."), digits.rfind(",")
    if point >= 0 and comma >= 0:
        return "." if point > comma else ","
    mark: Decimals = "." if point >= 0 else ","
    count = digits.count(mark)
    if not count:
        return None
    if count > 1:
        return "," if mark == "." else "."
    after = len(digits) - 1 - digits.rfind(mark)
    return mark if after != 3 or digits.startswith(("0", mark)) else None


def decimal_of(texts: Iterable[str]) -> Decimals | None:
    """The mark that a column's numbers agree on; None when none of them tells."""
    votes = {".": 0, ",": 0}
    for text in texts:
        if mark := decimal_mark(re.sub(r"[^\d.,]", "", text).strip(".,")):
            votes[mark] += 1
    if not any(votes.values()):
        return None
    return "." if votes["."] >= votes[","] else ","


def _currencies(sign: str) -> tuple[str, ...] | None:
    """The currencies that a sign or code may mean; empty for none, None for what is no currency."""
    if not sign or sign == "%":
        return ()
    if sign.upper() in _codes():
        return (sign.upper(),)
    if sign in _SIGNS:
        return (_SIGNS[sign],)
    return _SHARED.get(sign.casefold())


@cache
def _codes() -> frozenset[str]:
    return frozenset(list_currencies())
