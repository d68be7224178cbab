"""users.settings: the send-as addresses."""

from __future__ import annotations

from typing import Any

from sync.emulator.errors import not_found
from sync.emulator.mailbox import Mailbox
from sync.emulator.methods.handler import Answer, Handler
from sync.emulator.wire import Call


def list_send_as(call: Call) -> Answer:
    return {"sendAs": _addresses(call.mailbox)}


def get_send_as(call: Call) -> Answer:
    wanted = call.path["sendAsEmail"].lower()
    found = next((each for each in _addresses(call.mailbox) if each["sendAsEmail"] == wanted), None)
    if found is None:
        raise not_found()
    return found


def _addresses(mailbox: Mailbox) -> list[dict[str, Any]]:
    """The primary address, then the aliases; only aliases carry a verification status."""
    primary = {
        "sendAsEmail": mailbox.address,
        "displayName": mailbox.name,
        "replyToAddress": "",
        "signature": "",
        "isPrimary": True,
        "isDefault": True,
    }
    aliases = [
        {
            "sendAsEmail": alias,
            "displayName": mailbox.name,
            "replyToAddress": "",
            "signature": "",
            "treatAsAlias": True,
            "verificationStatus": "accepted",
        }
        for alias in mailbox.aliases
    ]
    return [primary, *aliases]


METHODS: dict[str, Handler] = {
    "settings.sendAs.list": list_send_as,
    "settings.sendAs.get": get_send_as,
}
