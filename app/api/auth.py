"""Callers of the REST API: a member's API key in `Authorization: Bearer`."""

from sqlmodel import Session

from app.core.clock import utcnow
from app.core.context import Context
from app.core.errors import NotSignedIn
from app.core.hot import Reader
from app.core.security import token_hash
from app.workspaces.access import KeyHolder, Viewer, key_holder, read_key_holder


def viewer_of(reader: Reader, authorization: str | None) -> Viewer:
    """The member whose key this is, on the hottest path. Raises NotSignedIn saying what is missing."""
    return _known(read_key_holder(reader, key_hash=_hash(authorization), now=utcnow())).viewer


def holder_of(session: Session, context: Context, authorization: str | None) -> KeyHolder:  # noqa: ARG001
    """The member whose key this is, and what the key is good for."""
    return _known(key_holder(session, key_hash=_hash(authorization), now=utcnow()))


def _hash(authorization: str | None) -> str:
    scheme, _, key = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise NotSignedIn("Authorization: send `Bearer` and an API key (`sidenote api-key create` makes one).")
    return token_hash(key.strip())


def _known(holder: KeyHolder | None) -> KeyHolder:
    if holder is None:
        raise NotSignedIn("Authorization: this API key is unknown or has expired.")
    return holder
