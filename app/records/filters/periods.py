"""Days and stretches of days, given as dates or relative to today, in the time zone of whoever looks.

`2026-05-01`, `2026-05-01T09:00:00Z`, `today`, `yesterday`, `tomorrow`, `last_week`, `this_quarter`, `next_year`, …,
`{"last": 7, "unit": "days"}` (from seven days ago until now), `{"next": 2, "unit": "months"}`. Weeks begin on Monday.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.records.filters.tree import refuse

Day = TypeVar("Day", bound=date)

UNITS = ("hours", "days", "weeks", "months", "years")
MAX_COUNT = 5000
_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_SHIFTS = {"last": -1, "this": 0, "next": 1}
_STRETCHES = {"week": 0, "month": 1, "quarter": 3, "year": 12}
"""In months, where they are made of these."""
_MONTHS = {"months": 1, "years": 12}
WORDS = (*_NEAR, *(f"{shift}_{stretch}" for shift in _SHIFTS for stretch in _STRETCHES))
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until just before `end`: two days for dates, two moments in UTC for moments."""

    start: date
    end: date


def read_period(given: Any, *, family: str, now: datetime, zone: ZoneInfo, path: str) -> Period:
    """Raises InvalidInput saying how periods are written."""
    reader = _Reader(now.astimezone(zone), zone, family)
    try:
        if isinstance(given, dict):
            return reader.relative(given)
        if given in WORDS:
            return reader.days(*reader.named(given))
        return reader.written(str(given).strip())
    except (ValueError, OverflowError, TypeError):
        fix = 'write a date as YYYY-MM-DD, a word such as this_month, or {"last": 7, "unit": "days"}.'
        raise refuse(path, fix) from None


class _Reader:
    def __init__(self, local: datetime, zone: ZoneInfo, family: str) -> None:
        self._now = local.replace(microsecond=0)
        self._zone = zone
        self._of_moments = family == "moment"

    def days(self, first: date, end: date) -> Period:
        """From the first day until before the day `end`."""
        if not self._of_moments:
            return Period(first, end)
        return Period(*(datetime.combine(day, time(), self._zone).astimezone(UTC) for day in (first, end)))

    def named(self, word: str) -> tuple[date, date]:
        today = self._now.date()
        if word in _NEAR:
            day = today + _NEAR[word] * _DAY
            return day, day + _DAY
        shift, _, stretch = word.partition("_")
        starts = {
            "week": today - today.weekday() * _DAY,
            "month": today.replace(day=1),
            "quarter": today.replace(day=1, month=(today.month - 1) // 3 * 3 + 1),
            "year": today.replace(day=1, month=1),
        }
        first = _moved(starts[stretch], stretch, _SHIFTS[shift])
        return first, _moved(first, stretch, 1)

    def relative(self, given: dict[str, Any]) -> Period:
        (direction,) = (name for name in ("last", "next") if name in given)
        count, unit = given[direction], given["unit"]
        if set(given) != {direction, "unit"} or unit not in UNITS or not self._is_count(count):
            raise ValueError
        count = -count if direction == "last" else count
        away = (
            _months_on(self._now, count * _MONTHS[unit]) if unit in _MONTHS else self._now + timedelta(**{unit: count})
        )
        start, end = sorted((self._now, away))
        if self._of_moments:
            return Period(start.astimezone(UTC), end.astimezone(UTC) + _SECOND)
        return Period(start.date(), end.date() + _DAY)

    def written(self, text: str) -> Period:
        if len(text) <= len("2026-05-01"):
            day = date.fromisoformat(text)
            return self.days(day, day + _DAY)
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
        if self._of_moments:
            return Period(moment, moment + _SECOND)
        day = moment.astimezone(self._zone).date()
        return Period(day, day + _DAY)

    def _is_count(self, count: Any) -> bool:
        return isinstance(count, int) and not isinstance(count, bool) and 0 < count <= MAX_COUNT


def _moved(day: date, stretch: str, count: int) -> date:
    """The first day of a stretch, so many stretches on."""
    return _months_on(day, count * _STRETCHES[stretch]) if _STRETCHES[stretch] else day + count * 7 * _DAY


def _months_on(day: Day, months: int) -> Day:
    """The same day so many months on, or the last one of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
