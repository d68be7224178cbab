"""Callers of the REST API: a member's API key in `Authorization: Bearer`."""

from app.core.clock import utcnow
from app.core.errors import NotSignedIn
from app.core.hot import Reader
from app.core.security import token_hash
from app.workspaces.access import Viewer, read_viewer_by_key


def viewer_of(reader: Reader, authorization: str | None) -> Viewer:
    """The member whose key this is. Raises NotSignedIn saying what is missing."""
    scheme, _, key = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise NotSignedIn("Authorization: send `Bearer` and an API key (`sidenote api-key create` makes one).")
    viewer = read_viewer_by_key(reader, key_hash=token_hash(key.strip()), now=utcnow())
    if viewer is None:
        raise NotSignedIn("Authorization: this API key is unknown or has expired.")
    return viewer
