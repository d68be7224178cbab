"""A signer of tokens that stands in for Google: its own key, its certificate on a real HTTP server."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

ISSUER = "https://accounts.google.com"


class Signer:
    """One signing key with its id and self-signed certificate."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        self.key: RSAPrivateKey = generate_private_key(65537, 2048)

    def token(self, claims: dict[str, Any], **header: Any) -> str:
        """A signed JWT; `header` overrides its parts."""
        signed = f"{segment({'alg': 'RS256', 'typ': 'JWT', 'kid': self.key_id, **header})}.{segment(claims)}"
        return f"{signed}.{base64url(self.key.sign(signed.encode(), PKCS1v15(), SHA256()))}"

    def certificate(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "signer")])
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(name, name, self.key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        return builder.sign(self.key, SHA256()).public_bytes(Encoding.PEM).decode()

    def jwk(self) -> dict[str, str]:
        numbers = self.key.public_key().public_numbers()
        n, e = (base64url(part.to_bytes((part.bit_length() + 7) // 8)) for part in (numbers.n, numbers.e))
        return {"kid": self.key_id, "kty": "RSA", "alg": "RS256", "use": "sig", "n": n, "e": e}


class Publication:
    """What the certificate server answers, and how often it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.status = 200
        self.body = b"{}"
        self.cache_control = "public, max-age=3600"
        self.fetches = 0

    def publish(self, *signers: Signer) -> None:
        self.body = json.dumps({signer.key_id: signer.certificate() for signer in signers}).encode()

    def publish_key_set(self, *signers: Signer) -> None:
        self.body = json.dumps({"keys": [signer.jwk() for signer in signers]}).encode()


@contextmanager
def certificate_server() -> Iterator[Publication]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publication.fetches += 1
            self.send_response(publication.status)
            self.send_header("Cache-Control", publication.cache_control)
            self.end_headers()
            self.wfile.write(publication.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        publication = Publication(f"http://127.0.0.1:{server.server_port}/certs")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield publication
        server.shutdown()
        thread.join()


def claims(*, clock: Callable[[], float] = time.time, **changed: Any) -> dict[str, Any]:
    """Of an hour from now, for `changed`; a claim of None is left out."""
    now = int(clock())
    made = {"iss": ISSUER, "sub": "1", "iat": now, "exp": now + 3600, "email_verified": True, **changed}
    return {name: value for name, value in made.items() if value is not None}


def segment(part: dict[str, Any]) -> str:
    return base64url(json.dumps(part).encode())


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
