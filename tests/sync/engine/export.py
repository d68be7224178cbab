"""A store as text that two runs can be compared by: every row of every table, without what a run makes up."""

import re
from collections import Counter
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, select

from models.base import metadata

GENERATED_ID = re.compile(r"\b[0-9a-hjkmnp-tv-z]{26}\b")
OF_THE_RUN = {"created_at", "updated_at", "recorded_at", "synced_at", "next_sync_at", "dirty_at", "aliases_at"}
OF_THE_RUN |= {
    "touched_at",
    "lease_owner",
    "lease_until",
    "quota_level",
    "quota_at",
    "listing_id",
    "grant",
    "expires_at",
    "accepted_at",
    "scored_at",
}
NOT_OF_SYNC = ("executor", "duplicate_due")
"""Tables of other work: who is at it, and what waits for it."""
ROUNDS = 5
"""How far apart two rows may be, in references, and still tell each other's namesakes apart."""

Row = dict[str, Any]


def canonical(engine: Engine) -> Counter[str]:
    """Every row, its generated ids replaced by what they stand for, and how often it occurs."""
    tables = {name: _rows(engine, name) for name in metadata.tables if name not in NOT_OF_SYNC}
    names: dict[str, str] = {}
    for _ in range(ROUNDS):
        names = {
            row["id"]: _digest(_text(name, row, names)) for name, rows in tables.items() for row in rows if "id" in row
        }
    return Counter(_text(name, row, names) for name, rows in tables.items() for row in rows)


def _rows(engine: Engine, name: str) -> list[Row]:
    with engine.connect() as connection:
        rows = connection.execute(select(metadata.tables[name])).mappings()
        return [{key: value for key, value in row.items() if not _is_of_the_run(name, key)} for row in rows]


def _is_of_the_run(table: str, column: str) -> bool:
    return column in OF_THE_RUN or (table, column) in (("event", "occurred_at"), ("member", "access"))


def _text(table: str, row: Row, names: dict[str, str]) -> str:
    """The row's own id is left out: it is what the text is to name."""
    values = {key: value for key, value in row.items() if key != "id"}
    return f"{table} " + GENERATED_ID.sub(lambda found: names.get(found[0], "?"), repr(values))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
