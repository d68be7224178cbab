"""users.threads: https://developers.google.com/gmail/api/reference/rest/v1/users.threads"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from sync.emulator.listing import list_threads
from sync.emulator.mailbox import Thread
from sync.emulator.methods.handler import (
    Answer,
    Handler,
    label_changes,
    page_size,
    paged,
    thread_of,
    wanted_filter,
)
from sync.emulator.render import format_thread, stub
from sync.emulator.wire import Call


def get_thread(call: Call) -> Answer:
    form = call.query.get("format", "full")
    return format_thread(thread_of(call, call.path["id"]), form, call.query.get("metadataHeaders", ()))


def list_page(call: Call) -> Answer:
    page = list_threads(call.mailbox, wanted_filter(call), call.query.get("pageToken"), page_size(call))
    return paged(page, "threads", [_summary(message.thread) for message in page.messages])


def _summary(thread: Thread) -> dict[str, Any]:
    snippet = orjson.loads(thread.messages[-1].rendered.snippet)
    return {"id": thread.id, "snippet": snippet, "historyId": str(thread.history_id)}


def modify(call: Call) -> Answer:
    thread = thread_of(call, call.path["id"])
    return _relabel(call, thread, *label_changes(call))


def trash(call: Call) -> Answer:
    return _relabel(call, thread_of(call, call.path["id"]), ["TRASH"], ["INBOX", "SPAM"])


def untrash(call: Call) -> Answer:
    return _relabel(call, thread_of(call, call.path["id"]), [], ["TRASH"])


def _relabel(call: Call, thread: Thread, add: Sequence[str], remove: Sequence[str]) -> Answer:
    for message in thread.messages:
        call.mailbox.relabel(message, add=add, remove=remove)
    messages = [stub(message) for message in thread.messages]
    return {"id": thread.id, "historyId": str(thread.history_id), "messages": messages}


def delete(call: Call) -> Answer:
    for message in list(thread_of(call, call.path["id"]).messages):
        call.mailbox.remove(message)
    return None


METHODS: dict[str, Handler] = {
    "threads.get": get_thread,
    "threads.list": list_page,
    "threads.modify": modify,
    "threads.trash": trash,
    "threads.untrash": untrash,
    "threads.delete": delete,
}
