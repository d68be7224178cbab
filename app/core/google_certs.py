"""Google's token-signing keys, fetched once and kept in the process.

Both publications are understood: the certificate map (https://www.googleapis.com/oauth2/v1/certs) and the
JSON Web Key Set (https://www.googleapis.com/oauth2/v3/certs, RFC 7517).
"""

import re
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.x509 import load_pem_x509_certificate

from app.core.errors import SidenoteError

FALLBACK_MAX_AGE_SECONDS = 3600.0
SECONDS_BETWEEN_FETCHES = 10.0
FETCH_TIMEOUT_SECONDS = 5.0

Keys = Mapping[str, RSAPublicKey]


class CertificatesUnavailable(SidenoteError):
    """Google's keys could not be fetched: the token may be good, so the caller should try again."""

    status = 503
    code = "certificates_unavailable"


class GoogleCerts:
    """Public keys by key id. Share one per process; any thread may ask.

    Keys live as long as their Cache-Control says, and longer when they cannot be fetched anew. An unknown
    key id fetches at once, yet never more often than every SECONDS_BETWEEN_FETCHES, whatever callers send.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.time) -> None:
        self.url = url
        self.clock = clock
        self._keys: Keys = {}
        self._expires_at = 0.0
        self._fetched_at = float("-inf")
        self._failure: Exception | None = None
        self._lock = threading.Lock()

    def key(self, key_id: str) -> RSAPublicKey | None:
        """The key, or None if Google does not publish it; raises CertificatesUnavailable if nobody can tell."""
        if not self._keys or self.clock() >= self._expires_at:
            self.refresh()
        if key_id not in self._keys:
            self.refresh(wait=True)
        key = self._keys.get(key_id)
        if key is None and self._failure is not None:
            raise CertificatesUnavailable(f"cannot fetch {self.url}: {self._failure}") from self._failure
        return key

    def refresh(self, *, wait: bool = False) -> None:
        """Fetch unless that was done a moment ago. While one thread fetches, the others go on with the keys
        they have, or wait if there are none or they say so. Failures are kept, not raised."""
        if not self._lock.acquire(blocking=wait or not self._keys):
            return
        try:
            if self.clock() - self._fetched_at < SECONDS_BETWEEN_FETCHES:
                return
            self._fetched_at = self.clock()
            self._keys, max_age = _fetch(self.url)
            self._expires_at = self._fetched_at + max_age
            self._failure = None
        except (httpx.HTTPError, ValueError, TypeError, LookupError, AttributeError) as failure:
            self._failure = failure
        finally:
            self._lock.release()


def _fetch(url: str) -> tuple[Keys, float]:
    response = httpx.get(url, timeout=FETCH_TIMEOUT_SECONDS).raise_for_status()
    keys = _parse_keys(response.json())
    if not keys:
        raise ValueError("the answer holds no RSA key")
    return keys, _max_age(response.headers)


def _parse_keys(document: dict[str, Any]) -> Keys:
    if "keys" in document:
        return {jwk["kid"]: _key_of_jwk(jwk) for jwk in document["keys"] if jwk.get("kty") == "RSA"}
    keys = {kid: load_pem_x509_certificate(pem.encode()).public_key() for kid, pem in document.items()}
    return {kid: key for kid, key in keys.items() if isinstance(key, RSAPublicKey)}


def _key_of_jwk(jwk: dict[str, str]) -> RSAPublicKey:
    """RFC 7518 6.3.1: modulus and exponent as unpadded base64url, big endian."""
    exponent, modulus = (int.from_bytes(urlsafe_b64decode(jwk[name] + "==")) for name in ("e", "n"))
    return RSAPublicNumbers(exponent, modulus).public_key()


def _max_age(headers: httpx.Headers) -> float:
    """Seconds of freshness left: Cache-Control max-age less the Age spent in caches (RFC 9111 4.2)."""
    max_age = re.search(r"max-age=(\d{1,9})", headers.get("cache-control", ""))
    age = re.fullmatch(r"\d{1,9}", headers.get("age", "0"))
    return float(max_age[1]) - float(age[0] if age else 0) if max_age else FALLBACK_MAX_AGE_SECONDS
