"""users.drafts: https://developers.google.com/gmail/api/reference/rest/v1/users.drafts"""

from __future__ import annotations

from typing import Any

import orjson

from sync.emulator.errors import invalid, not_found
from sync.emulator.listing import list_messages
from sync.emulator.mailbox import Message
from sync.emulator.methods.handler import (
    Answer,
    Handler,
    chosen_thread,
    page_size,
    paged,
    raw_message,
    recipients,
    wanted_filter,
)
from sync.emulator.outgoing import send_message
from sync.emulator.render import format_message, stub
from sync.emulator.wire import Call


def create(call: Call) -> Answer:
    message = _compose(call)
    return _shown(_remember(call, f"r{int(message.id, 16)}", message), message)


def update(call: Call) -> Answer:
    """Replaces the draft's message: the draft keeps its id, the message gets a new one."""
    draft_id, old = call.path["id"], _draft(call, call.path["id"])
    message = _compose(call)
    call.mailbox.remove(old)
    return _shown(_remember(call, draft_id, message), message)


def get_draft(call: Call) -> Answer:
    message = _draft(call, call.path["id"])
    shown = orjson.loads(format_message(message, call.query.get("format", "full")))
    return {"id": call.path["id"], "message": shown}


def list_page(call: Call) -> Answer:
    ids = {message.id: draft_id for draft_id, message in call.mailbox.drafts.items()}
    wanted = wanted_filter(call)
    wanted.label_ids = ["DRAFT"]
    page = list_messages(call.mailbox, wanted, call.query.get("pageToken"), page_size(call))
    items = [
        {"id": ids[message.id], "message": {"id": message.id, "threadId": message.thread.id}}
        for message in page.messages
        if message.id in ids
    ]
    return paged(page, "drafts", items)


def send(call: Call) -> Answer:
    """Sends a draft by its id, with the message in the body if there is one; the draft is gone after it."""
    draft_id = call.body.get("id")
    if not draft_id:
        raise invalid("Missing draft id: name the draft to send in the field 'id'.")
    old = _draft(call, draft_id)
    given = call.media is not None or call.body.get("message", {}).get("raw")
    raw = raw_message(call, call.body.get("message", {})) if given else old.raw
    recipients(raw)
    thread_id = None if old.thread.messages == [old] else old.thread.id
    del call.mailbox.drafts[draft_id]
    call.mailbox.remove(old)
    return stub(send_message(call.emulator, call.mailbox, raw, thread_id=thread_id))


def delete(call: Call) -> Answer:
    call.mailbox.remove(_draft(call, call.path["id"]))
    del call.mailbox.drafts[call.path["id"]]
    return None


def _compose(call: Call) -> Message:
    given = call.body.get("message", {})
    raw = raw_message(call, given)
    now = int(call.emulator.clock() * 1000)
    thread_id = chosen_thread(call, given, raw)
    return call.mailbox.add(raw, labels=["DRAFT"], internal_date=now, thread_id=thread_id)


def _remember(call: Call, draft_id: str, message: Message) -> str:
    call.mailbox.drafts[draft_id] = message
    return draft_id


def _draft(call: Call, draft_id: str) -> Message:
    message = call.mailbox.drafts.get(draft_id)
    if message is None or message.id not in call.mailbox.messages:
        raise not_found()
    return message


def _shown(draft_id: str, message: Message) -> dict[str, Any]:
    return {"id": draft_id, "message": stub(message)}


METHODS: dict[str, Handler] = {
    "drafts.create": create,
    "drafts.update": update,
    "drafts.get": get_draft,
    "drafts.list": list_page,
    "drafts.send": send,
    "drafts.delete": delete,
}
