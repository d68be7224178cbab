"""A limit on the size of request bodies, whatever their sender says about it."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 1024 * 1024
MAX_FILE_BYTES = 128 * 1024 * 1024
TAKING_FILES = frozenset({"/api/v1/imports"})
"""Paths to which files are sent."""


class BodyLimit:
    """ASGI middleware: reading past the limit answers 413."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0
        limit = max(self._limit, MAX_FILE_BYTES) if scope.get("path") in TAKING_FILES else self._limit

        async def receive_bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise HTTPException(413, f"The body exceeds {limit:,} bytes.")
            return message

        await self._app(scope, receive_bounded if scope["type"] == "http" else receive, send)
