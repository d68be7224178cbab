"""The change log of a mailbox: what history.list reads, with gaps in its ids and an end to its memory."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MESSAGE_ADDED = "messageAdded"
MESSAGE_DELETED = "messageDeleted"
LABEL_ADDED = "labelAdded"
LABEL_REMOVED = "labelRemoved"

FIRST_ID = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """One entry: `labels` are the message's labels after the change, `changed` those added or removed."""

    id: int
    kind: str
    message_id: str
    thread_id: str
    labels: frozenset[str]
    changed: tuple[str, ...] = ()


class HistoryLog:
    """Changes in ascending, non-contiguous ids; those older than `retention` seconds are forgotten."""

    def __init__(self, clock: Callable[[], float], retention: float) -> None:
        self._clock = clock
        self._retention = retention
        self._ids: list[int] = []
        self._times: list[float] = []
        self._changes: list[Change] = []
        self._floor = 0
        self.current_id = FIRST_ID

    def append(
        self,
        kind: str,
        message_id: str,
        thread_id: str,
        labels: frozenset[str],
        changed: tuple[str, ...] = (),
    ) -> int:
        """Records a change now and returns its id."""
        change = Change(self._next_id(), kind, message_id, thread_id, labels, changed)
        self._ids.append(change.id)
        self._times.append(self._clock())
        self._changes.append(change)
        return change.id

    def knows(self, start: int) -> bool:
        """Whether changes after `start` can still be told completely (Gmail answers 404 otherwise)."""
        expired = bisect_left(self._times, self._clock() - self._retention)
        floor = max(self._floor, self._ids[expired - 1] if expired else 0)
        return floor <= start <= self.current_id

    def after(self, start: int) -> Iterator[Change]:
        """The changes with an id above `start`, oldest first."""
        for position in range(bisect_right(self._ids, start), len(self._ids)):
            yield self._changes[position]

    def expire(self) -> None:
        """Forgets everything up to now: every id handed out before is too old."""
        self._floor = self._next_id()

    def _next_id(self) -> int:
        self.current_id += 1 + self.current_id * 7 % 5
        return self.current_id
