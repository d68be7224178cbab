"""Pages of messages and threads, newest first, that stay right while mail comes and goes."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sync.emulator.errors import invalid
from sync.emulator.index import Key
from sync.emulator.labels import HIDDEN_LABELS
from sync.emulator.mailbox import EVERYTHING, VISIBLE, Mailbox, Message
from sync.emulator.query import Query

MAX_PAGE = 500


@dataclass
class Filter:
    """What a list call asks for; all `label_ids` must be on a message."""

    label_ids: list[str]
    query: Query | None
    hidden: bool

    @classmethod
    def of(cls, mailbox: Mailbox, label_ids: list[str], q: str, include_hidden: bool, now: float) -> Filter:
        """Raises ApiError 400 for a label that the mailbox does not have."""
        mailbox.labels.check(label_ids)
        query = Query(q, mailbox, now) if q.strip() else None
        hidden = include_hidden or bool(HIDDEN_LABELS & set(label_ids)) or bool(query and query.reaches_hidden)
        return cls(label_ids, query, hidden)

    def matches(self, message: Message) -> bool:
        if not self.hidden and message.labels & HIDDEN_LABELS:
            return False
        return message.labels.issuperset(self.label_ids) and (self.query is None or self.query.matches(message))


@dataclass
class Page:
    messages: list[Message]
    next_token: str | None
    estimate: int


def list_messages(mailbox: Mailbox, wanted: Filter, page_token: str | None, size: int) -> Page:
    """One page of matching messages."""
    return _page(mailbox, wanted, _matching(mailbox, wanted, page_token), size)


def list_threads(mailbox: Mailbox, wanted: Filter, page_token: str | None, size: int) -> Page:
    """One page of threads with a match, each by its newest matching message."""
    matching = _matching(mailbox, wanted, page_token)
    return _page(mailbox, wanted, (each for each in matching if _is_newest(each, wanted)), size)


def _is_newest(message: Message, wanted: Filter) -> bool:
    for other in reversed(message.thread.messages):
        if other is message:
            return True
        if wanted.matches(other):
            return False
    return True


def _matching(mailbox: Mailbox, wanted: Filter, page_token: str | None) -> Iterator[Message]:
    below = decode_key(page_token) if page_token else None
    for _, message_id in mailbox.index(_narrowest(mailbox, wanted)).newest_first(below):
        message = mailbox.messages[message_id]
        if wanted.matches(message):
            yield message


def _narrowest(mailbox: Mailbox, wanted: Filter) -> str:
    names = [*wanted.label_ids, EVERYTHING if wanted.hidden else VISIBLE]
    return min(names, key=lambda name: len(mailbox.index(name)))


def _page(mailbox: Mailbox, wanted: Filter, found: Iterator[Message], size: int) -> Page:
    size = max(1, min(size, MAX_PAGE))
    messages = list(islice(found, size))
    more = len(messages) == size and next(found, None) is not None
    estimate = len(mailbox.index(_narrowest(mailbox, wanted))) if wanted.query is None else len(messages) + more
    return Page(messages, encode_key(messages[-1].key) if more else None, estimate)


def encode_key(key: Key) -> str:
    return urlsafe_b64encode(f"{key[0]}.{key[1]}".encode()).decode().rstrip("=")


def decode_key(token: str) -> Key:
    """The key in a page token; ApiError 400 for anything that is not one."""
    try:
        text = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii")
    except ValueError as error:
        raise invalid("Invalid pageToken") from error
    found = re.fullmatch(r"(\d+)\.([0-9a-f]{16})", text)
    if found is None:
        raise invalid("Invalid pageToken")
    return (int(found[1]), found[2])
