"""Calendar invitations in mail (iTIP over mail: RFC 5546, RFC 6047)."""

from datetime import UTC, date, datetime, time
from typing import Any

from icalendar import Calendar, vBroken

from sync.parse.bodies import Part
from sync.parse.headers import parameter
from sync.parse.model import Invitation
from sync.parse.text import one_line

MAX_CALENDAR = 200_000
MAX_CALENDARS = 5
MAX_TEXT = 500
_CALENDAR_TYPES = frozenset(("text/calendar", "application/ics"))


def read_invitation(parts: list[Part], problems: list[str]) -> Invitation | None:
    """The first event of the first readable calendar part; what cannot be read becomes a problem."""
    calendars = [part for part in parts if part.mime_type in _CALENDAR_TYPES and not part.enclosed]
    for part in calendars[:MAX_CALENDARS]:
        text = part.text(problems, MAX_CALENDAR)
        if not text:
            continue
        method = parameter(part.headers.first("content-type"), "method")
        try:
            found = parse_calendar(text, method)
        except Exception as error:
            # The library lets every exception of its value parsers through; a broken calendar is not our failure.
            problems.append(f"{part.where}: unreadable calendar ({type(error).__name__})")
            continue
        if found:
            return found
    return None


def parse_calendar(text: str, method: str) -> Invitation | None:
    """The first VEVENT of iCalendar text; `method` stands in for a METHOD the calendar lacks.

    Raises whatever icalendar raises on text that is not iCalendar.
    """
    for calendar in Calendar.from_ical(text, multiple=True):
        events = calendar.walk("VEVENT")
        if events:
            event = events[0]
            start, end = _value(event, "DTSTART"), _value(event, "DTEND")
            return Invitation(
                method=one_line(str(calendar.get("METHOD") or method or "PUBLISH"), 40).upper(),
                uid=one_line(str(event.get("UID", "")), MAX_TEXT),
                summary=one_line(str(event.get("SUMMARY", "")), MAX_TEXT),
                start=_utc(start),
                end=_utc(end) or _end_by_duration(start, _value(event, "DURATION")),
                all_day=isinstance(start, date) and not isinstance(start, datetime),
                organizer=_mail_address(str(event.get("ORGANIZER", ""))),
                sequence=_sequence(event.get("SEQUENCE")),
            )
    return None


def _value(event: Any, name: str) -> Any:
    found = event.get(name)
    first = found[0] if isinstance(found, list) and found else found
    return None if isinstance(first, vBroken) else getattr(first, "dt", None)


def _utc(value: Any) -> datetime | None:
    """A date or time as UTC; a floating time (no zone) is taken for UTC, as is a bare date's midnight."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.combine(value, time(), UTC) if isinstance(value, date) else None


def _end_by_duration(start: Any, duration: Any) -> datetime | None:
    begins = _utc(start)
    return begins + duration if begins and duration is not None else None


def _mail_address(organizer: str) -> str:
    return one_line(organizer, MAX_TEXT).lower().removeprefix("mailto:")


def _sequence(value: Any) -> int:
    try:
        return max(0, min(int(value), 2**31 - 1))
    except (TypeError, ValueError):
        return 0
