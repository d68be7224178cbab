"""users.messages: https://developers.google.com/gmail/api/reference/rest/v1/users.messages"""

from __future__ import annotations

from base64 import urlsafe_b64encode

from sync.emulator.errors import invalid
from sync.emulator.listing import list_messages
from sync.emulator.mailbox import Message
from sync.emulator.methods.handler import (
    Answer,
    Handler,
    chosen_thread,
    label_changes,
    message_of,
    page_size,
    paged,
    raw_message,
    recipients,
    wanted_filter,
)
from sync.emulator.outgoing import send_message
from sync.emulator.render import attachment_content, format_message, stub
from sync.emulator.wire import Call

MAX_BULK = 1000


def get_message(call: Call) -> Answer:
    form = call.query.get("format", "full")
    return format_message(message_of(call, call.path["id"]), form, call.query.get("metadataHeaders", ()))


def list_page(call: Call) -> Answer:
    page = list_messages(call.mailbox, wanted_filter(call), call.query.get("pageToken"), page_size(call))
    items = [{"id": message.id, "threadId": message.thread.id} for message in page.messages]
    return paged(page, "messages", items)


def get_attachment(call: Call) -> Answer:
    content = attachment_content(message_of(call, call.path["messageId"]).raw, call.path["id"])
    if content is None:
        raise invalid("Invalid attachment token")
    return {"size": len(content), "data": urlsafe_b64encode(content).decode()}


def send(call: Call) -> Answer:
    raw = raw_message(call, call.body)
    recipients(raw)
    return stub(send_message(call.emulator, call.mailbox, raw, thread_id=chosen_thread(call, call.body, raw)))


def insert(call: Call) -> Answer:
    return _store(call, "receivedTime")


def import_message(call: Call) -> Answer:
    return _store(call, "dateHeader")


def _store(call: Call, default_source: str) -> Answer:
    """Stores without sending; without labelIds the message is archived and read."""
    raw = raw_message(call, call.body)
    labels = call.body.get("labelIds", [])
    call.mailbox.labels.check(labels)
    by_header = call.query.get("internalDateSource", default_source) == "dateHeader"
    message = call.mailbox.add(
        raw,
        labels=labels,
        internal_date=None if by_header else int(call.emulator.clock() * 1000),
        thread_id=chosen_thread(call, call.body, raw),
    )
    return stub(message)


def modify(call: Call) -> Answer:
    message = message_of(call, call.path["id"])
    add, remove = label_changes(call)
    call.mailbox.relabel(message, add=add, remove=remove)
    return stub(message)


def trash(call: Call) -> Answer:
    message = message_of(call, call.path["id"])
    call.mailbox.relabel(message, add=["TRASH"], remove=["INBOX", "SPAM"])
    return stub(message)


def untrash(call: Call) -> Answer:
    message = message_of(call, call.path["id"])
    call.mailbox.relabel(message, remove=["TRASH"])
    return stub(message)


def delete(call: Call) -> Answer:
    call.mailbox.remove(message_of(call, call.path["id"]))
    return None


def batch_modify(call: Call) -> Answer:
    add, remove = label_changes(call)
    for message in _bulk(call):
        call.mailbox.relabel(message, add=add, remove=remove)
    return None


def batch_delete(call: Call) -> Answer:
    for message in _bulk(call):
        call.mailbox.remove(message)
    return None


def _bulk(call: Call) -> list[Message]:
    """The named messages that exist; Gmail promises nothing for the others."""
    ids = call.body.get("ids", [])
    if not ids:
        raise invalid("No message ids specified")
    if len(ids) > MAX_BULK:
        raise invalid(f"Too many message ids: at most {MAX_BULK} are allowed.")
    messages = call.mailbox.messages
    return [messages[message_id] for message_id in dict.fromkeys(ids) if message_id in messages]


METHODS: dict[str, Handler] = {
    "messages.get": get_message,
    "messages.list": list_page,
    "messages.attachments.get": get_attachment,
    "messages.send": send,
    "messages.insert": insert,
    "messages.import": import_message,
    "messages.modify": modify,
    "messages.trash": trash,
    "messages.untrash": untrash,
    "messages.delete": delete,
    "messages.batchModify": batch_modify,
    "messages.batchDelete": batch_delete,
}
