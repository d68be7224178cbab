"""The parts of a Gmail payload: which of them are the body, which are attachments, and the bytes they hold."""

import binascii
import html
from dataclasses import dataclass, field
from typing import Any

from sync.parse.headers import Headers, decode_words, parameter
from sync.parse.model import Attachment, Resource
from sync.parse.text import clean, decode, one_line

MAX_PARTS = 1_000
MAX_DEPTH = 50
MAX_ATTACHMENTS = 200
MAX_PART_CHARS = 500_000
MAX_FILENAME = 255
_MAX_BASE64 = 4 * MAX_PART_CHARS
_NOT_ASCII = bytes(range(128, 256))


@dataclass(slots=True)
class Part:
    """One MIME part of the payload. `enclosed`: it belongs to a message attached to this one."""

    resource: Resource
    part_id: str
    mime_type: str
    headers: Headers
    enclosed: bool
    children: list["Part"] = field(default_factory=list)

    @property
    def where(self) -> str:
        """How a problem names this part."""
        return f"part {self.part_id or '0'}"

    @property
    def filename(self) -> str:
        """The decoded file name, "" for none."""
        name = self.resource.get("filename")
        return one_line(decode_words(name), MAX_FILENAME) if isinstance(name, str) else ""

    @property
    def body(self) -> Resource:
        """The `MessagePartBody` of the part."""
        body = self.resource.get("body")
        return body if isinstance(body, dict) else {}

    def text(self, problems: list[str], limit: int = MAX_PART_CHARS) -> str:
        """The decoded text of the part, at most `limit` characters; "" when Gmail did not include it."""
        charset = parameter(self.headers.first("content-type"), "charset").strip("'\" ").lower()
        text = decode(self.data(problems), charset, problems, self.where)
        if len(text) > limit:
            problems.append(f"{self.where}: {len(text)} characters, cut at {limit}")
        return text[:limit]

    def data(self, problems: list[str]) -> bytes:
        """The bytes of the part as far as Gmail included them."""
        encoded = self.body.get("data")
        if not isinstance(encoded, str) or not encoded:
            return b""
        if len(encoded) > _MAX_BASE64:
            problems.append(f"{self.where}: too large, only its beginning is read")
            encoded = encoded[:_MAX_BASE64]
        try:
            data = binascii.a2b_base64(encoded.replace("-", "+").replace("_", "/") + "=" * (-len(encoded) % 4))
        except (binascii.Error, ValueError):
            problems.append(f"{self.where}: broken base64")
            return b""
        # The cut may have gone through a character.
        return data[:-4] + data[-4:].rstrip(_NOT_ASCII) if len(encoded) == _MAX_BASE64 else data


def read_parts(payload: Any, problems: list[str]) -> list[Part]:
    """Every part of the payload in document order, the root first, linked to its children; bounded."""
    parts: list[Part] = []
    waiting: list[tuple[Any, Part | None, int]] = [(payload, None, 0)]
    while waiting:
        resource, parent, depth = waiting.pop()
        if not isinstance(resource, dict):
            problems.append("payload: a part that is not an object")
            continue
        if len(parts) == MAX_PARTS or depth > MAX_DEPTH:
            problems.append(f"payload: more than {MAX_PARTS} parts or {MAX_DEPTH} levels, the rest is left out")
            break
        part = _part(resource, parent)
        parts.append(part)
        if parent is not None:
            parent.children.append(part)
        children = resource.get("parts")
        if isinstance(children, list):
            waiting.extend((child, part, depth + 1) for child in reversed(children[:MAX_PARTS]))
    return parts


def _part(resource: Resource, parent: Part | None) -> Part:
    part_id, mime_type = resource.get("partId"), resource.get("mimeType")
    return Part(
        resource,
        one_line(part_id, 40) if isinstance(part_id, str) else "",
        one_line(mime_type, 100).lower() if isinstance(mime_type, str) else "",
        Headers(resource.get("headers")),
        parent is not None and (parent.enclosed or parent.mime_type.startswith("message/")),
    )


def body_parts(root: Part) -> list[Part]:
    """The text/plain and text/html leaves a mail program would show, in order; of alternatives the richest."""
    if root.mime_type == "multipart/alternative":
        shown = [body_parts(child) for child in root.children]
        with_html = [leaves for leaves in shown if any(leaf.mime_type == "text/html" for leaf in leaves)]
        return next(iter(with_html or [leaves for leaves in shown if leaves]), [])
    if root.mime_type.startswith("message/") or is_attached(root):
        return []
    if root.children:
        return [leaf for child in root.children for leaf in body_parts(child)]
    return [root] if root.mime_type in ("text/plain", "text/html", "") else []


def is_attached(part: Part) -> bool:
    """Whether a leaf is a file rather than a piece of the body."""
    if part.mime_type.startswith("multipart/"):
        return False
    disposition = part.headers.first("content-disposition").lstrip().lower()
    return bool(part.resource.get("filename")) or disposition.startswith("attachment")


def joined_html(parts: list[Part], texts: list[str]) -> str:
    """One HTML document of several body parts; plain ones are escaped and keep their lines."""
    return "\n".join(
        text if part.mime_type == "text/html" else f"<pre>{html.escape(text)}</pre>"
        for part, text in zip(parts, texts, strict=True)
    )


def attachments(parts: list[Part], body: list[Part], shown_html: str, problems: list[str]) -> tuple[Attachment, ...]:
    """The files of the message: every leaf that has a name, is stored apart, or is not part of any body."""
    found: list[Attachment] = []
    shown = {id(part) for part in body}
    for part in parts:
        if id(part) in shown or not _is_file(part):
            continue
        if len(found) == MAX_ATTACHMENTS:
            problems.append(f"payload: more than {MAX_ATTACHMENTS} attachments, the rest is left out")
            break
        found.append(_attachment(part, shown_html))
    return tuple(found)


def _is_file(part: Part) -> bool:
    if part.enclosed or part.mime_type.startswith("multipart/"):
        return False
    if is_attached(part) or part.body.get("attachmentId") or part.mime_type == "message/rfc822":
        return True
    return not part.mime_type.startswith(("text/", "message/")) and part.mime_type != ""


def _attachment(part: Part, shown_html: str) -> Attachment:
    content_id = clean(part.headers.first("content-id").strip().strip("<>"))[:MAX_FILENAME]
    size = part.body.get("size")
    return Attachment(
        part_id=part.part_id,
        filename=part.filename,
        mime_type=part.mime_type,
        size=size if isinstance(size, int) and 0 <= size < 2**31 else 0,
        inline=bool(content_id) and f"cid:{content_id}" in shown_html,
        content_id=content_id,
    )
