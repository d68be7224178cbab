"""Days and moments as people and programs write them."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache

from babel import Locale

from app.transfer.mapping.plan import Dates

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "cs", "tr", "ru", "uk", "ro", "hu")
EXCEL_EPOCH = datetime(1899, 12, 30)
_NUMERIC = re.compile(r"(\d{1,4})\s?([./\-年 ])\s?(\d{1,2})\s?[./\-月 ]\s?(\d{1,4})\.?日?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_NAMED = re.compile(
    r"(?:[^\W\d_]+\.?,\s+)?(?:(\d{1,2})(?:st|nd|rd|th|\.|º)?[\s-]+(?:de\s+)?([^\W\d_]{3,})\.?,?[\s-]+(?:de\s+)?(\d{2,4})"
    r"|([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}))"
)
_TIME = re.compile(
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp])?\.?(?:[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)
_SERIAL = re.compile(r"\d{1,6}(?:\.\d+)?")


def read_day(text: str, order: Dates | None) -> date | None:
    """`24.12.2026` -> that day; None for what is no date, or does not fit the order of day, month and year."""
    moment = read_moment(text, order)
    return moment.date() if moment else None


def read_moment(text: str, order: Dates | None) -> datetime | None:
    """A date with or without a time of day; without an offset it is naive."""
    text = text.strip()
    if order == "excel" and _SERIAL.fullmatch(text):
        return EXCEL_EPOCH + timedelta(seconds=round(float(text) * 86_400))
    if len(text) >= 10 and text[4] == "-":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    found = _NUMERIC.match(text) or _NAMED.match(text) or _COMPACT.match(text)
    if not found:
        return None
    day = _numeric(found, order) if found.re is _NUMERIC else _other(found)
    at = _time(text[found.end() :].strip(" T,\u202f"))
    return datetime.combine(day, at) if day and at is not None else None


def day_or_month_first(text: str) -> str:
    """`dmy` or `mdy` when only one of the orders is possible, `either` when both are, else empty."""
    found = _NUMERIC.match(text.strip())
    if not found or len(found[1]) > 2:
        return ""
    first, second = int(found[1]), int(found[3])
    if first > 12:
        return "dmy" if second <= 12 else ""
    return "mdy" if second > 12 else "" if first == second else "either"


def _numeric(found: re.Match[str], order: Dates | None) -> date | None:
    first, _, second, third = found.groups()
    if len(first) == 4 or order == "ymd":
        return _day(int(first), int(second), int(third), first)
    if order == "mdy":
        return _day(int(third), int(first), int(second), third)
    if order == "dmy":
        return _day(int(third), int(second), int(first), third)
    certain = {"dmy": (int(second), int(first)), "mdy": (int(first), int(second))}
    way = day_or_month_first(found[0]) or ("dmy" if first == second else "")
    return _day(int(third), *certain[way], third) if way in certain else None


def _other(found: re.Match[str]) -> date | None:
    if found.re is _COMPACT:
        return _day(int(found[1]), int(found[2]), int(found[3]), found[1])
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
    number = _months().get(month.casefold().rstrip("."))
    return _day(int(year), number, int(day), year) if number else None


def _day(year: int, month: int, day: int, written: str) -> date | None:
    """Years of two digits are those from 70 years ago to 29 ahead of now, as most programs have it."""
    if len(written) == 3:
        return None
    if len(written) <= 2:
        now = datetime.now(UTC).year
        year += now // 100 * 100
        year -= 100 if year > now + 29 else 0
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(text: str) -> time | None:
    if not text:
        return time()
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if half := (found[4] or "").lower():
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, second, tzinfo=_zone(found[5] or ""))
    except ValueError:
        return None


def _zone(text: str) -> timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))


@cache
def _months() -> dict[str, int]:
    """The names of months, long and short, in the languages that files come in."""
    names: dict[str, int] = {}
    for language in LANGUAGES:
        months = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    names.setdefault(str(name).casefold().rstrip("."), int(number))
    return names
