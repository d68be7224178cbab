"""When tasks are due, where their people are."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from app.core.clock import zone_of
from models import Task

MORNING, EVENING = time(9), time(18)
SATURDAY = 5
LATER = timedelta(hours=3)


def follow_up_at(now: datetime, *, time_zone: str, working_days: int) -> datetime:
    """09:00 in the member's zone, so many working days (Monday to Friday) after `now`; in UTC."""
    zone = zone_of(time_zone)
    day = now.astimezone(zone).date()
    while working_days > 0:
        day += timedelta(days=1)
        working_days -= day.weekday() < SATURDAY
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def times_to_snooze(now: datetime, *, time_zone: str) -> dict[str, datetime]:
    """When an open task may be put off to, in UTC: `later` today, `tomorrow`, and the Monday of `next_week`, at 09:00.

    Working hours and days alone: nothing is put off to this evening, or to a Saturday.
    """
    zone = zone_of(time_zone)
    local = now.astimezone(zone)
    later = (local + LATER).replace(minute=0, second=0, microsecond=0)
    tomorrow = local.date() + timedelta(days=1)
    monday = local.date() + timedelta(days=7 - local.weekday())
    found = {}
    if later.date() == local.date() and later.time() <= EVENING and local.weekday() < SATURDAY:
        found["later"] = later
    if tomorrow.weekday() < SATURDAY and tomorrow != monday:
        found["tomorrow"] = datetime.combine(tomorrow, MORNING, zone)
    found["next_week"] = datetime.combine(monday, MORNING, zone)
    return {name: moment.astimezone(UTC) for name, moment in found.items()}


def day_start(day: date, *, time_zone: str) -> datetime:
    """When a day begins in this zone, in UTC."""
    return datetime.combine(day, time(), zone_of(time_zone)).astimezone(UTC)


def day_of(moment: datetime, *, time_zone: str) -> date:
    return moment.astimezone(zone_of(time_zone)).date()


def is_overdue(task: Task, *, now: datetime, time_zone: str) -> bool:
    """Whether an open task should have been done; one for a whole day is so when the day is over, in this zone."""
    if task.due_at is None or task.done_at is not None:
        return False
    return task.due_at < (day_start(day_of(now, time_zone=time_zone), time_zone=time_zone) if task.all_day else now)


def overdue(*, now: datetime, time_zone: str) -> ColumnElement[bool]:
    """`is_overdue`, for SQL."""
    today = day_start(day_of(now, time_zone=time_zone), time_zone=time_zone)
    late = or_(
        and_(~col(Task.all_day), col(Task.due_at) < now),
        and_(col(Task.all_day), col(Task.due_at) < today),
    )
    return and_(col(Task.done_at).is_(None), late)
