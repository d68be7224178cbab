"""Days that a text mentions, in the languages of the product, where there is no doubt which day is meant."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from babel.dates import get_month_names

LANGUAGES = ("en", "de", "fr", "es", "uk")
_WEEKDAYS = (
    ("monday", "montag", "lundi", "lunes", "понеділка"),
    ("tuesday", "dienstag", "mardi", "martes", "вівторка"),
    ("wednesday", "mittwoch", "mercredi", "miércoles", "середи"),
    ("thursday", "donnerstag", "jeudi", "jueves", "четверга"),
    ("friday", "freitag", "vendredi", "viernes", "п'ятниці"),
    ("saturday", "samstag", "samedi", "sábado", "суботи"),
    ("sunday", "sonntag", "dimanche", "domingo", "неділі"),
)
_DAY_OF = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_CHINESE_WEEK = "一二三四五六日"
_NUMERIC = re.compile(
    r"(?<![\d.-])(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?![\d-])|"
    r"(?<![\w.])(?P<d2>\d{1,2})\.\s?(?P<m2>\d{1,2})\.\s?(?P<y2>20\d\d)(?!\.?\d)|"
    r"(?<!\d)(?P<y3>20\d\d)\s?年\s?(?P<m3>\d{1,2})\s?月\s?(?P<d3>\d{1,2})\s?日"
)


def days_in(text: str, *, written_on: date) -> Iterator[tuple[date, int]]:
    """Days with the position where each is mentioned.

    `12 March` without a year is the next one; `next Friday` is that of the calendar week after (Monday to Sunday).
    Forms such as 03/04/2027, which people read in two ways, are left alone.
    """
    for found in _NUMERIC.finditer(text):
        year, month, day = (int(part) for part in _in_order(found))
        yield from _at(found.start(), year, month, day)
    for found in _named().finditer(text):
        name, told, year_told = (found[part] or found[f"{part}2"] for part in ("month", "day", "year"))
        in_year = int(year_told) if year_told else None
        yield from _at(found.start(), *_next(_months()[name.casefold()], int(told), in_year, written_on))
    monday = written_on - timedelta(days=written_on.weekday()) + timedelta(weeks=1)
    for found in _weekly().finditer(text):
        weekday = (found["before"] or found["after"] or "").casefold().replace("’", "'")
        number = _CHINESE_WEEK.index(found["chinese"].replace("天", "日")) if found["chinese"] else _DAY_OF[weekday]
        yield monday + timedelta(days=number), found.start()


def _in_order(found: re.Match[str]) -> list[str]:
    return next([found[f"{part}{form}"] for part in "ymd"] for form in ("", "2", "3") if found[f"y{form}"])


def _at(position: int, year: int, month: int, day: int) -> Iterator[tuple[date, int]]:
    try:
        yield date(year, month, day), position
    except ValueError:
        return


def _next(month: int, day: int, year: int | None, written_on: date) -> tuple[int, int, int]:
    passed = (month, day) < (written_on.month, written_on.day)
    return year or written_on.year + passed, month, day


@cache
def _months() -> dict[str, int]:
    return {
        name.casefold(): number
        for language in LANGUAGES
        for number, name in get_month_names("wide", "format", language).items()
    }


@cache
def _named() -> re.Pattern[str]:
    """`12 March 2027`, `12th of March`, `12. März 2027`, `12 de marzo de 2027`, `March 12, 2027`."""
    months = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    return re.compile(
        rf"(?<![\d.,:/-])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s(?:of\s|de\s)?(?P<month>{months})\b"
        rf"(?:,?\s(?:de\s|del\s)?(?P<year>20\d\d)\b)?|"
        rf"\b(?P<month2>{months})\s(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s?[:.,]\d)(?:,?\s(?P<year2>20\d\d)\b)?",
        re.IGNORECASE,
    )


@cache
def _weekly() -> re.Pattern[str]:
    days = "|".join(_DAY_OF).replace("'", "['’]")
    return re.compile(
        rf"\b(?:next|nächste[nr]?|próximo|наступно(?:го|ї))\s(?P<before>{days})\b|"
        rf"\b(?P<after>{days})\sprochain\b|下[週周](?P<chinese>[{_CHINESE_WEEK}天])",
        re.IGNORECASE,
    )
