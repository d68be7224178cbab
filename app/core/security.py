"""Secrets: encryption at rest with key rotation, and short signed values for URLs and forms."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.core.clock import utcnow
from app.core.errors import SidenoteError


class BadSignature(SidenoteError):
    status = 400
    code = "bad_signature"


class UndecryptableSecret(SidenoteError):
    status = 500
    code = "undecryptable_secret"


class Vault:
    """Encrypts and signs with the newest key; reads what any listed key wrote."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._signing = [hashlib.sha256(b"sign:" + key.encode()).digest() for key in keys]
        self._naming = [hashlib.sha256(b"name:" + key.encode()).digest() for key in keys]

    def encrypt(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def decrypt(self, ciphertext: str) -> str:
        try:
            return self._fernet.decrypt(ciphertext.encode()).decode()
        except InvalidToken:
            raise UndecryptableSecret(
                "A stored secret was encrypted with a key that SIDENOTE_SECRET_KEYS no longer lists: add that key back."
            ) from None

    def rotate(self, ciphertext: str) -> str:
        """The same secret, encrypted anew with the newest key."""
        return self._fernet.rotate(ciphertext.encode()).decode()

    def sign(self, purpose: str, value: object, *, seconds: int) -> str:
        """A URL-safe text that `unsign` with the same purpose turns back into `value` until it expires."""
        expires = int(utcnow().timestamp()) + seconds
        body = _b64(orjson.dumps([value, expires]))
        return f"{body}.{_b64(_mac(self._signing[0], purpose, body))}"

    def unsign(self, purpose: str, signed: str) -> object:
        body, _, mac = signed.partition(".")
        macs = (_b64(_mac(key, purpose, body)).encode() for key in self._signing)
        if not any(hmac.compare_digest(expected, mac.encode()) for expected in macs):
            raise BadSignature("This link was not made by Sidenote, or was changed on its way: start again.")
        value, expires = orjson.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if expires < utcnow().timestamp():
            raise BadSignature("This link has expired: start again.")
        return value

    def fingerprints(self, purpose: str, text: str) -> list[str]:
        """What a text is recognised by without being kept: HMAC-SHA256 in hex under each key, the newest first.

        Store the first, look for all: a fingerprint lasts as long as its key is listed.
        """
        return [hmac.new(key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest() for key in self._naming]


def new_token() -> str:
    """256 random bits, URL-safe: for invitations and API keys. Store only `token_hash` of it."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _mac(key: bytes, purpose: str, body: str) -> bytes:
    return hmac.new(key, f"{purpose}:{body}".encode(), hashlib.sha256).digest()[:16]


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
