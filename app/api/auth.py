"""Callers of the REST API, by `Authorization: Bearer`: a member's API key, or their Google ID token.

A program that a person uses sends the ID token that Google's OAuth gave it for this installation's client id
(https://developers.google.com/identity/openid-connect/openid-connect).
"""

from sqlmodel import Session

from app.core.clock import utcnow
from app.core.context import Context
from app.core.errors import NotSignedIn
from app.core.google_tokens import verify_user_token
from app.core.hot import Reader, reader_of
from app.core.security import token_hash
from app.workspaces.access import viewer_by_sub
from app.workspaces.api_keys import SCOPES, KeyHolder, read_key_holder

HOW = "send `Bearer` and an API key (`sidenote api-key create` makes one) or a Google ID token."


def key_reader(reader: Reader, authorization: str | None) -> KeyHolder:
    """The member whose API key this is, Raises NotSignedIn saying what is missing."""
    return _known(read_key_holder(reader, key_hash=token_hash(_bearer(authorization)), now=utcnow()))


def holder_of(session: Session, context: Context, authorization: str | None) -> KeyHolder:
    """The member who calls, and what they may do by it."""
    token = _bearer(authorization)
    if token.count(".") == 2:
        return _person(session, context, token)
    return key_reader(reader_of(session), authorization)


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn(f"Authorization: {HOW}")
    return token.strip()


def _person(session: Session, context: Context, token: str) -> KeyHolder:
    settings = context.settings
    if not settings.oauth_client_id:
        raise NotSignedIn("Authorization: this installation has no OAuth client: send an API key.")
    user = verify_user_token(context.certs, token, client_id=settings.oauth_client_id, issuers=settings.google_issuers)
    viewer = viewer_by_sub(session, user.subject)
    if viewer is None:
        raise NotSignedIn("Authorization: this Google account is no member of a workspace: sign in once on the web.")
    return KeyHolder(viewer, viewer.member_id, list(SCOPES))


def _known(holder: KeyHolder | None) -> KeyHolder:
    if holder is None:
        raise NotSignedIn(f"Authorization: this API key is unknown or has expired; {HOW}")
    return holder
