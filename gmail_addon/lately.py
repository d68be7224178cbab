"""What happened in this process just now: asked here, it costs the database nothing."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from app.records.recent import Sight

NOTE_EVERY = timedelta(minutes=1)
MOST_KEPT = 10_000
CUT_OFF = timedelta(seconds=30)


class Lately:
    """What this process did within the last minute: it keeps questions whose answer is no from the database."""

    def __init__(self) -> None:
        self._done: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        self._lock = Lock()

    def is_due(self, key: tuple[str, str], now: datetime) -> bool:
        """Whether it is a minute since this was asked; if so, it counts as done."""
        with self._lock:
            before = self._done.get(key)
            if before and now - before < NOTE_EVERY:
                return False
            self._done[key] = now
            self._done.move_to_end(key)
            if len(self._done) > MOST_KEPT:
                self._done.popitem(last=False)
            return True


class Pile:
    """What members saw and is not written down yet. Whoever lays the first one on it writes it; what comes while they
    are at it goes in their next transaction, so that many people cost hardly more than one."""

    def __init__(self) -> None:
        self._sights: list[Sight] = []
        self._writing_since: datetime | None = None
        self._lock = Lock()

    def lay(self, sight: Sight) -> bool:
        """Whether the caller is the one to write: nobody else is, or they were cut off."""
        with self._lock:
            self._sights.append(sight)
            writes = self._writing_since is None or sight.at - self._writing_since > CUT_OFF
            if writes:
                self._writing_since = sight.at
            return writes

    def take(self) -> list[Sight]:
        """All of it; when nothing is left, the caller's task is over."""
        with self._lock:
            taken, self._sights = self._sights, []
            if not taken:
                self._writing_since = None
            return taken
