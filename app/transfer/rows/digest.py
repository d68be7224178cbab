"""Whether two databases hold the same: one number for each table, whatever the order of its rows."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from app.transfer.rows.lines import lines_of
from app.transfer.rows.tables import kept_tables

MODULUS = 2**256


@dataclass(slots=True)
class TableDigest:
    """The SHA-256 sums of the lines of a table, added up modulo 2^256."""

    rows: int = 0
    total: int = 0

    def add(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self.rows += 1
            self.total += int.from_bytes(hashlib.sha256(line).digest(), "big")
        self.total %= MODULUS

    def as_json(self) -> dict[str, object]:
        return {"rows": self.rows, "digest": f"{self.total:064x}"}


def digests(session: Session) -> dict[str, TableDigest]:
    """Of every table that a backup keeps, as the transaction sees it."""
    found = {table.name: TableDigest() for table in kept_tables()}
    for table in kept_tables():
        for lines in lines_of(session, table):
            found[table.name].add(lines)
    return found


def overall(tables: Mapping[str, TableDigest]) -> str:
    """One digest of all. Empty tables do not count, so that a new one changes nothing."""
    told = (f"{name} {one.rows} {one.total:064x}\n" for name, one in sorted(tables.items()) if one.rows)
    return hashlib.sha256("".join(told).encode()).hexdigest()
