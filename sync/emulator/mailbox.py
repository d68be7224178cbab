"""One person's mail: messages and threads by id, ordered indexes per label, and the log of changes."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sync.emulator import history
from sync.emulator.headers import Header, date_milliseconds, first, message_ids, scan_headers, subject_key
from sync.emulator.history import HistoryLog
from sync.emulator.index import OrderedIndex
from sync.emulator.labels import HIDDEN_LABELS, LabelBook
from sync.emulator.render import Rendered, render

# Gmail starts a new thread after this many messages.
THREAD_LIMIT = 100
# The first millisecond count that gives a 16-digit id.
_ID_EPOCH = 1 << 40

EVERYTHING = "*"
VISIBLE = "*visible"


@dataclass(eq=False)
class Thread:
    """A conversation, its messages oldest first; it keeps its id when its first message goes."""

    id: str
    messages: list[Message] = field(default_factory=list)

    @property
    def history_id(self) -> int:
        return max(message.history_id for message in self.messages)


class Message:
    """A delivered message; `internal_date` in epoch milliseconds, `labels` by id."""

    __slots__ = (
        "_rendered",
        "history_id",
        "id",
        "internal_date",
        "labels",
        "message_id",
        "raw",
        "subject",
        "thread",
    )

    def __init__(self, message_id: str, raw: bytes, headers: list[Header], internal_date: int) -> None:
        self.id = message_id
        self.raw = raw
        self.internal_date = internal_date
        self.labels: frozenset[str] = frozenset()
        self.history_id = 0
        self._rendered: Rendered | None = None
        self.thread = Thread(message_id)
        self.message_id = next(iter(message_ids(first(headers, "Message-ID"))), "")
        self.subject = subject_key(first(headers, "Subject"))

    @property
    def key(self) -> tuple[int, str]:
        return (self.internal_date, self.id)

    @property
    def rendered(self) -> Rendered:
        """The JSON fragments, made at the first need and kept."""
        if self._rendered is None:
            self._rendered = render(self.raw)
        return self._rendered

    @property
    def headers(self) -> list[Header]:
        return scan_headers(self.raw)


class Mailbox:
    """The store behind one address. Every change is logged and told to `on_change(mailbox, label ids)`."""

    def __init__(
        self,
        address: str,
        *,
        name: str,
        aliases: Iterable[str],
        log: HistoryLog,
        clock: Callable[[], float],
        on_change: Callable[[Mailbox, frozenset[str]], None],
    ) -> None:
        self.address = address
        self.name = name
        self.aliases = [alias.lower() for alias in aliases]
        self.labels = LabelBook()
        self.messages: dict[str, Message] = {}
        self.threads: dict[str, Thread] = {}
        self.drafts: dict[str, Message] = {}
        # Ids that only Gmail's pages use (`msg-a:...`), and add-on tokens, both to message ids.
        self.nicknames: dict[str, str] = {}
        self.opened: dict[str, str] = {}
        self.watch: dict[str, Any] | None = None
        self.log = log
        self._clock = clock
        self._on_change = on_change
        self._by_message_id: dict[str, Message] = {}
        self._indexes: dict[str, OrderedIndex] = {EVERYTHING: OrderedIndex(), VISIBLE: OrderedIndex()}

    @property
    def history_id(self) -> int:
        return self.log.current_id

    @property
    def owner_addresses(self) -> frozenset[str]:
        return frozenset([self.address, *self.aliases])

    def index(self, label: str) -> OrderedIndex:
        """The ordered keys under a label id, or under EVERYTHING or VISIBLE (neither spam nor trash)."""
        return self._indexes.setdefault(label, OrderedIndex())

    def add(
        self,
        raw: bytes,
        *,
        labels: Iterable[str],
        internal_date: int | None = None,
        thread_id: str | None = None,
    ) -> Message:
        """Stores a message: dated by `internal_date` (ms), else its Date header, else the clock.

        Threaded into `thread_id` if given (it must exist), else by its references and subject.
        """
        headers = scan_headers(raw)
        if internal_date is None:
            internal_date = date_milliseconds(first(headers, "Date"))
        if internal_date is None:
            internal_date = int(self._clock() * 1000)
        message = Message(self._new_id(raw, internal_date), raw, headers, internal_date)
        thread = self.threads[thread_id] if thread_id else self._conversation(message, headers)
        self._join(message, thread)
        message.labels = frozenset(labels)
        self._enter(message, message.labels | _views(message.labels))
        message.history_id = self._record(history.MESSAGE_ADDED, message)
        return message

    def remove(self, message: Message) -> None:
        """Deletes a message for good."""
        del self.messages[message.id]
        if self._by_message_id.get(message.message_id) is message:
            del self._by_message_id[message.message_id]
        self._leave(message, message.labels | _views(message.labels))
        message.thread.messages.remove(message)
        if not message.thread.messages:
            del self.threads[message.thread.id]
        self._record(history.MESSAGE_DELETED, message)

    def relabel(self, message: Message, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Adds and removes labels; what is already so is not logged again."""
        before = message.labels
        added = frozenset(add) - before
        removed = (frozenset(remove) - frozenset(add)) & before
        after = (before | added) - removed
        if after == before:
            return
        message.labels = after
        old, new = before | _views(before), after | _views(after)
        self._leave(message, old - new)
        self._enter(message, new - old)
        if added:
            message.history_id = self._record(history.LABEL_ADDED, message, added)
        if removed:
            message.history_id = self._record(history.LABEL_REMOVED, message, removed)

    def _new_id(self, raw: bytes, internal_date: int) -> str:
        """16 hex digits: milliseconds, then 20 bits of the content, as far as they are free."""
        content = zlib.crc32(raw, zlib.crc32(self.address.encode())) & 0xFFFFF
        number = (internal_date + (_ID_EPOCH if internal_date < _ID_EPOCH else 0)) << 20 | content
        while (message_id := f"{number:016x}") in self.messages or message_id in self.threads:
            number += 1
        return message_id

    def _conversation(self, message: Message, headers: list[Header]) -> Thread:
        """The thread of the nearest known reference with the same subject, else a new one."""
        references = message_ids(first(headers, "In-Reply-To"))[:1]
        references += reversed(message_ids(first(headers, "References")))
        for reference in references:
            known = self._by_message_id.get(reference)
            if known and known.subject == message.subject and len(known.thread.messages) < THREAD_LIMIT:
                return known.thread
        return self.threads.setdefault(message.id, Thread(message.id))

    def _join(self, message: Message, thread: Thread) -> None:
        message.thread = thread
        self.messages[message.id] = message
        if message.message_id:
            self._by_message_id[message.message_id] = message
        thread.messages.append(message)
        if len(thread.messages) > 1:
            thread.messages.sort(key=lambda each: each.key)

    def _enter(self, message: Message, names: frozenset[str]) -> None:
        for name in names:
            self.index(name).add(message.key)

    def _leave(self, message: Message, names: frozenset[str]) -> None:
        for name in names:
            self.index(name).discard(message.key)

    def _record(self, kind: str, message: Message, changed: Iterable[str] = ()) -> int:
        labels = message.labels
        record_id = self.log.append(kind, message.id, message.thread.id, labels, tuple(sorted(changed)))
        self._on_change(self, labels.union(changed))
        return record_id


def _views(labels: frozenset[str]) -> frozenset[str]:
    return frozenset([EVERYTHING]) if labels & HIDDEN_LABELS else frozenset([EVERYTHING, VISIBLE])
