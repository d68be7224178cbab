"""The tokens that Google sends with every call to an add-on, minted on this machine."""

import time
from collections.abc import Iterable
from typing import Any

from app.demo.context import DemoContext, DemoMember

LIFETIME = 3600
ISSUER = "https://accounts.google.com"


def event_tokens(
    demo: DemoContext, *, member: DemoMember, url: str, message_id: str | None, granted: Iterable[str]
) -> dict[str, Any]:
    """For a call to `url`: its `Authorization` header, its `authorizationEventObject` and the open message's token.

    The system token's audience is the very URL called, query included
    (developers.google.com/workspace/add-ons/guides/alternate-runtimes).
    """
    now = int(time.time())
    system_token = demo.sign(_system_claims(demo, url=url, now=now))
    scopes = sorted(granted)
    return {
        "authorization": f"Bearer {system_token}",
        "event": {
            "userOAuthToken": demo.access_token(member.email, scopes),
            "userIdToken": demo.sign(_user_claims(demo, member=member, now=now)),
            "systemIdToken": system_token,
            "authorizedScopes": scopes,
        },
        "gmailAccessToken": demo.message_token(member.email, message_id) if message_id else None,
    }


def _system_claims(demo: DemoContext, *, url: str, now: int) -> dict[str, Any]:
    return {
        "iss": ISSUER,
        "aud": url,
        "azp": demo.service_account,
        "sub": demo.service_account,
        "email": demo.service_account,
        "email_verified": True,
        "iat": now,
        "exp": now + LIFETIME,
    }


def _user_claims(demo: DemoContext, *, member: DemoMember, now: int) -> dict[str, Any]:
    return {
        "iss": ISSUER,
        "aud": demo.addon_client_id,
        "azp": demo.addon_client_id,
        "sub": member.subject,
        "email": member.email,
        "email_verified": True,
        "name": member.name,
        "hd": member.email.partition("@")[2],
        "iat": now,
        "exp": now + LIFETIME,
    }
