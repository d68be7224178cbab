"""Rows about people whose data was erased: they are not taken in again."""

import re
from collections.abc import Sequence

from sqlmodel import Session

from app.core.security import Vault
from app.records.erased import ERASED, erased_among
from app.records.keys import email_key
from app.transfer.importing.deciding import Staged

_ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]]+@[^\s<>,;:\"'()\[\]]+")


def leave_out_erased(session: Session, *, vault: Vault, workspace_id: str, rows: Sequence[Staged]) -> None:
    """Have the rows rejected that name an erased address in any of their cells, with the reason."""
    named = [(row, found) for row in rows if (found := _addresses(row))]
    every = {address for _, found in named for address in found}
    erased = erased_among(session, vault=vault, workspace_id=workspace_id, addresses=every)
    if erased:
        for row, found in named:
            if not erased.isdisjoint(map(email_key, found)):
                row.problem = ERASED


def _addresses(row: Staged) -> list[str]:
    return [found for cell in row.cells if "@" in cell for found in _ADDRESS.findall(cell)]
