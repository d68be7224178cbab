"""Signing in with Google and asking for a mailbox: the OAuth 2 web flow with PKCE (RFC 6749, RFC 7636).

See https://developers.google.com/identity/protocols/oauth2/web-server
"""

import os
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from google_auth_oauthlib.flow import Flow
from oauthlib.oauth2 import OAuth2Error
from requests.exceptions import RequestException
from sqlmodel import Session, col

from app.core.bulk import insert_into
from app.core.clock import utcnow
from app.core.errors import Conflict, Forbidden, InvalidInput, SidenoteError
from app.core.google_certs import GoogleCerts
from app.core.google_tokens import verify_user_token
from app.core.security import Vault
from app.core.settings import LOOPBACK, Settings
from models import UsedState

SIGN_IN, CONNECT = "sign_in", "connect"
IDENTITY = (
    "openid",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
)
# Reading and sending, not gmail.modify: Sidenote never changes or deletes mail, so it does not ask for the right to.
GMAIL = ("https://www.googleapis.com/auth/gmail.readonly", "https://www.googleapis.com/auth/gmail.send")
SCOPES = {SIGN_IN: IDENTITY, CONNECT: IDENTITY + GMAIL}

STATE_SECONDS = 600
VERIFIER_BYTES = 64


class ConsentDenied(Forbidden):
    code = "consent_denied"


class StateAlreadyUsed(Conflict):
    code = "state_already_used"


class CodeRefused(InvalidInput):
    status = 400
    code = "code_refused"


class GoogleUnavailable(SidenoteError):
    status = 503
    code = "google_unavailable"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in on its way: what `begin` had to remember."""

    purpose: str
    addon_sub: str | None
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who came back from Google, and what they granted. `addon_sub`: the add-on user who set out, if from a card.

    `hosted_domain`: the Google Workspace domain that manages the account, if one does.
    """

    sub: str
    email: str
    name: str
    refresh_token: str | None
    scopes: frozenset[str]
    purpose: str
    addon_sub: str | None
    hosted_domain: str | None = None


def redirect_uri(settings: Settings) -> str:
    """To be listed among the OAuth client's redirect URIs."""
    return f"{settings.base_url}/oauth/callback"


def begin(
    settings: Settings,
    vault: Vault,
    *,
    purpose: str,
    login_hint: str | None = None,
    addon_sub: str | None = None,
) -> str:
    """Google's consent page for `purpose` (SIGN_IN or CONNECT), as a URL to send the browser to.

    Nothing is stored: the state carries all that is needed on the way back, the PKCE verifier encrypted.
    """
    verifier = secrets.token_urlsafe(VERIFIER_BYTES)
    state = {
        "nonce": secrets.token_urlsafe(16),
        "purpose": purpose,
        "addon_sub": addon_sub,
        "verifier": vault.encrypt(verifier),
    }
    hints = {"access_type": "online"} | ({"login_hint": login_hint} if login_hint else {})
    if purpose == CONNECT:
        # Google gives a refresh token only on consent; without the prompt a second connection would get none.
        hints |= {"access_type": "offline", "prompt": "consent"}
    url, _ = _flow(settings, SCOPES[purpose], verifier).authorization_url(
        state=vault.sign("oauth", state, seconds=STATE_SECONDS), include_granted_scopes="true", **hints
    )
    return str(url)


def use_up(session: Session, vault: Vault, *, state: str) -> Begun:
    """The sign-in that comes back with this state, which works once: commit before Google is asked.

    Raises BadSignature (forged or expired) or StateAlreadyUsed.
    """
    known: Any = vault.unsign("oauth", state)
    insert = insert_into(session, UsedState).values(nonce=known["nonce"], used_at=utcnow())
    inserted = session.execute(insert.on_conflict_do_nothing().returning(col(UsedState.nonce)))
    if inserted.first() is None:
        raise StateAlreadyUsed("This sign-in was already completed: start again.")
    return Begun(known["purpose"], known["addon_sub"], vault.decrypt(known["verifier"]))


def finish(settings: Settings, certs: GoogleCerts, *, begun: Begun, code: str | None, error: str | None) -> SignedIn:
    """What Google's redirect means. Exchanges the code and verifies the ID token: hold no transaction open meanwhile.

    Raises ConsentDenied, CodeRefused, GoogleUnavailable, or a kind of InvalidToken.
    """
    if error or not code:
        raise ConsentDenied(f"Google did not let Sidenote in ({error or 'no code'}): try again and allow it.")
    answer = _exchange(settings, begun.verifier, code)
    user = verify_user_token(
        certs,
        answer.get("id_token", ""),
        client_id=settings.oauth_client_id,
        issuers=settings.google_issuers,
    )
    return SignedIn(
        sub=user.subject,
        email=user.email.lower(),
        name=user.name or user.email,
        refresh_token=answer.get("refresh_token"),
        scopes=frozenset(_words(answer.get("scope"))),
        purpose=begun.purpose,
        addon_sub=begun.addon_sub,
        hosted_domain=user.hosted_domain,
    )


def _exchange(settings: Settings, verifier: str, code: str) -> dict[str, Any]:
    """The token response. No scopes are passed: people may grant fewer than were asked for; the caller judges that."""
    flow = _flow(settings, None, verifier)
    try:
        return dict(flow.fetch_token(code=code, include_client_id=True, timeout=10))
    except OAuth2Error as refusal:
        raise CodeRefused(f"Google refused the sign-in ({refusal.error}): start again.") from None
    except RequestException:
        raise GoogleUnavailable("Google cannot be reached to complete the sign-in: try again.") from None
    finally:
        flow.oauth2session.close()


def _flow(settings: Settings, scopes: tuple[str, ...] | None, verifier: str) -> Flow:
    if urlsplit(settings.oauth_token_url).hostname in LOOPBACK:
        # An emulator on this machine speaks plain HTTP; the library refuses that unless told.
        os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    client = {
        "client_id": settings.oauth_client_id,
        "client_secret": settings.oauth_client_secret,
        "auth_uri": settings.oauth_auth_url,
        "token_uri": settings.oauth_token_url,
    }
    return Flow.from_client_config({"web": client}, scopes, redirect_uri=redirect_uri(settings), code_verifier=verifier)


def _words(value: str | list[str] | None) -> list[str]:
    """Scopes as oauthlib gives them: one text, or already apart."""
    return value.split() if isinstance(value, str) else list(value or ())
