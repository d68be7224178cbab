"""Requests that are carried out once, however often they are sent under the same `Idempotency-Key`.

The key is claimed in the transaction of the change itself: either both are there or neither. The answer is added
right after; a request that comes again gets it word for word.
"""

import hashlib
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.clock import utcnow
from app.core.context import Context
from app.core.database import transaction
from app.core.errors import Conflict, InvalidInput
from app.core.jobs import JobContext, scheduled
from app.workspaces.access import Viewer
from models import IdempotentRequest

HEADER = "idempotency-key"
MAX_KEY = 255
KEPT = timedelta(hours=24)


class Replayed(Exception):
    """This request has been answered before: with `status` and `body`."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__("replayed")
        self.status = status
        self.body = body


class Claim:
    """A request under a key. `claimed_by` is the member, once the change is under way."""

    def __init__(self, key: str, fingerprint: str) -> None:
        self.key = key
        self.fingerprint = fingerprint
        self.claimed_by: str | None = None

    def make(self, session: Session, viewer: Viewer) -> None:
        """Take the key for this transaction. Raises Replayed, or Conflict where it stands for another request."""
        if not 1 <= len(self.key) <= MAX_KEY or not self.key.isprintable():
            raise InvalidInput(f"Idempotency-Key: 1 to {MAX_KEY} printable characters.", field="Idempotency-Key")
        session.execute(delete(IdempotentRequest).where(_mine(viewer, self.key), _is_old()))
        self._check_earlier(session, viewer)
        try:
            with session.begin_nested():
                session.add(self._row(viewer))
        except IntegrityError:
            self._check_earlier(session, viewer)
            raise Conflict("Idempotency-Key: this request is being carried out.") from None
        self.claimed_by = viewer.member_id

    def answer(self, context: Context, status: int, body: bytes) -> None:
        """Keep the answer for those who ask again."""
        with transaction(context.engine) as session:
            row = session.get(IdempotentRequest, (self.claimed_by, self.key))
            if row is not None:
                row.status, row.body = status, body.decode()
                session.add(row)

    def _check_earlier(self, session: Session, viewer: Viewer) -> None:
        earlier = session.scalar(select(IdempotentRequest).where(_mine(viewer, self.key)))
        if earlier is None:
            return
        if earlier.fingerprint != self.fingerprint:
            raise Conflict(
                "Idempotency-Key: this key was used for another request. Use a new one.", field="Idempotency-Key"
            )
        if not earlier.status:
            raise Conflict("Idempotency-Key: this request is being carried out. Look at its result in a moment.")
        raise Replayed(earlier.status, earlier.body)

    def _row(self, viewer: Viewer) -> IdempotentRequest:
        return IdempotentRequest(
            member_id=viewer.member_id,
            key=self.key,
            workspace_id=viewer.workspace_id,
            fingerprint=self.fingerprint,
            status=0,
            body="",
            created_at=utcnow(),
        )


class Idempotency:
    """ASGI middleware: gives requests that carry the header a Claim, and keeps the answer of what they changed."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self._app = app
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = Headers(scope=scope).get(HEADER) if scope["type"] == "http" else None
        if key is None:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        claim = Claim(key, _fingerprint(scope, body))
        scope.setdefault("state", {})["claim"] = claim
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        await self._app(scope, _again(body), hold)
        if claim.claimed_by and (status := held[0]["status"]) < 400:
            answer = b"".join(message.get("body", b"") for message in held)
            await run_in_threadpool(claim.answer, self._context, status, answer)
        for message in held:
            await send(message)


@scheduled("api.forget-answers", cron="11 3 * * *")
def forget_answers(context: JobContext) -> None:
    """Drop the answers of yesterday's requests, every night."""
    with transaction(context.engine) as session:
        forget_old(session)


def forget_old(session: Session) -> None:
    """Drop the answers that nobody will ask for any more."""
    session.execute(delete(IdempotentRequest).where(_is_old()))


def _mine(viewer: Viewer, key: str) -> ColumnElement[bool]:
    return (col(IdempotentRequest.member_id) == viewer.member_id) & (col(IdempotentRequest.key) == key)


def _is_old() -> ColumnElement[bool]:
    return col(IdempotentRequest.created_at) < utcnow() - KEPT


def _fingerprint(scope: Scope, body: bytes) -> str:
    line = f"{scope['method']} {scope['path']}?{scope['query_string'].decode('latin-1')}\n"
    return hashlib.sha256(line.encode() + body).hexdigest()


async def _whole(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
