"""The columns of an exported file, by their headings: what an export writes and an import understands by itself.

Each field has a column under its own name (`Amount`). Beside it stand what a name or a number does not tell:

- references (users, related records, stages): `Owner` has the names, `Owner ID` the ids, which count on the way back;
- money: `Amount currency` has the ISO 4217 code, the same for all records unless their own differs;
- addresses: a column for each part, `Address city`, and none for the whole.

`Record ID` comes first. Where two columns would have the same heading, the later one has the field's key behind it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.records.fields import value_type
from app.records.fields.reachable import ADDRESS_PARTS
from app.records.reading import REFERENCES
from models import FieldDef

RECORD_ID = "Record ID"


@dataclass(frozen=True, slots=True)
class Meaning:
    """`part` is empty for the value itself, `name` or `id` of a reference, `currency` of money, or a part of an
    address. Names of references and currencies are there to be read by people."""

    field: FieldDef
    part: str = ""


def headings(fields: Iterable[FieldDef]) -> list[tuple[str, Meaning]]:
    """The columns of these fields, in their order, without `Record ID`."""
    found: dict[str, Meaning] = {}
    for field in fields:
        for heading, part in _columns(field):
            if heading in found or heading == RECORD_ID:
                heading = f"{heading} ({field.key})"
            found[heading] = Meaning(field, part)
    return list(found.items())


def part_heading(field: FieldDef, part: str) -> str:
    """`Address postal code`."""
    return f"{field.name} {part.replace('_', ' ')}"


def _columns(field: FieldDef) -> Iterator[tuple[str, str]]:
    type = value_type(field)
    if type.family == "address":
        yield from ((part_heading(field, part), part) for part in ADDRESS_PARTS)
    elif type.family in REFERENCES:
        yield from ((field.name, "name"), (f"{field.name} ID", "id"))
    elif type.name == "currency":
        yield from ((field.name, ""), (f"{field.name} currency", "currency"))
    else:
        yield field.name, ""
