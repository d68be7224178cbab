"""Multipart bodies of HTTP requests (RFC 2046), split without copying more than needed."""

from __future__ import annotations

import re

from sync.emulator.errors import invalid


def boundary_of(content_type: str) -> bytes:
    """The boundary parameter. Raises ApiError 400 when it is missing."""
    found = re.search(r'boundary="?([^";,]+)"?', content_type)
    if not content_type.lower().startswith("multipart/") or found is None:
        raise invalid("Missing end boundary in multipart body.")
    return found[1].encode()


def split_parts(body: bytes, boundary: bytes) -> list[tuple[dict[str, str], bytes]]:
    """Each part's headers (lower-case names) and its content. Raises ApiError 400 for a body cut short."""
    pieces = (b"\n" + body).split(b"\n--" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise invalid("Missing end boundary in multipart body.")
    return [split_head(piece.partition(b"\n")[2].removesuffix(b"\r")) for piece in pieces[1:-1]]


def split_head(text: bytes) -> tuple[dict[str, str], bytes]:
    """Header lines up to an empty line, and what follows; either may be missing."""
    if text.startswith((b"\r\n", b"\n")):
        return {}, text.partition(b"\n")[2]
    head, separator, content = text.partition(b"\r\n\r\n")
    if not separator or b"\n\n" in head:
        head, _, content = text.partition(b"\n\n")
    headers = {}
    for line in head.decode("latin-1").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return headers, content
