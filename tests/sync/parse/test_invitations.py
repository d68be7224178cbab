"""Calendar invitations in mail."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.parse import Invitation, Kind, ParsedMessage, parse_message
from tests.sync.parse.samples import extracted, files, message, part

REQUEST = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:42@customer.example
SUMMARY:Demo\\, second part
DTSTART;TZID=Europe/Berlin:20250203T130000
{end}
ORGANIZER;CN=Dana:MAILTO:Dana@customer.example
SEQUENCE:3
END:VEVENT
END:VCALENDAR
"""


def invited(calendar: str, method: str = "REQUEST") -> ParsedMessage:
    headers = {"Content-Type": f"text/calendar; charset=UTF-8; method={method}"}
    parts = [
        part("text/plain", "Please come", part_id="0"),
        part("text/calendar", calendar, headers=headers, part_id="1"),
    ]
    return parse_message(message(part("multipart/alternative", parts=parts), From="dana@customer.example"))


@pytest.mark.parametrize("end", ["DTEND;TZID=Europe/Berlin:20250203T140000", "DURATION:PT1H"])
def test_an_invitation_is_read(end: str) -> None:
    parsed = invited(REQUEST.format(end=end))
    assert parsed.kind is Kind.INVITATION
    assert parsed.full_text == "Please come"
    assert parsed.invitation == Invitation(
        method="REQUEST",
        uid="42@customer.example",
        summary="Demo, second part",
        start=datetime(2025, 2, 3, 12, tzinfo=UTC),
        end=datetime(2025, 2, 3, 13, tzinfo=UTC),
        all_day=False,
        organizer="dana@customer.example",
        sequence=3,
    )


def test_a_day_without_hours_starts_at_midnight() -> None:
    parsed = invited(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20250203\nEND:VEVENT\nEND:VCALENDAR", "CANCEL"
    )
    assert parsed.invitation is not None
    assert (parsed.invitation.method, parsed.invitation.all_day) == ("CANCEL", True)
    assert parsed.invitation.start == datetime(2025, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "calendar", ["BEGIN:VCALENDAR\nBEGIN:VEVENT", "no calendar at all", "BEGIN:VCALENDAR\nEND:VEVENT"]
)
def test_a_broken_calendar_is_a_problem_not_a_failure(calendar: str) -> None:
    parsed = invited(calendar)
    assert parsed.invitation is None
    assert parsed.kind is Kind.HUMAN
    assert parsed.full_text == "Please come"


def test_calendars_of_real_programs_are_read(tmp_path: Path) -> None:
    calendars = [
        path.read_text("utf-8", "replace")
        for archive in ("icaljs", "icalendar_py", "biweekly")
        for path in files(extracted(f"contacts_calendar/{archive}.tar.gz", tmp_path / archive), "*.ics")
    ]
    with_events = [calendar for calendar in calendars if "BEGIN:VEVENT" in calendar]
    read = [invited(calendar).invitation for calendar in with_events]
    assert len(with_events) > 80
    assert sum(1 for found in read if found) >= 0.95 * len(with_events)
