"""The mailbox as a whole: profile, history, watch."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from sync.emulator.errors import invalid, not_found
from sync.emulator.history import LABEL_ADDED, LABEL_REMOVED, MESSAGE_ADDED, MESSAGE_DELETED, Change
from sync.emulator.listing import MAX_PAGE
from sync.emulator.methods.handler import Answer, Handler, page_size
from sync.emulator.wire import Call

WATCH_SECONDS = 7 * 86400

_FIELDS = {
    MESSAGE_ADDED: "messagesAdded",
    MESSAGE_DELETED: "messagesDeleted",
    LABEL_ADDED: "labelsAdded",
    LABEL_REMOVED: "labelsRemoved",
}


def get_profile(call: Call) -> Answer:
    return {
        "emailAddress": call.mailbox.address,
        "messagesTotal": len(call.mailbox.messages),
        "threadsTotal": len(call.mailbox.threads),
        "historyId": str(call.mailbox.history_id),
    }


def list_history(call: Call) -> Answer:
    """Changes after `startHistoryId`; `history` is absent when there are none; 404 when they are forgotten."""
    if "startHistoryId" not in call.query:
        raise invalid("Missing/invalid parameter: startHistoryId")
    start = call.query["startHistoryId"]
    if not call.mailbox.log.knows(start):
        raise not_found()
    kinds = set(call.query.get("historyTypes", _FIELDS))
    label_id = call.query.get("labelId")
    changes = (
        change
        for change in call.mailbox.log.after(_position(call.query.get("pageToken"), start))
        if change.kind in kinds and (label_id is None or label_id in change.labels.union(change.changed))
    )
    size = max(1, min(page_size(call), MAX_PAGE))
    page = list(islice(changes, size))
    answer: dict[str, Any] = {"history": [_record(change) for change in page]} if page else {}
    if len(page) == size and next(changes, None) is not None:
        answer["nextPageToken"] = str(page[-1].id)
    return {**answer, "historyId": str(call.mailbox.history_id)}


def _position(page_token: str | None, start: int) -> int:
    if page_token is None:
        return start
    if not page_token.isdecimal() or int(page_token) < start:
        raise invalid("Invalid pageToken")
    return int(page_token)


def _record(change: Change) -> dict[str, Any]:
    short = {"id": change.message_id, "threadId": change.thread_id}
    entry: dict[str, Any] = {"message": {**short, "labelIds": sorted(change.labels)}}
    if not change.labels:
        del entry["message"]["labelIds"]
    if change.changed:
        entry["labelIds"] = list(change.changed)
    return {"id": str(change.id), "messages": [short], _FIELDS[change.kind]: [entry]}


def watch(call: Call) -> Answer:
    """Starts seven days of notifications; Gmail sends a first one at once."""
    topic = call.body.get("topicName", "")
    if not re.fullmatch(r"projects/[^/\s]+/topics/[^/\s]+", topic):
        raise invalid(f"Invalid topicName does not match projects/<project>/topics/<topic>: {topic!r}")
    labels = call.body.get("labelIds", [])
    call.mailbox.labels.check(labels)
    behaviour = call.body.get("labelFilterBehavior") or call.body.get("labelFilterAction") or "include"
    call.mailbox.watch = {
        "topic": topic,
        "labels": frozenset(labels),
        "exclude": behaviour == "exclude",
        "expires_at": call.emulator.clock() + WATCH_SECONDS,
    }
    call.emulator.push.publish(topic, call.mailbox.address, call.mailbox.history_id)
    expiration = int(call.mailbox.watch["expires_at"] * 1000)
    return {"historyId": str(call.mailbox.history_id), "expiration": str(expiration)}


def stop(call: Call) -> Answer:
    call.mailbox.watch = None
    return None


METHODS: dict[str, Handler] = {
    "getProfile": get_profile,
    "history.list": list_history,
    "watch": watch,
    "stop": stop,
}
