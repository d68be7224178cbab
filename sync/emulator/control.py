"""The control API under /_ctl, for a driver in another process. It has no authentication: loopback only."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from sync.emulator.push import PushFaults
from sync.emulator.wire import Reply, Request, json_reply

if TYPE_CHECKING:
    from sync.emulator.emulator import GmailEmulator


def answer_control(emulator: GmailEmulator, request: Request) -> Reply:
    """Runs a control command; 400 names what was wrong with it, 404 lists the commands."""
    command = _COMMANDS.get((request.verb, request.path.removeprefix("/_ctl/")))
    if command is None:
        return json_reply({"error": "unknown command", "commands": [" ".join(key) for key in _COMMANDS]}, 404)
    try:
        body = orjson.loads(request.body) if request.body.strip() else {}
        return json_reply(command(emulator, body))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return json_reply({"error": f"{type(error).__name__}: {error}"}, 400)


def _add_faults(emulator: GmailEmulator, rules: list[dict[str, Any]]) -> dict[str, Any]:
    emulator.faults.extend(rules)
    return {"added": len(rules)}


def _clear_faults(emulator: GmailEmulator, _: Any) -> dict[str, Any]:
    emulator.faults.clear()
    return {}


def _stats(emulator: GmailEmulator, _: Any) -> dict[str, Any]:
    return emulator.stats()


def _add_mailbox(emulator: GmailEmulator, body: dict[str, Any]) -> dict[str, Any]:
    mailbox = emulator.add_mailbox(**body)
    return {"address": mailbox.address, "historyId": str(mailbox.history_id)}


def _deliver(emulator: GmailEmulator, body: dict[str, Any]) -> dict[str, Any]:
    message_id = emulator.deliver(
        body["address"],
        urlsafe_b64decode(body["raw"] + "=" * (-len(body["raw"]) % 4)),
        labels=body.get("labels", ("INBOX", "UNREAD")),
        internal_date=body.get("internalDate"),
        thread_id=body.get("threadId"),
    )
    thread = emulator.mailbox(body["address"]).messages[message_id].thread
    return {"id": message_id, "threadId": thread.id}


def _delete(emulator: GmailEmulator, body: dict[str, Any]) -> dict[str, Any]:
    emulator.delete(body["address"], body["id"])
    return {}


def _modify(emulator: GmailEmulator, body: dict[str, Any]) -> dict[str, Any]:
    emulator.modify(body["address"], body["id"], add=body.get("add", ()), remove=body.get("remove", ()))
    return {}


def _issue_tokens(emulator: GmailEmulator, body: dict[str, Any]) -> dict[str, Any]:
    address = emulator.mailbox(body["address"]).address
    access = emulator.tokens.issue(address, body["scopes"], lifetime=body.get("lifetime"))
    return {"access_token": access, "refresh_token": emulator.grant(address, body["scopes"])}


def _sign(emulator: GmailEmulator, body: dict[str, Any]) -> dict[str, Any]:
    return {"token": emulator.signer.sign(body["claims"])}


def _subscribe(emulator: GmailEmulator, body: dict[str, Any]) -> dict[str, Any]:
    faults = body.pop("faults", None)
    emulator.push.subscribe(**body)
    if faults is not None:
        emulator.push.faults = PushFaults(**faults)
    return {}


def _expire_history(emulator: GmailEmulator, body: dict[str, Any]) -> dict[str, Any]:
    emulator.expire_history(body["address"])
    return {"historyId": str(emulator.mailbox(body["address"]).history_id)}


def _set_quota(emulator: GmailEmulator, body: dict[str, Any]) -> dict[str, Any]:
    emulator.ledger.quota = replace(emulator.ledger.quota, **body)
    return {}


_COMMANDS: dict[tuple[str, str], Callable[[GmailEmulator, Any], dict[str, Any]]] = {
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "stats"): _stats,
    ("POST", "mailboxes"): _add_mailbox,
    ("POST", "messages"): _deliver,
    ("POST", "messages/delete"): _delete,
    ("POST", "messages/modify"): _modify,
    ("POST", "tokens"): _issue_tokens,
    ("POST", "sign"): _sign,
    ("POST", "push"): _subscribe,
    ("POST", "history/expire"): _expire_history,
    ("POST", "quota"): _set_quota,
}
