"""Ordered message keys per label: cheap to fill in any order, read newest first from any point."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

# (internal date in milliseconds, message id): Gmail lists newest first.
Key = tuple[int, str]


class OrderedIndex:
    """A sorted set of keys. Additions out of order are sorted in at the next read, all at once."""

    def __init__(self) -> None:
        self._keys: list[Key] = []
        self._sorted = True

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: Key) -> None:
        if self._keys and key < self._keys[-1]:
            self._sorted = False
        self._keys.append(key)

    def discard(self, key: Key) -> None:
        self._sort()
        position = bisect_left(self._keys, key)
        if position < len(self._keys) and self._keys[position] == key:
            del self._keys[position]

    def newest_first(self, below: Key | None = None) -> Iterator[Key]:
        """Keys in descending order, starting under `below`; O(log n) to start."""
        self._sort()
        start = len(self._keys) if below is None else bisect_left(self._keys, below)
        for position in range(start - 1, -1, -1):
            yield self._keys[position]

    def _sort(self) -> None:
        if not self._sorted:
            self._keys.sort()
            self._sorted = True
