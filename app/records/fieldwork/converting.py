"""What becomes of a value when its field gets another type or other options."""

from collections.abc import Mapping
from typing import Any

from app.core.errors import InvalidInput
from app.records.fields import TYPES, as_json, is_empty, type_of
from app.records.fields.formats import Formats
from models import FieldDef

BY_HAND = frozenset(name for name, type in TYPES.items() if type.card) - {"record", "records", "stage"}
"""Types whose values people write, and so can be read from a text."""
PEOPLE = frozenset({"user", "users"})
_NAMED = ("member", "members", "record", "stage")


def can_become(field: FieldDef, type: str) -> bool:
    """Whether values of this field could make sense under another type."""
    if field.fixed or field.column or field.type in ("records", "formula", "rollup", "statistics"):
        return False
    return type in (BY_HAND if field.type in PEOPLE or type == field.type else BY_HAND - PEOPLE)


def converted(old: FieldDef, new: FieldDef, stored: Any, names: Mapping[str, str]) -> Any:
    """The stored form, as JSON, of a value that `old` had, under `new`. Raises InvalidInput where there is none.

    `names` are of members, records and stages, by id.
    """
    given = _given(old, new, stored, names)
    value = type_of(new).parse(new, given)
    if is_empty(value):
        raise InvalidInput(f"{new.name}: nothing is left of it.", field=new.key)
    return as_json(value)


def _given(old: FieldDef, new: FieldDef, stored: Any, names: Mapping[str, str]) -> Any:
    """The value in a form that the new type understands: as it stands, or as a text."""
    single = type_of(new).family in ("choice", "member")
    if (old.type in PEOPLE and new.type in PEOPLE) or (isinstance(stored, list) and single):
        return _only(new, stored) if single else stored
    if old.type == new.type and old.type != "currency":
        return stored
    if {old.type, new.type} == {"dropdown", "tags"}:
        return [stored]
    if type_of(old).family in _NAMED:
        return type_of(old).show(old, stored, Formats(names=names))
    return type_of(old).cell(old, stored)


def _only(new: FieldDef, stored: Any) -> Any:
    items = stored if isinstance(stored, list) else [stored]
    if len(items) != 1:
        raise InvalidInput(f"{new.name}: holds one of these {len(items)}.", field=new.key)
    return items[0]
