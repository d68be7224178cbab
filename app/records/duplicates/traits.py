"""What of a record tells who it is, and how its values are compared: read off the fields of its folder."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.records.duplicates.alike import PEOPLE
from app.records.schema import Schema
from models import FieldDef


class Sort(StrEnum):
    """How values are compared; see `levels`."""

    GIVEN = "given"
    FAMILY = "family"
    FIRM = "firm"
    EMAIL = "email"
    PHONE = "phone"
    DOMAIN = "domain"
    PLACE = "place"
    DATE = "date"
    TEXT = "text"
    EXACT = "exact"


LISTS = frozenset({Sort.EMAIL, Sort.PHONE, Sort.DOMAIN})
"""Compared as sets of values; the others as one."""
_MERGED = {"email": Sort.EMAIL, "phone": Sort.PHONE, "domain": Sort.DOMAIN}
_SINGLE = {
    "address": Sort.PLACE,
    "date": Sort.DATE,
    "text": Sort.TEXT,
    "url": Sort.TEXT,
    "number": Sort.EXACT,
    "dropdown": Sort.EXACT,
    "record": Sort.EXACT,
}


@dataclass(frozen=True, slots=True)
class Trait:
    """Something that two records are compared by. `key` is that of its field, of several of one type the first one's.

    `fields` are their keys; for a field of its own, just `key`.
    """

    key: str
    sort: Sort
    fields: tuple[str, ...]

    @property
    def is_list(self) -> bool:
        return self.sort in LISTS


def traits_of(schemas: Sequence[Schema]) -> tuple[Trait, ...]:
    """The traits of records of these folders, at most one per field; those with the same key and type are one."""
    found: dict[tuple[str, Sort], list[str]] = {}
    for schema in schemas:
        for field in schema.fields:
            for key, sort in _sorts(schema.folder.kind, field):
                place = next((one for one in found if one[1] == sort), (key, sort)) if sort in LISTS else (key, sort)
                keys = found.setdefault(place, [])
                if field.key not in keys:
                    keys.append(field.key)
    return tuple(Trait(key, sort, tuple(keys)) for (key, sort), keys in found.items())


def _sorts(kind: str, field: FieldDef) -> Iterable[tuple[str, Sort]]:
    if field.column == "name":
        if kind in PEOPLE:
            return [(field.key, Sort.GIVEN), (field.key, Sort.FAMILY)]
        return [(field.key, Sort.FIRM if kind == "company" else Sort.TEXT)]
    if field.computed or (field.column and field.column != "company_id"):
        return []
    sort = _MERGED.get(field.type) or _SINGLE.get(field.type)
    return [(field.key, sort)] if sort else []
