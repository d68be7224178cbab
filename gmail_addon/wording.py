"""Dates, money and sentences as a person reads them on a card, in the language of their request."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.numbers import format_currency, format_decimal

from app.records.fields.formats import minor_digits
from gmail_addon.language import Language, spoken


def t(sentence: str, **values: object) -> str:
    """A whole sentence, its {names} filled in, in the person's language; in English where it is not translated.

    Numbers are written as they are where the person lives.
    """
    said = spoken().sentences.get(sentence, sentence)
    return said.format(**{name: _written(value) for name, value in values.items()}) if values else said


def number(value: float) -> str:
    """`12,345` or `12.345,5`."""
    return format_decimal(value, locale=spoken().locale)


def when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment as told to someone in `zone` at `now`: `5 min ago`, `yesterday 2:05 PM`, `Mon 09:00`, `12 Mar`."""
    passed = now - moment
    if abs(passed) < timedelta(minutes=1):
        return t("just now")
    if timedelta(0) < passed < timedelta(hours=1):
        return t("{minutes} min ago", minutes=int(passed.total_seconds() // 60))
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    if abs((local.date() - today).days) < 7:
        return t("{day} {clock}", day=day(local.date(), today), clock=clock(local))
    return day(local.date(), today)


def clock(local: datetime) -> str:
    """The time of day, by 12 or 24 hours as the person's region has it."""
    language = spoken()
    return language.clock.apply(local, language.locale)


def day(on: date, today: date) -> str:
    """`today`, `yesterday`, `tomorrow`, a weekday within a week, else `12 Mar` with the year unless it is this one."""
    distance, language = (on - today).days, spoken()
    if distance in (-1, 0, 1):
        return (t("today"), t("tomorrow"), t("yesterday"))[distance]
    if abs(distance) < 7:
        return language.weekdays[on.weekday()]
    pattern = language.date_of_this_year if on.year == today.year else language.date
    return pattern.apply(on, language.locale)


def money(minor: int, currency: str | None) -> str:
    """Minor units as `€12,500` or `99,50 CHF`: with as many decimals as the currency has, with none if all are 0."""
    return _money(spoken(), minor, currency or "")


def worth(minor: int, currency: str, *, abroad: int) -> str:
    """A sum of money; a plus for what else there is in other currencies, which cannot be added."""
    return f"{money(minor, currency)}{'+' if abroad else ''}"


def listed(names: list[str], *, most: int = 3) -> str:
    """`Acme, Jane Roe, Tom Poe and 2 more`."""
    shown = t(", ").join(names[:most])
    return shown if len(names) <= most else t("{names} and {count} more", names=shown, count=len(names) - most)


def _written(value: object) -> object:
    return number(value) if isinstance(value, int | float) else value


@lru_cache(maxsize=4096)
def _money(language: Language, minor: int, currency: str) -> str:
    digits = minor_digits(currency)
    amount = minor / 10**digits
    if not currency:
        return format_decimal(amount, locale=language.locale)
    if minor % 10**digits:
        return format_currency(amount, currency, locale=language.locale)
    return format_currency(
        minor // 10**digits, currency, format=language.whole_money, locale=language.locale, currency_digits=False
    )
