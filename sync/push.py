"""Pub/Sub's word that a mailbox has changed: a hint of when to look, never of what to read.

See https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
"""

import binascii
from base64 import urlsafe_b64decode
from typing import Any

import orjson
from sqlmodel import Session, col, select

from app.core.errors import SidenoteError
from app.core.google_certs import GoogleCerts
from app.core.google_tokens import MalformedToken, verify_push_token
from app.core.settings import Settings
from models import Mailbox
from sync.jobs import wake


class MalformedPush(SidenoteError):
    status = 400
    code = "malformed_push"


def verified_address(settings: Settings, certs: GoogleCerts, *, authorization: str | None, body: bytes) -> str:
    """The mailbox that a push is about. It may fetch Google's keys: hold no transaction open meanwhile.

    Raises a kind of InvalidToken (401) or MalformedPush (400).
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        raise MalformedToken("expected an Authorization header with a bearer token")
    verify_push_token(
        certs,
        token,
        audience=settings.push_audience or settings.push_url,
        service_account=settings.push_service_account,
        issuers=settings.google_issuers,
    )
    return _address(body)


def note(session: Session, *, address: str) -> None:
    """Mark the mailbox and have it synced from its own cursor. Repeated, late or reordered pushes only make us look
    once more. A mailbox we do not know is no error: a retry would not change that.
    """
    mailbox = session.scalar(select(Mailbox).where(col(Mailbox.address) == address))
    if mailbox is not None:
        wake(session, mailbox)


def _address(body: bytes) -> str:
    try:
        data: str = orjson.loads(body)["message"]["data"]
        notice: Any = orjson.loads(urlsafe_b64decode(data + "=" * (-len(data) % 4)))
        return str(notice["emailAddress"]).lower()
    except (orjson.JSONDecodeError, binascii.Error, ValueError, KeyError, TypeError):
        raise MalformedPush("expected a Pub/Sub message whose data names an emailAddress") from None
