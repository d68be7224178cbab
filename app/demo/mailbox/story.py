"""The demo's mail, message by message and mailbox by mailbox."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.demo.mailbox.bodies import Written, write_body
from app.demo.mailbox.mime import build_message
from app.demo.mailbox.people import COLLEAGUES, people
from app.demo.mailbox.script import ScriptedMessage, read_threads


@dataclass(frozen=True)
class DemoMessage:
    """One copy of a message: the same bytes lie in the mailbox of every colleague who wrote or received it.

    `mailbox` is its owner's address, `labels` are Gmail label names, `thread_key` is the same for a conversation.
    """

    mailbox: str
    raw: bytes
    labels: tuple[str, ...]
    internal_date: datetime
    thread_key: str


def demo_messages(now: datetime) -> Iterator[DemoMessage]:
    """All copies, oldest first; the same for the same `now` (aware), before which every message lies."""
    copies = [copy for thread_key, messages in read_threads(now) for copy in _thread_copies(thread_key, messages)]
    yield from sorted(copies, key=lambda copy: (copy.internal_date, copy.thread_key, copy.mailbox))


def _thread_copies(thread_key: str, messages: list[ScriptedMessage]) -> Iterator[DemoMessage]:
    earlier: list[Written] = []
    for message in messages:
        body = write_body(message, earlier[-1] if earlier else None)
        raw = build_message(thread_key, message, body, earlier)
        earlier.append(Written(message, body))
        for owner in _holders(message):
            yield DemoMessage(owner, raw, _labels(message, owner), message.date, thread_key)


def _holders(message: ScriptedMessage) -> list[str]:
    involved = {message.sender.email, *(person.email for person in (*message.to, *message.cc))}
    return [email for email in (people()[key].email for key in COLLEAGUES) if email in involved]


def _labels(message: ScriptedMessage, owner: str) -> tuple[str, ...]:
    if message.sender.email == owner:
        return ("SENT", *(label for label in message.labels if label != "UNREAD"))
    return ("INBOX", *message.labels)
