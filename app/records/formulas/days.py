"""The calendar, as formulas reckon with it: in UTC, and empty beyond the years 1 to 9999."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from app.records.formulas.types import Value

_SPANS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(1), "weeks": timedelta(7)}
_MONTHS = {"months": 1, "years": 12}
UNITS = (*_SPANS, *_MONTHS)


def day_of(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def days_between(start: date, end: date) -> Decimal:
    return Decimal((day_of(end) - day_of(start)).days)


def difference(left: date, right: date) -> Decimal:
    """In days; between two moments with a fraction."""
    gap = _moment(left) - _moment(right)
    return Decimal(gap // timedelta(microseconds=1)) / Decimal(86_400_000_000)


def later(start: date, days: Decimal) -> Value:
    """So many days later; of a day the fraction is dropped."""
    try:
        if isinstance(start, datetime):
            return start + timedelta(days=float(days))
        return start + timedelta(days=int(days))
    except (OverflowError, ValueError):
        return None


def added(start: date, count: Decimal, unit: str) -> Value:
    """`unit` is one of UNITS; a day has no hours. The 31st becomes the last day of a shorter month."""
    name = unit.lower() if unit.lower().endswith("s") else f"{unit.lower()}s"
    try:
        if name in _MONTHS:
            return _months_later(start, int(count) * _MONTHS[name])
        if name not in _SPANS or (name in ("minutes", "hours") and not isinstance(start, datetime)):
            return None
        return start + int(count) * _SPANS[name]
    except (OverflowError, ValueError):
        return None


def made(year: Decimal, month: Decimal, day: Decimal) -> Value:
    try:
        return date(int(year), int(month), int(day))
    except (OverflowError, ValueError):
        return None


def _months_later(start: date, count: int) -> date:
    month = start.year * 12 + start.month - 1 + count
    year, month = month // 12, month % 12 + 1
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def _moment(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time(), UTC)
