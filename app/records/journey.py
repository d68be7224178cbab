"""The journey of a contact, company or lead: its phases in order, how long each took, and what proves it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import NotFound
from app.records.first_touch import KINDS
from app.records.phases import paths_of
from app.records.service import get_record
from app.workspaces.access import Viewer, visible
from models import Event, FirstTouch, Record


@dataclass(frozen=True, slots=True)
class Evidence:
    """The event that proves a phase, and the record it happened to."""

    type: str
    event_id: str | None
    record_id: str
    record_name: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Phase:
    """`left_at` is empty for the present one, whose `seconds` still run. `evidence`: None where out of sight."""

    phase: str
    entered_at: datetime
    left_at: datetime | None
    seconds: int
    evidence: Evidence | None


def journey(session: Session, *, viewer: Viewer, record_id: str, now: datetime | None = None) -> list[Phase]:
    """The phases that were not undone, oldest first. Raises NotFound, also for records that have no journey.

    Whoever may not know of the lifecycle or the source of a record does not learn them here either.
    """
    record = get_record(session, viewer=viewer, record_id=record_id)
    if record.kind not in KINDS:
        raise NotFound("Journey: only contacts, companies and leads have one.")
    steps = _beginnings(session, viewer, record)
    if not viewer.access.hides(record.folder_id, "lifecycle"):
        [path] = paths_of(session, [record])
        steps += [(row.phase, row.entered_at, row.evidence) for row in path.rows]
    told = {str(evidence[key]) for _, _, evidence in steps for key in ("record", "lead") if key in evidence}
    names = _names_seen(session, viewer, told)
    leaving: list[datetime | None] = [*(entered_at for _, entered_at, _ in steps[1:]), None]
    found = []
    for (phase, entered_at, evidence), left_at in zip(steps, leaving, strict=True):
        seconds = int(((left_at or now or utcnow()) - entered_at).total_seconds())
        found.append(Phase(phase, entered_at, left_at, seconds, _told(evidence, names)))
    return found


def _beginnings(session: Session, viewer: Viewer, record: Record) -> list[tuple[str, datetime, dict[str, Any]]]:
    """The first touch, and being a lead: both began when the record was made."""
    touch = session.get(FirstTouch, record.id)
    created = select(col(Event.id)).where(col(Event.subject_id) == record.id, col(Event.type) == "record.created")
    evidence = {"type": "record.created", "event": session.scalar(created.limit(1)), "record": record.id}
    steps = []
    if touch:
        source = {} if viewer.access.hides(record.folder_id, "source") else {"source": touch.source}
        steps.append(("first_touch", touch.touched_at, {**evidence, **source, **touch.detail}))
    if record.kind == "lead":
        steps.append(("lead", record.created_at, evidence))
    return steps


def _names_seen(session: Session, viewer: Viewer, record_ids: Collection[str]) -> dict[str, str]:
    seen = select(col(Record.id), col(Record.name)).where(col(Record.id).in_(record_ids), visible(viewer))
    return {row[0]: row[1] for row in session.execute(seen)}


def _told(evidence: dict[str, Any], names: dict[str, str]) -> Evidence | None:
    record_id = evidence.get("record", "")
    if record_id not in names:
        return None
    detail = {key: value for key, value in evidence.items() if key not in ("type", "event", "record")}
    if detail.get("lead") not in names:
        detail.pop("lead", None)
    return Evidence(evidence["type"], evidence.get("event"), record_id, names[record_id], detail)
