"""The emulated Google's RSA key: signs ID tokens and publishes the key as JWKS and as certificates."""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

ISSUER = "https://accounts.google.com"
TOKEN_LIFETIME = 3600


class Signer:
    """Signs RS256 JWTs. `iat` and `exp` follow the real clock, because those who verify use it."""

    def __init__(self) -> None:
        self._key = _shared_key()

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A JWT of the claims, `iss`, `iat` and `exp` (an hour on) being filled in where absent."""
        now = int(time.time())
        payload = {"iss": ISSUER, "iat": now, "exp": now + TOKEN_LIFETIME, **claims}
        header = {"alg": "RS256", "kid": self.key_id, "typ": "JWT"}
        signing_input = f"{_base64(orjson.dumps(header))}.{_base64(orjson.dumps(payload))}"
        signature = self._key.sign(signing_input.encode(), PKCS1v15(), SHA256())
        return f"{signing_input}.{_base64(signature)}"

    @property
    def key_id(self) -> str:
        """The `kid`: a hash of the public key."""
        digest = Hash(SHA256())
        encoded = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        digest.update(encoded)
        return digest.finalize().hex()[:40]

    def jwks(self) -> dict[str, Any]:
        """The public key as a JSON Web Key Set (RFC 7517), as at /oauth2/v3/certs."""
        numbers = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.key_id}
        return {"keys": [{**key, "n": _base64_number(numbers.n), "e": _base64_number(numbers.e)}]}

    def certificates(self) -> dict[str, str]:
        """The public key as a PEM certificate by key id, as at /oauth2/v1/certs."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "accounts.google.com")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .sign(self._key, SHA256())
        )
        return {self.key_id: certificate.public_bytes(Encoding.PEM).decode()}

    def rotate(self) -> None:
        """Takes a new key and withdraws the old one."""
        self._key = generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _shared_key() -> RSAPrivateKey:
    """One key for all emulators of a process: making one takes a tenth of a second."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _base64_number(number: int) -> str:
    return _base64(number.to_bytes((number.bit_length() + 7) // 8, "big"))
