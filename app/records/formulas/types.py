"""The types of a formula's values, and which of them go together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = Decimal | str | date | datetime | bool | None
"""Numbers, percentages and money (whole units, not cents) are decimals; None is empty, and so is an empty text."""


@dataclass(frozen=True, slots=True)
class Type:
    """`name` is that of a field type (number, currency, percent, text, date, datetime, checkbox), or `empty`.

    `currency` is the ISO 4217 code of money.
    """

    name: str
    currency: str = ""

    def __str__(self) -> str:
        return _SPOKEN.get(self.name, f"a {self.name}")


_SPOKEN = {"empty": "empty", "datetime": "a date and time", "checkbox": "a yes or no"}
NUMBER, PERCENT, TEXT, CHECKBOX = Type("number"), Type("percent"), Type("text"), Type("checkbox")
DATE, DATETIME, EMPTY = Type("date"), Type("datetime"), Type("empty")
NUMERIC = ("number", "percent", "currency")
TEMPORAL = ("date", "datetime")


def common(types: Sequence[Type]) -> Type | None:
    """The one type that all these values may have; None when there is none. A plain number goes with any amount."""
    shared = EMPTY
    for one in types:
        if one in (shared, EMPTY):
            continue
        if shared == EMPTY or (shared == NUMBER and one.name in NUMERIC):
            shared = one
        elif not (one == NUMBER and shared.name in NUMERIC):
            return None
    return shared


def sum_type(left: Type, right: Type) -> Type | None:
    """Of `left + right`: amounts of one kind, or a day and a number of days."""
    if left.name in TEMPORAL and right == NUMBER:
        return left
    if right.name in TEMPORAL and left == NUMBER:
        return right
    return _amount(left, right)


def difference_type(left: Type, right: Type) -> Type | None:
    """Of `left - right`; between two days it is a number of days."""
    if left.name in TEMPORAL:
        return left if right == NUMBER else NUMBER if left == right else None
    return _amount(left, right)


def product_type(left: Type, right: Type) -> Type | None:
    """Of `left * right`: money times money is nothing."""
    if not _are_numeric(left, right) or left.name == right.name == "currency":
        return None
    return next((one for one in (left, right) if one.name == "currency"), NUMBER)


def quotient_type(left: Type, right: Type) -> Type | None:
    """Of `left / right`: money by money of the same currency is a number."""
    if not _are_numeric(left, right):
        return None
    if right.name == "currency":
        return NUMBER if left == right else None
    return left if left.name == "currency" else NUMBER


def _amount(left: Type, right: Type) -> Type | None:
    return common([left, right]) if _are_numeric(left, right) else None


def _are_numeric(*types: Type) -> bool:
    return all(one.name in NUMERIC for one in types)
