"""What of a workspace goes along, and what stays behind because it is worth nothing, or too much, anywhere else."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, literal, null
from sqlmodel import Session

from app.transfer.rows.digest import TableDigest
from app.transfer.rows.lines import NOTHING, lines_of
from app.transfer.rows.tables import tables_of_a_workspace

KIND = "archive"
LEFT_BEHIND = frozenset({"api_key", "handled", "idempotent_request"})
"""Keys to this installation, and what it answered to clicks and requests."""
DISCONNECTED: Mapping[str, ColumnElement[Any]] = {
    "grant": literal(""),
    "state": literal("reconnect"),
    "lease_owner": null(),
    "lease_until": null(),
    "watch_expires_at": null(),
}
"""A mailbox without Google's grant, which only works with the keys and the OAuth client of this installation: its owner
connects it again, and it goes on where it stood."""


def tables() -> list[Table]:
    return [table for table in tables_of_a_workspace() if table.name not in LEFT_BEHIND]


def lines_in(session: Session, table: Table, *, workspace_id: str) -> Iterator[list[bytes]]:
    owner = table.c.id if table.name == "workspace" else table.c.workspace_id
    instead = DISCONNECTED if table.name == "mailbox" else NOTHING
    return lines_of(session, table, owner == workspace_id, instead=instead)


def digests_in(session: Session, *, workspace_id: str) -> dict[str, TableDigest]:
    """Of the tables of an archive, as the transaction sees them."""
    found: dict[str, TableDigest] = {}
    for table in tables():
        digest = found[table.name] = TableDigest()
        for lines in lines_in(session, table, workspace_id=workspace_id):
            digest.add(lines)
    return found
