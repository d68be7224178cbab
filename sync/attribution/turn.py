"""Which mails take turns, when an answer is late, and whether somebody has gone quiet by their own measure."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from app.core.clock import utcnow
from app.core.hot import Reader
from app.workspaces.access import ScopedQuery, Viewer
from models import Message, Record, TimelineEntry, TimelineLink

EXCHANGES, QUIET_FACTOR, QUIET_DAYS = 4, 3, 7
"""How many mails make a rhythm; quiet is a silence of three times the usual, and of more than a week."""
LOOKED_AT = 50
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`gap_days`: the median time between two mails; `silent_days`: since the last one."""

    gap_days: float
    silent_days: float
    is_quiet: bool


def takes_turn(message: Any) -> tuple[Any, ...]:
    """Conditions on `message` (the table or an alias): a person wrote it, and not only among colleagues."""
    return col(message.kind) == "human", col(message.direction).in_(("in", "out"))


def is_late(since: datetime, *, now: datetime, zone: tzinfo) -> bool:
    """Whether more than a working day has passed; what comes on a weekend has until Tuesday at the same time."""
    return now > _next_working_day(_working(since.astimezone(zone)))


def rhythm(reader: Reader, *, viewer: Viewer, record_id: str, now: datetime | None = None) -> Rhythm | None:
    """Of the last LOOKED_AT mails on the timeline of a record in sight; None for fewer than EXCHANGES.

    One statement. Mails of one direction within a day count as one.
    """
    turns: list[tuple[str, datetime]] = []
    for direction, at in reversed(_MAILS(reader, viewer, record=record_id)):
        if turns and turns[-1][0] == direction and at - turns[-1][1] < _DAY:
            turns[-1] = (direction, at)
        else:
            turns.append((direction, at))
    if len(turns) < EXCHANGES:
        return None
    times = [at for _, at in turns]
    usual = median((later - earlier) / _DAY for earlier, later in pairwise(times))
    silent = ((now or utcnow()) - times[-1]) / _DAY
    return Rhythm(usual, silent, silent > max(QUIET_FACTOR * usual, QUIET_DAYS))


def _next_working_day(moment: datetime) -> datetime:
    return _working(moment + _DAY)


def _working(moment: datetime) -> datetime:
    while moment.weekday() >= _SATURDAY:
        moment += _DAY
    return moment


def _mails(see: Any) -> Any:
    """The latest first. Parameter: record."""
    return (
        select(col(Message.direction), col(TimelineLink.occurred_at))
        .join(TimelineEntry, col(TimelineEntry.id) == col(TimelineLink.entry_id))
        .join(Message, col(Message.id) == col(TimelineEntry.message_id))
        .join(Record, col(Record.id) == col(TimelineLink.record_id))
        .where(col(TimelineLink.record_id) == bindparam("record"), see(Record))
        .where(*takes_turn(Message))
        .order_by(col(TimelineLink.occurred_at).desc())
        .limit(LOOKED_AT)
    )


_MAILS = ScopedQuery(_mails)
