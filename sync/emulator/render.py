"""Messages and threads as Gmail's JSON, assembled from bytes that are rendered once per message."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson

from sync.emulator.mime import Part, parse_message, readable_text

if TYPE_CHECKING:
    from sync.emulator.mailbox import Message, Thread

SNIPPET_LENGTH = 200
ATTACHMENT_PREFIX = "ANGjdJ"

# Stands in the rendered bytes where each fetch gets a fresh attachment id: Gmail's ids do not last either.
_NONCE_MARK = secrets.token_hex(8).encode()
_nonces = count(1)


@dataclass(slots=True)
class Rendered:
    """The unchanging JSON fragments of a message, and what search needs to know of its structure."""

    snippet: bytes
    payload: bytes
    filenames: list[str]
    has_attachments: bool


def full_json(message: Message) -> bytes:
    """A message in format=full."""
    rendered = message.rendered
    payload = rendered.payload
    if rendered.has_attachments:
        payload = payload.replace(_NONCE_MARK, b"%016x" % next(_nonces))
    return b'%b,"snippet":%b,"payload":%b,%b' % (_head(message), rendered.snippet, payload, _tail(message))


def minimal_json(message: Message) -> bytes:
    """A message in format=minimal."""
    return b'%b,"snippet":%b,%b' % (_head(message), message.rendered.snippet, _tail(message))


def raw_json(message: Message) -> bytes:
    """A message in format=raw: the bytes as they were delivered."""
    data = urlsafe_b64encode(message.raw)
    return b'%b,"snippet":%b,"raw":"%b",%b' % (
        _head(message),
        message.rendered.snippet,
        data,
        _tail(message),
    )


def metadata_json(message: Message, names: Iterable[str]) -> bytes:
    """A message in format=metadata: the root headers only, all of them or those named."""
    root = orjson.loads(message.rendered.payload)
    wanted = {name.lower() for name in names}
    headers = [header for header in root["headers"] if not wanted or header["name"].lower() in wanted]
    payload = orjson.dumps({"mimeType": root["mimeType"], "headers": headers})
    return b'%b,"snippet":%b,"payload":%b,%b' % (
        _head(message),
        message.rendered.snippet,
        payload,
        _tail(message),
    )


def format_message(message: Message, form: str, names: Iterable[str] = ()) -> bytes:
    """A message in one of Gmail's four formats: full, minimal, metadata or raw."""
    if form == "full":
        return full_json(message)
    if form == "metadata":
        return metadata_json(message, names)
    return raw_json(message) if form == "raw" else minimal_json(message)


def format_thread(thread: Thread, form: str, names: Iterable[str] = ()) -> bytes:
    """A thread with its messages, oldest first."""
    messages = b",".join([format_message(message, form, names) for message in thread.messages])
    return b'{"id":"%b","historyId":"%d","messages":[%b]}' % (
        thread.id.encode(),
        thread.history_id,
        messages,
    )


def stub(message: Message) -> dict[str, Any]:
    """The short form that modify, send and history answer with."""
    labels = {"labelIds": sorted(message.labels)} if message.labels else {}
    return {"id": message.id, "threadId": message.thread.id, **labels}


def render(raw: bytes) -> Rendered:
    """Renders the unchanging parts of a message; costs about a third of a millisecond."""
    root = parse_message(raw)
    text = readable_text(root)
    snippet = escape(" ".join(text[: SNIPPET_LENGTH * 10].split())[:SNIPPET_LENGTH], quote=False)
    attachments = [part for part in root.walk() if part.is_attachment]
    return Rendered(
        snippet=_dump(snippet.replace('"', "&quot;").replace("'", "&#39;")),
        payload=_dump(_part_json(root)),
        filenames=[part.filename for part in attachments if part.filename],
        has_attachments=bool(attachments),
    )


def body_text(rendered: Rendered) -> str:
    """All inline text of a message, markup included, for search."""
    texts: list[str] = []
    parts = [orjson.loads(rendered.payload)]
    while parts:
        part = parts.pop(0)
        texts.append(urlsafe_b64decode(part["body"].get("data", "")).decode("utf-8", "replace"))
        parts.extend(part.get("parts", ()))
    return "\n".join(texts)


def attachment_content(raw: bytes, attachment_id: str) -> bytes | None:
    """The bytes behind an attachment id of this message; None where it names no part of it."""
    try:
        part_id = urlsafe_b64decode(attachment_id[len(ATTACHMENT_PREFIX) + 16 :]).decode("ascii")
    except (Base64Error, ValueError):
        return None
    if not attachment_id.startswith(ATTACHMENT_PREFIX):
        return None
    for part in parse_message(raw).walk():
        if part.part_id == part_id and part.is_attachment:
            return part.content
    return None


def _head(message: Message) -> bytes:
    labels = _labels_json(message.labels)
    return b'{"id":"%b","threadId":"%b"%b' % (message.id.encode(), message.thread.id.encode(), labels)


def _tail(message: Message) -> bytes:
    return b'"sizeEstimate":%d,"historyId":"%d","internalDate":"%d"}' % (
        len(message.raw),
        message.history_id,
        message.internal_date,
    )


@lru_cache(maxsize=4096)
def _labels_json(labels: frozenset[str]) -> bytes:
    return b',"labelIds":' + _dump(sorted(labels)) if labels else b""


def _part_json(part: Part) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "partId": part.part_id,
        "mimeType": part.mime_type,
        "filename": part.filename,
        "headers": [{"name": name, "value": value} for name, value in part.headers],
        "body": _body_json(part),
    }
    if part.children:
        shown["parts"] = [_part_json(child) for child in part.children]
    return shown


def _body_json(part: Part) -> dict[str, Any]:
    size = len(part.content)
    if part.is_attachment:
        token = urlsafe_b64encode(part.part_id.encode()).decode()
        return {"attachmentId": f"{ATTACHMENT_PREFIX}{_NONCE_MARK.decode()}{token}", "size": size}
    if part.children or not size:
        return {"size": 0}
    return {"size": size, "data": urlsafe_b64encode(part.content).decode()}


def _dump(value: Any) -> bytes:
    """JSON bytes; a lone surrogate from broken mail becomes a replacement character.

    A copy, because orjson's own result keeps several times its length in memory.
    """
    try:
        return bytes(memoryview(orjson.dumps(value)))
    except (TypeError, orjson.JSONEncodeError):
        return bytes(memoryview(orjson.dumps(_scrub(value))))


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_scrub(item) for item in value]
    return {key: _scrub(item) for key, item in value.items()} if isinstance(value, dict) else value
