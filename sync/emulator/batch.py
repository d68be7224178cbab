"""The batch endpoint: many calls in one multipart/mixed request (gmail/api/guides/batch)."""

from __future__ import annotations

from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING

from sync.emulator.errors import ApiError, invalid
from sync.emulator.multipart import boundary_of, split_head, split_parts
from sync.emulator.wire import Reply, Request

if TYPE_CHECKING:
    from sync.emulator.api import Api

MAX_CALLS = 100

_numbers = count(1)
_PHRASES = {status.value: status.phrase.encode() for status in HTTPStatus}


def answer_batch(api: Api, request: Request) -> Reply:
    """Runs every inner call; each has its own status inside an HTTP 200.

    Inner calls count for quota and as running at once. Raises ApiError 400 for a bad body or more than 100 calls.
    """
    parts = split_parts(request.body, boundary_of(request.headers.get("content-type", "")))
    if len(parts) > MAX_CALLS:
        raise ApiError(400, "badRequest", "Inner request count exceeds the limit")
    if not parts:
        raise invalid("Failed to parse batch request, error: 0 items.")
    boundary = b"batch_%024x" % next(_numbers)
    pieces: list[bytes] = []
    delay = 0.0
    for position, (headers, content) in enumerate(parts):
        reply = api.answer(_inner_request(request, content, position))
        if reply.drop:
            return reply
        delay = max(delay, reply.delay)
        pieces += (b"--", boundary, b"\r\n", _part_head(headers.get("content-id")), *_http(reply), b"\r\n")
    pieces += (b"--", boundary, b"--\r\n")
    return Reply(200, b"".join(pieces), f"multipart/mixed; boundary={boundary.decode()}", delay=delay)


def _inner_request(outer: Request, content: bytes, position: int) -> Request:
    """An inner call has its own request line and headers, and the outer Authorization unless it brings one."""
    line, _, rest = content.lstrip().partition(b"\n")
    words = line.decode("latin-1").split()
    if len(words) < 2:
        raise invalid("Failed to parse batch request, error: an item has no request line.")
    path, _, query = words[1].partition("?")
    headers, body = split_head(rest)
    if "authorization" not in headers:
        headers["authorization"] = outer.headers.get("authorization", "")
    return Request(words[0].upper(), path, query, headers, body.strip(), outer.running + position)


def _part_head(content_id: str | None) -> bytes:
    if not content_id:
        return b"Content-Type: application/http\r\n\r\n"
    echoed = f"<response-{content_id[1:]}" if content_id.startswith("<") else f"response-{content_id}"
    return f"Content-Type: application/http\r\nContent-ID: {echoed}\r\n\r\n".encode("latin-1")


def _http(reply: Reply) -> tuple[bytes, ...]:
    extra = "".join(f"{name}: {value}\r\n" for name, value in reply.headers.items()).encode()
    return (
        b"HTTP/1.1 %d %b\r\nContent-Type: %b\r\n%bContent-Length: %d\r\n\r\n"
        % (
            reply.status,
            _PHRASES.get(reply.status, b"Unknown"),
            reply.content_type.encode(),
            extra,
            len(reply.body),
        ),
        reply.body,
    )
