"""Verification of the ID tokens that Google signs: add-on requests, their users, Pub/Sub pushes.

A signature and an audience prove little: anyone may have Google sign a token for our URL with a service account
of their own. Each `verify_…` function therefore also pins who the token speaks for.
See https://developers.google.com/workspace/add-ons/guides/alternate-runtimes and RFC 7519.
"""

import binascii
import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from app.core.errors import SidenoteError
from app.core.google_certs import GoogleCerts

CLOCK_SKEW_SECONDS = 10
MAX_TOKEN_LENGTH = 8192


class InvalidToken(SidenoteError):
    """The token is not one we accept. The message says why, and never holds the token."""

    status = 401
    code = "invalid_token"


class MalformedToken(InvalidToken):
    code = "malformed_token"


class UnsupportedAlgorithm(InvalidToken):
    code = "unsupported_algorithm"


class UnknownKey(InvalidToken):
    code = "unknown_key"


class BadSignature(InvalidToken):
    code = "bad_signature"


class WrongIssuer(InvalidToken):
    code = "wrong_issuer"


class WrongAudience(InvalidToken):
    code = "wrong_audience"


class ExpiredToken(InvalidToken):
    code = "expired_token"


class TokenFromTheFuture(InvalidToken):
    code = "token_from_the_future"


class UnverifiedEmail(InvalidToken):
    code = "unverified_email"


class WrongServiceAccount(InvalidToken):
    code = "wrong_service_account"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. `subject` is Google's stable account id; `email` is None if not given."""

    issuer: str
    audience: str
    subject: str
    expires_at: float
    email: str | None
    email_verified: bool
    name: str | None
    hosted_domain: str | None


@dataclass(frozen=True, slots=True)
class GoogleUser:
    """A person by Google account: key on `subject`, the address may change.

    `hosted_domain` is the Workspace domain that manages the account. Without it the address is only one that the
    person once proved to hold (https://developers.google.com/identity/openid-connect/openid-connect#hd-param).
    """

    subject: str
    email: str
    name: str | None
    hosted_domain: str | None = None


def verify_system_token(
    certs: GoogleCerts, token: str, *, audience: str, service_account: str, issuers: frozenset[str]
) -> Claims:
    """A request from the add-on platform: `audience` is the exact public URL called, built from the settings
    and never from the Host header; `service_account` the address that the deployment reports."""
    return _verify_service_account(certs, token, audience=audience, service_account=service_account, issuers=issuers)


def verify_push_token(
    certs: GoogleCerts, token: str, *, audience: str, service_account: str, issuers: frozenset[str]
) -> Claims:
    """A Pub/Sub push: `audience` and `service_account` as the subscription was created with."""
    return _verify_service_account(certs, token, audience=audience, service_account=service_account, issuers=issuers)


def verify_user_token(certs: GoogleCerts, token: str, *, client_id: str, issuers: frozenset[str]) -> GoogleUser:
    """The person at the add-on: `client_id` is the add-on's own OAuth client, not the web sign-in's."""
    claims = verify(certs, token, audience=client_id, issuers=issuers)
    return GoogleUser(claims.subject, _verified_email(claims), claims.name, claims.hosted_domain)


def verify(certs: GoogleCerts, token: str, *, audience: str, issuers: frozenset[str]) -> Claims:
    """Check signature (RS256 only), issuer, audience and times (10 s of skew); raises a kind of InvalidToken,
    or CertificatesUnavailable. Costs about 0.05 ms with the keys at hand."""
    payload = _signed_payload(certs, token)
    claims = _claims(payload)
    if claims.issuer not in issuers:
        raise WrongIssuer(f"expected issuer {_either(issuers)}, got {_shown(claims.issuer)}")
    if not audience or claims.audience != audience:
        raise WrongAudience(f"expected audience {audience!r}, got {_shown(claims.audience)}")
    now = certs.clock()
    if now > claims.expires_at + CLOCK_SKEW_SECONDS:
        raise ExpiredToken(f"expired {now - claims.expires_at:.0f} s ago")
    starts_at = max(_number(payload, "iat"), _number(payload, "nbf", default=0.0))
    if now < starts_at - CLOCK_SKEW_SECONDS:
        raise TokenFromTheFuture(f"valid only in {starts_at - now:.0f} s: is this server's clock right?")
    return claims


def _verify_service_account(
    certs: GoogleCerts, token: str, *, audience: str, service_account: str, issuers: frozenset[str]
) -> Claims:
    claims = verify(certs, token, audience=audience, issuers=issuers)
    email = _verified_email(claims)
    if email != service_account:
        raise WrongServiceAccount(f"expected a token of {service_account!r}, got one of {_shown(email)}")
    return claims


def _verified_email(claims: Claims) -> str:
    if not claims.email or not claims.email_verified:
        raise UnverifiedEmail("the token must hold an email with email_verified true")
    return claims.email


def _signed_payload(certs: GoogleCerts, token: str) -> dict[str, Any]:
    """The payload once its signature holds (RFC 7515 5.2)."""
    if len(token) > MAX_TOKEN_LENGTH or token.count(".") != 2:
        raise MalformedToken(f"expected a signed JWT of at most {MAX_TOKEN_LENGTH} characters")
    signed, _, signature = token.rpartition(".")
    header, payload = map(_json_object, signed.split("."))
    if header.get("alg") != "RS256" or "crit" in header:
        raise UnsupportedAlgorithm(f"expected algorithm 'RS256', got {_shown(header.get('alg'))}")
    key_id = header.get("kid")
    key = certs.key(key_id) if isinstance(key_id, str) else None
    if key is None:
        raise UnknownKey(f"no key of the issuer is named {_shown(key_id)}")
    try:
        key.verify(_decode(signature), signed.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        raise BadSignature("the signature does not match") from None
    return payload


def _json_object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_decode(part))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise MalformedToken("a part of the token is not a JSON object")
    return value


def _decode(part: str) -> bytes:
    try:
        return b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise MalformedToken("a part of the token is not base64url") from None


def _claims(payload: dict[str, Any]) -> Claims:
    email, name, domain = payload.get("email"), payload.get("name"), payload.get("hd")
    return Claims(
        issuer=_text(payload, "iss"),
        audience=_text(payload, "aud"),
        subject=_text(payload, "sub"),
        expires_at=_number(payload, "exp"),
        email=email if isinstance(email, str) else None,
        email_verified=payload.get("email_verified") is True,
        name=name if isinstance(name, str) else None,
        hosted_domain=domain if isinstance(domain, str) else None,
    )


def _text(payload: dict[str, Any], claim: str) -> str:
    value = payload.get(claim)
    if not isinstance(value, str) or not value:
        raise MalformedToken(f"claim {claim!r} must be a string")
    return value


def _number(payload: dict[str, Any], claim: str, *, default: float | None = None) -> float:
    value = payload.get(claim, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise MalformedToken(f"claim {claim!r} must be a time in seconds")
    return value


def _either(issuers: frozenset[str]) -> str:
    return " or ".join(map(repr, sorted(issuers)))


def _shown(value: object) -> str:
    """A claim for an error text: quoted and bounded, as it comes from a stranger."""
    return repr(value)[:200]
