"""Dates, money and sentences as a person reads them on a card."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "¥", "INR": "₹", "KRW": "₩", "PLN": "zł"}


def t(sentence: str, **values: object) -> str:
    """A whole sentence, its {names} filled in. All our words to the person pass here, to be translated one day."""
    return sentence.format(**values) if values else sentence


def when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment as told to someone in `zone` at `now`: `5 min ago`, `yesterday 14:05`, `tomorrow 09:00`, `12 Mar`."""
    passed = now - moment
    if abs(passed) < timedelta(minutes=1):
        return t("just now")
    if timedelta(0) < passed < timedelta(hours=1):
        return t("{minutes} min ago", minutes=int(passed.total_seconds() // 60))
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    clock = f"{local:%H:%M}"
    if abs((local.date() - today).days) < 7:
        return t("{day} {clock}", day=day(local.date(), today), clock=clock)
    return day(local.date(), today)


def day(on: date, today: date) -> str:
    """`today`, `yesterday`, `tomorrow`, a weekday within a week, else `12 Mar` with the year unless it is this one."""
    distance = (on - today).days
    if distance in (-1, 0, 1):
        return (t("today"), t("tomorrow"), t("yesterday"))[distance]
    if abs(distance) < 7:
        return t(WEEKDAYS[on.weekday()])
    named = t("{day} {month}", day=on.day, month=t(MONTHS[on.month - 1]))
    return named if on.year == today.year else f"{named} {on.year}"


def money(minor: int, currency: str | None) -> str:
    """Minor units (hundredths) as `€12,500` or `CHF 99.50`."""
    whole, cents = divmod(abs(minor), 100)
    number = f"{whole:,}.{cents:02d}" if cents else f"{whole:,}"
    sign = "-" if minor < 0 else ""
    if currency in SIGNS:
        return f"{sign}{SIGNS[currency]}{number}"
    return f"{sign}{currency} {number}" if currency else f"{sign}{number}"


def listed(names: list[str], *, most: int = 3) -> str:
    """`Acme, Jane Roe, Tom Poe and 2 more`."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else t("{names} and {count} more", names=shown, count=len(names) - most)
