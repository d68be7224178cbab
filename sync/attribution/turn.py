"""Who owes the other a reply, and whether somebody has gone quiet by their own measure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, Literal

from sqlalchemy import bindparam, select
from sqlmodel import col

from app.core.clock import utcnow
from app.core.hot import HotQuery, Reader
from app.workspaces.access import ScopedQuery, Viewer
from models import Message, Participant, Record, TimelineEntry, TimelineLink

EXCHANGES, QUIET_FACTOR, QUIET_DAYS = 4, 3, 7
"""How many mails make a rhythm; quiet is a silence of three times the usual, and of more than a week."""
LOOKED_AT = 50
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """`ours`: the customer wrote last, at `since`; `theirs`: one of us did. `last_by` is the writer's name or address.

    `nobody`: no person has written, or only colleagues among themselves.
    """

    whose: Literal["ours", "theirs", "nobody"]
    since: datetime | None = None
    last_by: str = ""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`gap_days`: the median time between two mails; `silent_days`: since the last one."""

    gap_days: float
    silent_days: float
    is_quiet: bool


def turn(reader: Reader, *, workspace_id: str, thread_id: str) -> Turn:
    """Read off the last message that a person wrote and that is not among colleagues. One statement.

    Whether the viewer may read the thread is for the caller to know.
    """
    rows = _LAST(reader, thread=thread_id, workspace=workspace_id)
    if not rows:
        return Turn("nobody")
    direction, sent_at, name, address = rows[0]
    return Turn("ours" if direction == "in" else "theirs", sent_at, name or address or "")


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


_last: Any = (
    select(col(Message.direction), col(Message.sent_at), col(Participant.name), col(Participant.address))
    .outerjoin(Participant, (col(Participant.message_id) == col(Message.id)) & (col(Participant.role) == "from"))
    .where(col(Message.thread_id) == bindparam("thread"), col(Message.workspace_id) == bindparam("workspace"))
    .where(col(Message.kind) == "human", col(Message.direction).in_(("in", "out")))
    .order_by(col(Message.sent_at).desc(), col(Message.id).desc(), col(Participant.position))
    .limit(1)
)
_LAST = HotQuery(_last)


def _mails(see: Any) -> Any:
    """The latest first. Parameter: record."""
    return (
        select(col(Message.direction), col(TimelineLink.occurred_at))
        .join(TimelineEntry, col(TimelineEntry.id) == col(TimelineLink.entry_id))
        .join(Message, col(Message.id) == col(TimelineEntry.message_id))
        .join(Record, col(Record.id) == col(TimelineLink.record_id))
        .where(col(TimelineLink.record_id) == bindparam("record"), see(Record))
        .where(col(Message.kind) == "human", col(Message.direction).in_(("in", "out")))
        .order_by(col(TimelineLink.occurred_at).desc())
        .limit(LOOKED_AT)
    )


_MAILS = ScopedQuery(_mails)
