"""Locks by name, held until the transaction ends."""

import hashlib

from sqlalchemy import func, select
from sqlmodel import Session


def hold(session: Session, name: str, *, shared: bool = False) -> None:
    """Wait for the lock `name`; `shared` holders only keep out those who want it alone.

    SQLite has one writer at a time and needs none of this.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
        session.execute(select(lock(key)))
