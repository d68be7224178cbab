"""Locks by name, held until the transaction ends."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import BigInteger, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session


def hold(session: Session, name: str, *, shared: bool = False) -> None:
    """Wait for the lock `name`; `shared` holders only keep out those who want it alone.

    SQLite has one writer at a time and needs none of this.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
        session.execute(select(lock(_key(name))))


def hold_all(session: Session, names: Sequence[str]) -> None:
    """`hold` many locks, one after the other in this order: whoever takes some of them keeps to one order."""
    if names and session.get_bind().dialect.name == "postgresql":
        keys = [_key(name) for name in names]
        each = func.unnest(literal(keys, ARRAY(BigInteger))).table_valued("key", with_ordinality="place")
        each = each.render_derived()
        session.execute(select(func.pg_advisory_xact_lock(each.c.key)).order_by(each.c.place)).all()


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
