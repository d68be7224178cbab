"""What a method handler is, and what several of them need."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any

from sync.emulator.errors import invalid, not_found
from sync.emulator.headers import addresses, first, scan_headers, subject_key
from sync.emulator.labels import IMMUTABLE_LABELS
from sync.emulator.listing import Filter, Page
from sync.emulator.mailbox import Mailbox, Message, Thread
from sync.emulator.wire import Call

# JSON already rendered, a value to be dumped, or None for an empty 204.
Answer = bytes | dict[str, Any] | None
Handler = Callable[[Call], Answer]

DEFAULT_PAGE = 100


def message_of(call: Call, text: str) -> Message:
    """The message with this id, in hex or as Gmail's pages write it (`msg-f:decimal`, `msg-a:...`)."""
    found = call.mailbox.messages.get(_hex_id(call.mailbox, text, "msg-f:"))
    if found is None:
        raise not_found()
    return found


def thread_of(call: Call, text: str) -> Thread:
    """The thread with this id, in hex or as `thread-f:decimal`."""
    found = call.mailbox.threads.get(_hex_id(call.mailbox, text, "thread-f:"))
    if found is None:
        raise not_found()
    return found


def _hex_id(mailbox: Mailbox, text: str, prefix: str) -> str:
    if text.startswith(prefix) and text[len(prefix) :].isdigit():
        return f"{int(text[len(prefix) :]):x}"
    text = mailbox.nicknames.get(text, text)
    if not re.fullmatch(r"[0-9a-fA-F]{1,16}", text):
        raise invalid("Invalid id value")
    return text.lower()


def raw_message(call: Call, message: dict[str, Any]) -> bytes:
    """The uploaded bytes, or the `raw` field decoded. Raises ApiError 400 without either or without headers."""
    raw = call.media
    if raw is None:
        encoded = "".join(message.get("raw", "").split()).replace("+", "-").replace("/", "_").rstrip("=")
        raw = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)) if len(encoded) % 4 != 1 else b""
    if not raw:
        raise invalid("'raw' RFC822 payload message string or uploading message via /upload/* URL required")
    return raw


def recipients(raw: bytes) -> list[str]:
    """All addresses in To, Cc and Bcc. Raises ApiError 400 when there are none."""
    found = addresses(scan_headers(raw), "To", "Cc", "Bcc")
    if not found:
        raise invalid("Recipient address required")
    return found


def chosen_thread(call: Call, message: dict[str, Any], raw: bytes) -> str | None:
    """The `threadId` asked for, if the subject belongs to it; 404 when there is no such thread."""
    wanted = message.get("threadId")
    if not wanted:
        return None
    thread = thread_of(call, wanted)
    subject = subject_key(first(scan_headers(raw), "Subject"))
    return thread.id if subject == thread.messages[0].subject else None


def label_changes(call: Call) -> tuple[list[str], list[str]]:
    """The labels to add and to remove; ApiError 400 for unknown ones and for those only Gmail may set."""
    add, remove = call.body.get("addLabelIds", []), call.body.get("removeLabelIds", [])
    call.mailbox.labels.check([*add, *remove])
    for label_id in (*add, *remove):
        if label_id in IMMUTABLE_LABELS:
            raise invalid(f"Invalid label: {label_id}")
    if len(add) > 100 or len(remove) > 100:
        raise invalid("Too many labels: at most 100 can be changed at once.")
    if not add and not remove:
        raise invalid("No label add or removes specified")
    return add, remove


def wanted_filter(call: Call) -> Filter:
    query = call.query
    return Filter.of(
        call.mailbox,
        query.get("labelIds", []),
        query.get("q", ""),
        query.get("includeSpamTrash", False),
        call.emulator.clock(),
    )


def page_size(call: Call) -> int:
    return int(call.query.get("maxResults") or DEFAULT_PAGE)


def paged(page: Page, name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """A list answer; the items and the token are absent when there are none."""
    answer: dict[str, Any] = {name: items} if items else {}
    if page.next_token:
        answer["nextPageToken"] = page.next_token
    return {**answer, "resultSizeEstimate": page.estimate}
