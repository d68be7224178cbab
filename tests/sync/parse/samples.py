"""Gmail message resources for the parser: made of a few words, or rendered from raw mail, and the sample archives."""

import tarfile
from base64 import urlsafe_b64encode
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import orjson
import pytest

from sync.emulator.render import render

SAMPLES = Path(__file__).parents[4] / "shared" / "data"

Part = dict[str, Any]


def encoded(data: bytes | str) -> str:
    return urlsafe_b64encode(data.encode() if isinstance(data, str) else data).decode()


def part(
    mime_type: str,
    data: bytes | str | None = None,
    *,
    headers: dict[str, str] | None = None,
    parts: list[Part] | None = None,
    part_id: str = "",
    filename: str = "",
) -> Part:
    made: Part = {"partId": part_id, "mimeType": mime_type, "filename": filename, "body": {"size": len(data or "")}}
    made["headers"] = [{"name": name, "value": value} for name, value in (headers or {}).items()]
    if data is not None:
        made["body"]["data"] = encoded(data)
    if parts is not None:
        made["parts"] = parts
    return made


def message(payload: Part, **headers: str) -> dict[str, Any]:
    """A resource around the payload; headers as keywords, e.g. `in_reply_to="<…>"`."""
    payload["headers"] += [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
    return {
        "id": "18c5a3f0e1b2c3d4",
        "threadId": "18c5a3f0e1b2c3d0",
        "historyId": "1234567890123456789012",
        "labelIds": ["INBOX", "UNREAD"],
        "internalDate": "1700000000000",
        "sizeEstimate": 4096,
        "snippet": "Hello &amp; welcome",
        "payload": payload,
    }


def plain(text: bytes | str, content_type: str = "text/plain; charset=UTF-8", **headers: str) -> dict[str, Any]:
    return message(part("text/plain", text, headers={"Content-Type": content_type}), **headers)


def html(text: bytes | str, **headers: str) -> dict[str, Any]:
    return message(part("text/html", text, headers={"Content-Type": "text/html; charset=UTF-8"}), **headers)


def of_raw(raw: bytes) -> dict[str, Any]:
    """Raw mail as Gmail would show it, with the text of delivery reports included, as Gmail does for small ones."""
    payload = orjson.loads(render(raw).payload)
    _include_reports(payload, message_from_bytes(raw))
    return message(payload)


def _include_reports(shown: Part, source: Message) -> None:
    inside = source.get_payload()
    if not isinstance(inside, list):
        return
    if shown["mimeType"] == "message/delivery-status":
        shown["body"] = {"data": encoded("\n".join(str(block) for block in inside).encode("utf-8", "replace"))}
    for child, child_source in zip(shown.get("parts", ()), inside, strict=False):
        _include_reports(child, child_source)


def extracted(archive: str, into: Path) -> Path:
    """The folder an archive of the sample data was unpacked into; skips the test where there is no such data."""
    source = SAMPLES / archive
    if not source.exists():
        pytest.skip(f"the sample data ({archive}) is not here")
    with tarfile.open(source) as opened:
        opened.extractall(into, filter="data")
    return into


def files(folder: Path, pattern: str = "*") -> list[Path]:
    return sorted(path for path in folder.rglob(pattern) if path.is_file())
