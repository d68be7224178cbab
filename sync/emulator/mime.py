"""Message parts as Gmail numbers and presents them, from raw bytes that may be broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as MimeMessage
from functools import cached_property
from html import unescape

from sync.emulator.headers import Header, decode_text, decode_value, scan_headers

MAX_DEPTH = 60

_TAGS = re.compile(r"<(script|style|head|title)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL)


@dataclass
class Part:
    """One node of a message's structure. `part_id` is "" for the root, then "0", "1", "1.0", ..."""

    part_id: str
    mime_type: str
    filename: str
    headers: list[Header]
    children: list[Part]
    source: MimeMessage | bytes

    @cached_property
    def content(self) -> bytes:
        """The body after transfer decoding; text converted to UTF-8, containers empty."""
        if isinstance(self.source, bytes):
            return decode_text(self.source, "utf-8").encode()
        if self.mime_type.startswith("message/") and self.source.is_multipart():
            return _embedded_bytes(self.source)
        if self.children:
            return b""
        data = self.source.get_payload(decode=True)
        data = data if isinstance(data, bytes) else b""
        if self.mime_type.startswith(("text/", "multipart/")) and not self.filename:
            return decode_text(data, _charset(self.source)).encode("utf-8", "replace")
        return data

    @property
    def is_attachment(self) -> bool:
        """Whether the body is fetched by attachments.get rather than sent inline."""
        if self.mime_type.startswith("message/") or self.filename:
            return True
        return not self.mime_type.startswith(("text/", "multipart/"))

    def walk(self) -> Iterator[Part]:
        """This part and all below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


def parse_message(raw: bytes) -> Part:
    """The structure of a raw message. Never raises: what defeats the parser becomes one text part."""
    try:
        root = _part(message_from_bytes(raw), "", 0)
        for part in root.walk():
            _ = part.content
        return root
    except Exception:  # the standard parser's failures on hostile mail have no common class
        return Part("", "text/plain", "", scan_headers(raw), [], re.split(rb"\r?\n\r?\n|\r\r", raw, maxsplit=1)[-1])


def readable_text(root: Part) -> str:
    """The text a reader sees: the first plain part, else the HTML part without its tags."""
    texts = [part for part in root.walk() if part.mime_type.startswith("text/") and not part.is_attachment]
    plain = next((part for part in texts if part.mime_type == "text/plain" and part.content.strip()), None)
    chosen = plain or next(iter(texts), None)
    if chosen is None:
        return ""
    text = chosen.content.decode("utf-8", "replace")
    return text if chosen.mime_type != "text/html" else unescape(_TAGS.sub(" ", text))


def _part(source: MimeMessage, part_id: str, depth: int) -> Part:
    prefix = f"{part_id}." if part_id else ""
    mime_type = source.get_content_type()
    children: list[Part] = []
    payload = source.get_payload()
    if isinstance(payload, list) and depth < MAX_DEPTH and mime_type != "message/delivery-status":
        children = [_part(child, f"{prefix}{position}", depth + 1) for position, child in enumerate(payload)]
    return Part(part_id, mime_type, _filename(source), _headers(source), children, source)


def _headers(source: MimeMessage) -> list[Header]:
    return [(name, decode_value(str(value).encode("utf-8", "surrogateescape"))) for name, value in source.raw_items()]


def _filename(source: MimeMessage) -> str:
    try:
        name = source.get_filename()
    except (LookupError, ValueError, TypeError):
        return ""
    return decode_value(name.encode("utf-8", "surrogateescape")) if name else ""


def _charset(source: MimeMessage) -> str:
    try:
        return str(source.get_content_charset() or "utf-8")
    except (LookupError, ValueError, TypeError):
        return "utf-8"


def _embedded_bytes(source: MimeMessage) -> bytes:
    payload = source.get_payload()
    return b"\n".join(child.as_bytes() for child in payload if isinstance(child, MimeMessage))
