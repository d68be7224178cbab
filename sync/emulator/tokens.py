"""Grants (who allowed which client what) and the access tokens that hang on them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

DEFAULT_CLIENT_ID = "sidenote-emulator.apps.googleusercontent.com"
DEFAULT_CLIENT_SECRET = "emulator-secret"


@dataclass(eq=False)
class Grant:
    """A person's consent for a client; dead once `revoked`."""

    address: str
    client_id: str
    scopes: frozenset[str]
    refresh_token: str | None = None
    revoked: bool = False


@dataclass(eq=False)
class AccessToken:
    """A bearer token; `expires_at` in epoch seconds by the emulator's clock."""

    grant: Grant
    scopes: frozenset[str]
    expires_at: float

    @property
    def address(self) -> str:
        return self.grant.address


@dataclass
class Tokens:
    """Issues, finds, expires and revokes tokens."""

    clock: Callable[[], float]
    lifetime: float
    _access: dict[str, AccessToken] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)

    def grant(self, address: str, scopes: Iterable[str], client_id: str, *, offline: bool = True) -> Grant:
        """Records a consent; an offline one comes with a refresh token."""
        grant = Grant(address.lower(), client_id, frozenset(scopes))
        if offline:
            grant.refresh_token = f"1//{secrets.token_urlsafe(32)}"
            self._refresh[grant.refresh_token] = grant
        return grant

    def issue(
        self,
        address: str,
        scopes: Iterable[str],
        *,
        lifetime: float | None = None,
        grant: Grant | None = None,
    ) -> str:
        """A new access token, on a grant of its own unless one is given; `lifetime` in seconds."""
        grant = grant or self.grant(address, scopes, DEFAULT_CLIENT_ID, offline=False)
        token = f"ya29.{secrets.token_urlsafe(48)}"
        expires_at = self.clock() + (self.lifetime if lifetime is None else lifetime)
        self._access[token] = AccessToken(grant, frozenset(scopes), expires_at)
        return token

    def find(self, token: str) -> AccessToken | None:
        """The access token if it is alive: known, not expired, its grant not revoked."""
        access = self._access.get(token)
        if access is None or access.grant.revoked or access.expires_at <= self.clock():
            return None
        return access

    def find_grant(self, refresh_token: str) -> Grant | None:
        grant = self._refresh.get(refresh_token)
        return None if grant is None or grant.revoked else grant

    def consented(self, address: str, client_id: str) -> frozenset[str]:
        """All scopes that a living offline grant of this person gives this client."""
        living = [g for g in self._refresh.values() if g.address == address and g.client_id == client_id]
        return frozenset().union(*(grant.scopes for grant in living if not grant.revoked))

    def expire(self, token: str) -> None:
        self._access[token].expires_at = self.clock()

    def expire_all(self, address: str | None = None) -> None:
        """Ends every access token now, or those of one person; refresh tokens live on."""
        for access in self._access.values():
            if address in (None, access.address):
                access.expires_at = min(access.expires_at, self.clock())

    def revoke(self, token: str) -> bool:
        """Ends the whole grant behind an access or refresh token; False if there is none."""
        access = self._access.get(token)
        grant = access.grant if access else self._refresh.get(token)
        if grant is None or grant.revoked:
            return False
        grant.revoked = True
        return True

    def revoke_all(self, address: str) -> None:
        """What a person does who removes the app in their Google account."""
        for grant in [*self._refresh.values(), *(access.grant for access in self._access.values())]:
            grant.revoked = grant.revoked or grant.address == address.lower()
