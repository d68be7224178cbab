"""OpenID Connect's read side: keys, userinfo and token information."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sync.emulator.mailbox import Mailbox
from sync.emulator.wire import Reply, Request, json_reply

if TYPE_CHECKING:
    from sync.emulator.emulator import GmailEmulator
    from sync.emulator.tokens import AccessToken

EMAIL_SCOPES = frozenset({"email", "https://www.googleapis.com/auth/userinfo.email"})
PROFILE_SCOPES = frozenset({"profile", "https://www.googleapis.com/auth/userinfo.profile"})
CERTIFICATES_MAX_AGE = 3600


def identity_endpoints(emulator: GmailEmulator, request: Request) -> Reply | None:
    """The reply to a request for keys or identity; None for any other path."""
    fresh = {"Cache-Control": f"public, max-age={CERTIFICATES_MAX_AGE}, must-revalidate"}
    match request.path:
        case "/oauth2/v3/certs":
            return json_reply(emulator.signer.jwks(), headers=fresh)
        case "/oauth2/v1/certs":
            return json_reply(emulator.signer.certificates(), headers=fresh)
        case "/oauth2/v3/userinfo" | "/v1/userinfo":
            return _user_info(emulator, emulator.tokens.find(request.bearer or ""))
        case "/tokeninfo" | "/oauth2/v3/tokeninfo":
            token = request.arguments.get("access_token") or request.form.get("access_token", "")
            return _token_info(emulator, emulator.tokens.find(token))
    return None


def identity_claims(mailbox: Mailbox, scopes: Iterable[str]) -> dict[str, Any]:
    """The claims about a person that these scopes show; `sub` depends on the address alone."""
    granted = frozenset(scopes)
    claims: dict[str, Any] = {"sub": subject_id(mailbox.address)}
    if granted & EMAIL_SCOPES:
        claims |= {"email": mailbox.address, "email_verified": True}
        domain = mailbox.address.partition("@")[2]
        if domain not in ("gmail.com", "googlemail.com"):
            claims["hd"] = domain
    if granted & PROFILE_SCOPES:
        given, _, family = mailbox.name.partition(" ")
        claims |= {"name": mailbox.name, "given_name": given, "family_name": family}
    return claims


def subject_id(address: str) -> str:
    """A person's stable 21-digit account id."""
    return "1" + str(int.from_bytes(hashlib.sha256(address.encode()).digest()[:8], "big")).zfill(20)


def _user_info(emulator: GmailEmulator, access: AccessToken | None) -> Reply:
    if access is None:
        return json_reply({"error": "invalid_request", "error_description": "Invalid Credentials"}, 401)
    return json_reply(identity_claims(emulator.mailbox(access.address), access.scopes))


def _token_info(emulator: GmailEmulator, access: AccessToken | None) -> Reply:
    if access is None:
        return json_reply({"error": "invalid_token", "error_description": "Invalid Value"}, 400)
    client_id = access.grant.client_id
    claims = identity_claims(emulator.mailbox(access.address), access.scopes)
    remaining = str(int(access.expires_at - emulator.clock()))
    return json_reply(
        {
            "azp": client_id,
            "aud": client_id,
            "scope": " ".join(sorted(access.scopes)),
            "expires_in": remaining,
            **claims,
        }
    )
