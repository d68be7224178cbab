"""A mailbox's grant: the refresh token its owner gave us, and the access tokens made from it."""

import threading

import httpx
from google.auth.exceptions import RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials

from app.core.security import Vault, token_hash
from app.core.settings import Settings
from models import Mailbox
from sync.errors import BadRequest, GmailError, GmailUnavailable, GrantRevoked


class Grant:
    """Access tokens for one refresh token, kept in memory until they age; safe to share between threads."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._lock = threading.Lock()

    def access_token(self, *, refused: str | None = None) -> str:
        """A token to send; never the one that Gmail has just `refused`.

        Raises GrantRevoked when Google says invalid_grant, GmailUnavailable when Google cannot be asked.
        """
        with self._lock:
            if not self._credentials.valid or self._credentials.token == refused:
                self._refresh()
            return str(self._credentials.token)

    def _refresh(self) -> None:
        request = Request()
        try:
            self._credentials.refresh(request)  # type: ignore[no-untyped-call]
        except RefreshError as error:
            raise _typed(error) from None
        except TransportError:
            raise GmailUnavailable("Google's token service cannot be reached: Sidenote will try again.") from None
        finally:
            request.session.close()


def _typed(error: RefreshError) -> GmailError:
    if error.retryable:
        return GmailUnavailable("Google's token service failed: Sidenote will try again.")
    if "invalid_grant" in str(error):
        return GrantRevoked(
            "Google no longer lets Sidenote read this mailbox (the grant was revoked or has expired): "
            "connect the mailbox again."
        )
    return BadRequest(
        "Google refused Sidenote itself: check SIDENOTE_OAUTH_CLIENT_ID and SIDENOTE_OAUTH_CLIENT_SECRET."
    )


_grants: dict[tuple[str, str], Grant] = {}
_guard = threading.Lock()


def grant_of(settings: Settings, vault: Vault, mailbox: Mailbox) -> Grant:
    """The one Grant of this process for the mailbox's refresh token. GrantRevoked if it has none."""
    if not mailbox.grant:
        raise GrantRevoked(f"{mailbox.address} is not connected: connect it in the settings.")
    refresh_token = vault.decrypt(mailbox.grant)
    key = (settings.oauth_token_url, token_hash(refresh_token))
    with _guard:
        if key not in _grants:
            _grants[key] = Grant(_credentials(settings, refresh_token))
        return _grants[key]


def _credentials(settings: Settings, refresh_token: str) -> Credentials:
    return Credentials(  # type: ignore[no-untyped-call]
        token=None,
        refresh_token=refresh_token,
        token_uri=settings.oauth_token_url,
        client_id=settings.oauth_client_id,
        client_secret=settings.oauth_client_secret,
    )


def revoke(settings: Settings, vault: Vault, *, grant: str) -> None:
    """Tell Google to forget a mailbox's grant, if it has one (RFC 7009): hold no transaction open meanwhile.

    One that Google does not know counts as revoked. Raises GmailUnavailable: nothing was done.
    """
    if not grant:
        return
    refresh_token = vault.decrypt(grant)
    with _guard:
        _grants.pop((settings.oauth_token_url, token_hash(refresh_token)), None)
    try:
        answer = httpx.post(settings.oauth_revoke_url, data={"token": refresh_token}, timeout=10)
    except httpx.HTTPError:
        raise GmailUnavailable("Google cannot be reached to revoke the grant: try again.") from None
    if answer.status_code >= 500:
        raise GmailUnavailable("Google could not revoke the grant just now: try again.")
