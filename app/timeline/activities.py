"""Calls and meetings that members log."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.core.events import emit
from app.records.service import get_record
from app.timeline.entries import NewEntry, put_entry
from app.timeline.placing import homes_of_activity
from app.timeline.text import written
from app.workspaces.access import Viewer, require_writer

OUTCOMES: dict[str, tuple[str, ...]] = {
    "call": ("Connected", "No answer", "Left a message", "Busy", "Wrong number"),
    "meeting": ("Held", "No show", "Rescheduled", "Cancelled"),
}
"""How calls and meetings end, by their type."""
MAX_MINUTES = 24 * 60
MAX_PARTICIPANTS = 50
AHEAD = timedelta(days=366)
"""A meeting may be logged before it takes place."""


def log_activity(
    session: Session,
    *,
    viewer: Viewer,
    type: str,
    record_ids: Sequence[str],
    outcome: str = "",
    minutes: int | None = None,
    at: datetime | None = None,
    text: str = "",
    participant_ids: Sequence[str] = (),
) -> str:
    """Log a `call` or `meeting` on records that the viewer may see; returns the entry's id.

    `minutes` is its duration, `at` when it began (now if left out), `participant_ids` the contacts who took part.
    It stands once on all the timelines that `app.timeline.placing` says.
    """
    require_writer(viewer)
    facts = activity_facts(type, outcome=outcome, minutes=minutes)
    began = checked_time(at or utcnow())
    if not record_ids or len(participant_ids) > MAX_PARTICIPANTS:
        raise InvalidInput(f"Choose a record, and at most {MAX_PARTICIPANTS} participants.", field="participants")
    records = [get_record(session, viewer=viewer, record_id=id) for id in dict.fromkeys(record_ids)]
    participants = [get_record(session, viewer=viewer, record_id=id) for id in dict.fromkeys(participant_ids)]
    if any(one.kind != "contact" for one in participants):
        raise InvalidInput("participants: choose contacts.", field="participants")
    entry = NewEntry(
        workspace_id=viewer.workspace_id,
        type=type,
        occurred_at=began,
        title=activity_title(type, outcome),
        summary=written(text, name="Text", field="text", required=False),
        actor_id=viewer.member_id,
        data=facts,
    )
    homes = homes_of_activity(session, viewer=viewer, records=records, participants=participants)
    put_entry(session, entry, homes, member_id=viewer.member_id)
    emit(
        session,
        "activity.logged",
        workspace_id=viewer.workspace_id,
        subject_id=entry.id,
        actor_id=viewer.member_id,
        data={"type": type, **facts, "at": began.isoformat(), "record_ids": sorted(homes)},
    )
    return entry.id


def activity_facts(type: str, *, outcome: str, minutes: int | None) -> dict[str, Any]:
    """What the entry of a call or meeting keeps as data. Raises InvalidInput naming what is wrong."""
    if type not in OUTCOMES:
        raise InvalidInput(f"type: choose one of {', '.join(OUTCOMES)}.", field="type")
    if outcome and outcome not in OUTCOMES[type]:
        raise InvalidInput(f"outcome: choose one of {', '.join(OUTCOMES[type])}.", field="outcome")
    if minutes is not None and not 0 <= minutes <= MAX_MINUTES:
        raise InvalidInput(f"minutes: from 0 to {MAX_MINUTES}.", field="minutes")
    return {"outcome": outcome or None, "minutes": minutes}


def activity_title(type: str, outcome: str | None) -> str:
    label = type.capitalize()
    return f"{label}: {outcome}" if outcome else label


def checked_time(at: datetime) -> datetime:
    """Raises InvalidInput for a time without an offset, or one that is far ahead."""
    if at.tzinfo is None:
        raise InvalidInput("at: give the offset from UTC, too, such as 2026-03-02T12:00:00Z.", field="at")
    if at > utcnow() + AHEAD:
        raise InvalidInput("at: this is more than a year ahead.", field="at")
    return at
