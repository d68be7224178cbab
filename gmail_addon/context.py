"""What every request of the add-on needs, and the proof that it comes from Google and for whom."""

from dataclasses import dataclass, field

import httpx
from sqlalchemy import Engine

from app.core.context import Context
from app.core.google_certs import GoogleCerts
from app.core.google_tokens import GoogleUser, InvalidToken, verify_system_token, verify_user_token
from app.core.security import Vault
from app.core.settings import Settings
from gmail_addon.events import Event
from gmail_addon.lately import Lately, Pile
from gmail_addon.site import Site, SiteUrl

EMAIL_SCOPE = "https://www.googleapis.com/auth/userinfo.email"
GMAIL_TIMEOUT_SECONDS = 3.0
CONNECT_SECONDS = 600


class NotFromGoogle(InvalidToken):
    """The request carries no token at all."""

    code = "no_token"


class NeedsScope(Exception):
    """The person has not granted what tells us who they are; Gmail can ask them."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


@dataclass(frozen=True)
class Addon:
    """One per process."""

    settings: Settings
    engine: Engine
    vault: Vault
    certs: GoogleCerts
    site: Site
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=GMAIL_TIMEOUT_SECONDS))
    lately: Lately = field(default_factory=Lately)
    pile: Pile = field(default_factory=Pile)


def addon_of(context: Context) -> Addon:
    site = Site(context.settings.base_url)
    return Addon(context.settings, context.engine, context.vault, context.certs, site)


def verify_caller(addon: Addon, *, path: str, authorization: str | None) -> None:
    """Only Google's add-on platform, for our deployment, may call `path`: raises a kind of InvalidToken.

    Google names no other place for this token than the header; see
    https://developers.google.com/workspace/add-ons/guides/alternate-runtimes
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotFromGoogle("expected the header Authorization: Bearer <token>")
    if not addon.settings.addon_service_account:
        raise NotFromGoogle("set SIDENOTE_ADDON_SERVICE_ACCOUNT: the add-on is closed without")
    verify_system_token(
        addon.certs,
        token.strip(),
        audience=addon.site.url(path),
        service_account=addon.settings.addon_service_account,
        issuers=addon.settings.google_issuers,
    )


def identify(addon: Addon, event: Event) -> GoogleUser:
    """The Google account at the keyboard. Raises NeedsScope when Gmail can ask for it, else InvalidToken."""
    if event.user_id_token is None:
        if not event.may(EMAIL_SCOPE):
            raise NeedsScope(EMAIL_SCOPE)
        raise NotFromGoogle("the event holds no userIdToken, so nobody can be recognised")
    if not addon.settings.addon_client_id:
        raise NotFromGoogle("set SIDENOTE_ADDON_CLIENT_ID: the add-on is closed without")
    return verify_user_token(
        addon.certs,
        event.user_id_token,
        client_id=addon.settings.addon_client_id,
        issuers=addon.settings.google_issuers,
    )


def connect_url(addon: Addon, user: GoogleUser) -> SiteUrl:
    """The page that connects the mailbox of this very Google account, within the next ten minutes."""
    claim = {"sub": user.subject, "email": user.email}
    return addon.site.url("/connect", ticket=addon.vault.sign("connect", claim, seconds=CONNECT_SECONDS))
