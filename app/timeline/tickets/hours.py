"""Minutes that only pass while the business is open."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from app.core.clock import zone_of
from app.core.errors import InvalidInput

SHORTEST_DAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on these `days` (Monday is 0) from `opens` to `closes`, by the clock of `time_zone`."""

    days: list[int]
    opens: str
    closes: str
    time_zone: str


def checked_hours(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Hours as a promise keeps them; None for those of the clock. Raises InvalidInput."""
    if given is None:
        return None
    hours = Hours(**given)
    try:
        span = _on(datetime(2026, 1, 5), hours.closes) - _on(datetime(2026, 1, 5), hours.opens)
    except ValueError:
        span = timedelta()
    if not hours.days or not set(hours.days) <= set(range(7)) or span < SHORTEST_DAY:
        raise InvalidInput("hours: choose days from 0 (Monday) to 6, and open for an hour at least.", field="hours")
    if hours.time_zone not in available_timezones():
        raise InvalidInput("hours: name a time zone such as Europe/Berlin.", field="hours")
    return asdict(hours) | {"days": sorted(set(hours.days))}


def later(start: datetime, *, minutes: int, hours: Mapping[str, Any] | None) -> datetime:
    """`start` and so many minutes, of which only those within the hours count; in UTC."""
    left = timedelta(minutes=minutes)
    if hours is None:
        return start + left
    zone = zone_of(hours["time_zone"])
    day = start.astimezone(zone).replace(tzinfo=None)
    while True:
        if day.weekday() in hours["days"]:
            begins = max(start, _moment(day, hours["opens"], zone))
            ends = _moment(day, hours["closes"], zone)
            if ends - begins >= left:
                return begins + left
            left -= max(ends - begins, timedelta())
        day += timedelta(days=1)


def _moment(day: datetime, clock: str, zone: ZoneInfo) -> datetime:
    return _on(day, clock).replace(tzinfo=zone).astimezone(UTC)


def _on(day: datetime, clock: str) -> datetime:
    return datetime.combine(day.date(), time.fromisoformat(clock))
