"""Where Google Pub/Sub says that a mailbox changed."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.core.context import Context
from app.core.database import transaction
from app.core.errors import InvalidInput
from sync.push import note, verified_address

MAX_PUSH_BYTES = 64 * 1024


class BodyTooLarge(InvalidInput):
    status = 413
    code = "body_too_large"


def router(context: Context) -> APIRouter:
    routes = APIRouter(tags=["gmail"])

    @routes.post("/gmail/push", status_code=204)
    async def receive(request: Request, authorization: Annotated[str | None, Header()] = None) -> Response:
        """A push subscription's delivery, with Google's OIDC token. 204: noted, or not ours."""
        body = await _read_bounded(request, MAX_PUSH_BYTES)
        await run_in_threadpool(_receive, authorization, body)
        return Response(status_code=204)

    def _receive(authorization: str | None, body: bytes) -> None:
        address = verified_address(context.settings, context.certs, authorization=authorization, body=body)
        with transaction(context.engine) as session:
            note(session, address=address)

    return routes


async def _read_bounded(request: Request, limit: int) -> bytes:
    """The body, refused as soon as it exceeds `limit` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge(f"The body exceeds {limit:,} bytes.")
    return bytes(body)
