"""Which operators a field has: one table, which the API publishes and the compiler obeys."""

from dataclasses import dataclass

from app.records.fields import value_type
from models import FieldDef


@dataclass(frozen=True, slots=True)
class Operator:
    """`takes`: `nothing`, one `value`, a `list` of them, a `pair` (from, to), or a `period` of days."""

    name: str
    takes: str
    label: str


_EMPTY = (Operator("is_empty", "nothing", "is empty"), Operator("is_not_empty", "nothing", "is not empty"))
_EQUAL = (
    Operator("is", "value", "is"),
    Operator("is_not", "value", "is not"),
    Operator("is_any_of", "list", "is any of"),
    Operator("is_none_of", "list", "is none of"),
)
_ALL = (Operator("has_all_of", "list", "has all of"),)
_CONTAINS = (Operator("contains", "value", "contains"), Operator("not_contains", "value", "does not contain"))
_TEXT = (
    *_EQUAL,
    *_CONTAINS,
    Operator("starts_with", "value", "starts with"),
    Operator("ends_with", "value", "ends with"),
    *_EMPTY,
)
_RANKED = (Operator("at_least", "value", "is at least"), Operator("at_most", "value", "is at most"))
_NUMBER = (
    *_EQUAL,
    *_RANKED,
    Operator("greater_than", "value", "is greater than"),
    Operator("less_than", "value", "is less than"),
    Operator("between", "pair", "is between"),
    *_EMPTY,
)
_TIME = (
    Operator("is", "period", "is"),
    Operator("is_not", "period", "is not"),
    Operator("within", "period", "is within"),
    Operator("not_within", "period", "is not within"),
    Operator("before", "period", "is before"),
    Operator("after", "period", "is after"),
    Operator("on_or_before", "period", "is on or before"),
    Operator("on_or_after", "period", "is on or after"),
    Operator("between", "pair", "is between"),
    *_EMPTY,
)
_SEVERAL = (*_EQUAL, *_ALL, *_EMPTY)

OPERATORS: dict[str, tuple[Operator, ...]] = {
    "text": _TEXT,
    "texts": _TEXT,
    "number": _NUMBER,
    "date": _TIME,
    "moment": _TIME,
    "flag": (*_EQUAL[:2], *_EMPTY),
    "choice": (*_EQUAL, *_RANKED, *_EMPTY),
    "choices": _SEVERAL,
    "member": (*_EQUAL, *_EMPTY),
    "members": _SEVERAL,
    "record": (*_EQUAL, *_EMPTY),
    "records": _SEVERAL,
    "address": (*_CONTAINS, *_EMPTY),
    "stage": (*_EQUAL, *_RANKED, *_EMPTY),
}
"""By family of field. Of choices, only ranked ones have `at_least` and `at_most`."""


def operators_of(field: FieldDef) -> dict[str, Operator]:
    """The operators of a field, by name."""
    family = value_type(field).family
    ranked = family != "choice" or field.options.get("ranked")
    return {operator.name: operator for operator in OPERATORS[family] if ranked or operator not in _RANKED}
