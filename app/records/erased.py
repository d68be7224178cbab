"""Addresses of people whose data was erased: recognised by a keyed hash, which is all that is kept of them.

What brings people in unasked (mail, imports) looks here first, and leaves them out for the reason ERASED.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session

from app.core.bulk import among, table_of
from app.core.security import Vault
from app.records.keys import email_key
from models import ErasedAddress

ERASED = "erased: this person's data was erased, and is not taken in again"


def erased_among(session: Session, *, vault: Vault, workspace_id: str, addresses: Iterable[str]) -> set[str]:
    """The `email_key`s of those addresses that were erased in the workspace. One statement where none ever was."""
    erased = table_of(ErasedAddress).c
    here = erased.workspace_id == workspace_id
    if session.execute(select(erased.digest).where(here).limit(1)).first() is None:
        return set()
    keys = {key for address in addresses if (key := email_key(address))}
    digests = {digest: key for key in keys for digest in fingerprints(vault, workspace_id=workspace_id, key=key)}
    found = select(erased.digest).where(here, among(session, erased.digest, list(digests)))
    return {digests[digest] for digest in session.scalars(found)}


def fingerprints(vault: Vault, *, workspace_id: str, key: str) -> list[str]:
    """What an `email_key` is recognised by once it is erased: the first is stored, all are looked for."""
    return vault.fingerprints("erased-address", f"{workspace_id}:{key}")
