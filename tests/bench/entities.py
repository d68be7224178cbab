"""Public sets of people with known duplicates, as ordinary records: contacts with a few fields of their own."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from app.core.database import transaction
from app.core.ids import new_id
from app.records.bulk import draft_records, insert_records
from app.records.schema import folder_of_kind
from models import FieldDef

SHARED = Path(__file__).parents[3] / "shared" / "data" / "entity_resolution"
Truth = set[tuple[str, str]]
AT_ONCE = 2_000


@dataclass(frozen=True)
class People:
    """Rows of a set by their id there, and the pairs that are one; `row` makes a contact's values of a row."""

    name: str
    rows: dict[str, dict[str, str]]
    truth: Truth

    @classmethod
    def febrl(cls, number: int) -> "People":
        folder = SHARED / "febrl123"
        rows = {row["rec_id"]: row for row in _lines(folder / f"febrl{number}.csv")}
        truth = {ordered(row["id1"], row["id2"]) for row in _lines(folder / f"febrl{number}_links.csv")}
        return cls(f"FEBRL {number}", rows, truth)


FEBRL_FIELDS = ("date_of_birth", "soc_sec_id", "address_2")


def contact(row: Mapping[str, str]) -> dict[str, Any]:
    """Values of a contact, as an import would write them."""
    street = f"{row['street_number']} {row['address_1']}".strip()
    address = {"street": street, "city": row["suburb"], "postal_code": row["postcode"], "region": row["state"]}
    values: dict[str, Any] = {"name": f"{row['given_name']} {row['surname']}".strip() or "?"}
    values |= {key: row[key] for key in FEBRL_FIELDS if row[key]}
    if any(address.values()):
        values["address"] = {part: text for part, text in address.items() if text}
    return values


def store_people(engine: Engine, *, workspace_id: str, people: People) -> dict[str, str]:
    """Make them contacts; the ids in the set by the ids of the records."""
    with transaction(engine) as session:
        _add_fields(session, workspace_id, FEBRL_FIELDS)
    known: dict[str, str] = {}
    rows = iter(people.rows.items())
    while some := list(islice(rows, AT_ONCE)):
        with transaction(engine) as session:
            values = [contact(row) for _, row in some]
            drafts = draft_records(session, workspace_id=workspace_id, kind="contact", many=values)
            made = [draft for draft in drafts if draft]
            insert_records(session, made, via="import")
            known |= {draft["id"]: id for (id, _), draft in zip(some, drafts, strict=True) if draft}
    return known


def ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _add_fields(session: Session, workspace_id: str, keys: Sequence[str]) -> None:
    folder = folder_of_kind(session, workspace_id=workspace_id, kind="contact")
    for position, key in enumerate(keys):
        name = key.replace("_", " ").capitalize()
        base = {"id": new_id(), "workspace_id": workspace_id, "folder_id": folder.id}
        session.add(FieldDef(**base, key=key, name=name, type="text", position=100 + position))


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
