"""users.labels: https://developers.google.com/gmail/api/reference/rest/v1/users.labels"""

from __future__ import annotations

from typing import Any

from sync.emulator.labels import Label
from sync.emulator.methods.handler import Answer, Handler
from sync.emulator.wire import Call

_SETTINGS = ("messageListVisibility", "labelListVisibility", "color")


def list_labels(call: Call) -> Answer:
    return {"labels": [label.shown() for label in call.mailbox.labels.all()]}


def get_label(call: Call) -> Answer:
    """A label with its counts."""
    label = call.mailbox.labels.get(call.path["id"])
    keys = call.mailbox.index(label.id).newest_first()
    messages = [call.mailbox.messages[message_id] for _, message_id in keys]
    unread = [message for message in messages if "UNREAD" in message.labels]
    return {
        **label.shown(),
        "messagesTotal": len(messages),
        "messagesUnread": len(unread),
        "threadsTotal": len({message.thread.id for message in messages}),
        "threadsUnread": len({message.thread.id for message in unread}),
    }


def create(call: Call) -> Answer:
    return call.mailbox.labels.create(call.body.get("name", ""), _settings(call.body)).shown()


def update(call: Call) -> Answer:
    label_id = call.path["id"]
    return call.mailbox.labels.update(label_id, call.body.get("name", ""), _settings(call.body)).shown()


def patch(call: Call) -> Answer:
    label = call.mailbox.labels.get(call.path["id"])
    settings = {**label.settings, **_settings(call.body)}
    return call.mailbox.labels.update(label.id, call.body.get("name", label.name), settings).shown()


def delete(call: Call) -> Answer:
    """Takes the label off every message first, as Gmail does."""
    label: Label = call.mailbox.labels.get(call.path["id"])
    call.mailbox.labels.delete(label.id)
    for _, message_id in list(call.mailbox.index(label.id).newest_first()):
        call.mailbox.relabel(call.mailbox.messages[message_id], remove=[label.id])
    return None


def _settings(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in _SETTINGS if name in body}


METHODS: dict[str, Handler] = {
    "labels.list": list_labels,
    "labels.get": get_label,
    "labels.create": create,
    "labels.update": update,
    "labels.patch": patch,
    "labels.delete": delete,
}
