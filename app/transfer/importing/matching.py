"""Which record of the folder a row is about."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from app.core.errors import InvalidInput
from app.records.identity import name_key
from app.records.keys import domain_of, email_key
from app.records.schema import Schema
from app.records.search.words import digits_of
from app.records.uniqueness import key_kind, unique_keys
from app.transfer.importing.lookups import Found, Lookups
from app.transfer.mapping import Plan, Row

Key = tuple[str, str]
"""What kind of key, and its value in a normal form: `("email", "jo@acme.com")`."""


class Matching:
    """The keys by which rows of a file find records, as the plan says: in its order, the first that finds any."""

    def __init__(self, plan: Plan, schema: Schema) -> None:
        """Raises InvalidInput for a field that is not unique."""
        self._by_type: dict[str, list[str]] = defaultdict(list)
        for field in schema.fields:
            self._by_type[field.type].append(field.key)
        self._readers: list[tuple[str, Callable[[Row], Iterable[str]]]] = []
        for kind in plan.match if plan.on_match != "create" else ():
            self._readers.append((kind, self._reader(kind, schema)))
        self._kinds = {f"field:{field.key}": key_kind(field) for field in schema.fields if field.unique}

    def keys(self, row: Row) -> list[Key]:
        return [(kind, value) for kind, read in self._readers for value in read(row) if value]

    def find(self, look: Lookups, keys: Iterable[Key]) -> dict[Key, list[str]]:
        """The ids of the records that have these keys."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for kind, value in keys:
            wanted[kind].add(value)
        found: dict[Key, list[str]] = {}
        for kind, values in wanted.items():
            found |= {(kind, value): ids for value, ids in self._look_up(look, kind, values).items()}
        return found

    def _look_up(self, look: Lookups, kind: str, values: set[str]) -> Found:
        match kind:
            case "id":
                return look.by_id(values)
            case "phone":
                return look.by_phone(values, self._by_type["phone"])
            case "name":
                return look.by_name(values)
        return look.by_key(self._kinds.get(kind, kind), values)

    def _reader(self, kind: str, schema: Schema) -> Callable[[Row], Iterable[str]]:
        match kind:
            case "id":
                return lambda row: [row.id]
            case "name":
                return lambda row: [name_key(row.values.get("name") or "")]
            case "email":
                return partial(_listed, self._by_type["email"], email_key)
            case "phone":
                return partial(_listed, self._by_type["phone"], digits_of)
            case "domain":
                return partial(_listed, self._by_type["domain"], domain_of)
        field = schema.field(kind.removeprefix("field:"))
        if not field.unique:
            raise InvalidInput(f"match: {field.name} is not unique: mark it so, or match by another.", field="match")
        return lambda row: [value for _, value in unique_keys([field], lambda one: row.values.get(one.key))]


def matched(keys: Sequence[Key], found: Mapping[Key, list[str]]) -> list[str]:
    """The records that a row with these keys is about."""
    first = next((kind for kind, value in keys if found.get((kind, value))), None)
    return sorted({id for key in keys if key[0] == first for id in found.get(key, ())})


def _listed(fields: Sequence[str], normal: Callable[[str], str], row: Row) -> Iterator[str]:
    for key in fields:
        value: Any = row.values.get(key)
        for text in value if isinstance(value, list) else [value] if value else ():
            yield normal(text)
