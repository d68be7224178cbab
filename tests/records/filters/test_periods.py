"""Relative dates are those of whoever looks: their day, their month."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.records.filters.periods import read_period

NOW = datetime(2026, 5, 14, 22, 30, tzinfo=UTC)
"""A Thursday; in Tokyo it is Friday already."""


def days(given: Any, zone: str = "UTC") -> tuple[str, str]:
    period = read_period(given, family="date", now=NOW, zone=ZoneInfo(zone), path="value")
    assert type(period.start) is date
    return period.start.isoformat(), period.end.isoformat()


@pytest.mark.parametrize(
    ("given", "start", "end"),
    [
        ("2026-05-01", "2026-05-01", "2026-05-02"),
        ("2026-05-14T23:30:00-03:00", "2026-05-15", "2026-05-16"),
        ("today", "2026-05-14", "2026-05-15"),
        ("yesterday", "2026-05-13", "2026-05-14"),
        ("this_week", "2026-05-11", "2026-05-18"),
        ("last_week", "2026-05-04", "2026-05-11"),
        ("this_month", "2026-05-01", "2026-06-01"),
        ("next_quarter", "2026-07-01", "2026-10-01"),
        ("last_quarter", "2026-01-01", "2026-04-01"),
        ("last_year", "2025-01-01", "2026-01-01"),
        ({"last": 7, "unit": "days"}, "2026-05-07", "2026-05-15"),
        ({"next": 30, "unit": "days"}, "2026-05-14", "2026-06-14"),
        ({"last": 3, "unit": "months"}, "2026-02-14", "2026-05-15"),
        ({"next": 2, "unit": "years"}, "2026-05-14", "2028-05-15"),
    ],
)
def test_days(given: Any, start: str, end: str):
    assert days(given) == (start, end)


def test_a_month_is_never_longer_than_the_one_it_leads_to():
    period = read_period(
        {"last": 1, "unit": "months"},
        family="date",
        now=datetime(2026, 3, 31, tzinfo=UTC),
        zone=ZoneInfo("UTC"),
        path="",
    )
    assert period.start == date(2026, 2, 28)


def test_today_begins_at_midnight_where_one_is():
    assert days("today", "Asia/Tokyo") == ("2026-05-15", "2026-05-16")
    period = read_period("today", family="moment", now=NOW, zone=ZoneInfo("America/New_York"), path="value")
    assert (period.start, period.end) == (datetime(2026, 5, 14, 4, tzinfo=UTC), datetime(2026, 5, 15, 4, tzinfo=UTC))


def test_a_day_on_which_clocks_change_has_its_own_length():
    period = read_period("2026-03-29", family="moment", now=NOW, zone=ZoneInfo("Europe/Berlin"), path="value")
    assert period.end - period.start == timedelta(hours=23)


def test_moments_of_the_last_days_reach_until_now():
    period = read_period({"last": 2, "unit": "hours"}, family="moment", now=NOW, zone=ZoneInfo("UTC"), path="value")
    assert period.start == NOW - timedelta(hours=2)
    assert period.end == NOW + timedelta(seconds=1)
