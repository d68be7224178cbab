"""Gmail's batch format: several GETs in one `multipart/mixed` request, their answers in one response.

See https://developers.google.com/workspace/gmail/api/guides/batch and RFC 2046 5.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

BOUNDARY = "sidenote-batch"
CONTENT_TYPE = f"multipart/mixed; boundary={BOUNDARY}"


@dataclass(frozen=True, slots=True)
class Part:
    """One inner answer: `index` is its place in the request, header names are in lower case."""

    index: int
    status: int
    headers: dict[str, str]
    body: bytes


def encode(paths: Sequence[str]) -> bytes:
    """A batch of GETs for `paths`, e.g. `/gmail/v1/users/me/messages/1?format=full`."""
    parts = [
        f"--{BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: <{index}>\r\n\r\n"
        f"GET {path} HTTP/1.1\r\n\r\n\r\n"
        for index, path in enumerate(paths)
    ]
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def decode(content_type: str, content: bytes) -> list[Part]:
    """The inner answers, in the order they came. ValueError when this is no batch response."""
    _, marked, boundary = content_type.partition("boundary=")
    if not marked:
        raise ValueError("no boundary in the batch response")
    delimiter = b"\r\n--" + boundary.split(";")[0].strip('" ').encode()
    chunks = (b"\r\n" + content).split(delimiter)[1:]
    return [_part(chunk) for chunk in chunks if not chunk.startswith(b"--")]


def _part(chunk: bytes) -> Part:
    outer, _, inner = chunk.partition(b"\r\n\r\n")
    head, _, body = inner.partition(b"\r\n\r\n")
    status_line, _, header_lines = head.partition(b"\r\n")
    content_id = _headers(outer)["content-id"]
    return Part(
        index=int(content_id.strip("<>").rpartition("-")[2]),
        status=int(status_line.split()[1]),
        headers=_headers(header_lines),
        body=body.rstrip(),
    )


def _headers(lines: bytes) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines.decode("latin-1").split("\r\n") if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
