"""Time as a dependency, so that tests can live through hours in milliseconds."""

import time
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Epoch seconds, and a way to let them pass."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def utcnow() -> datetime:
    return datetime.now(UTC)


def zone_of(name: str) -> ZoneInfo:
    """The time zone with this IANA name; UTC when there is none, whatever a client sent as its name."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")
