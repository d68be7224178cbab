"""A lead that becomes an MQL (marketing-qualified), on its timeline with what its score was made of."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.events import react
from app.records.lead_rules import MQL
from app.timeline.entries import NewEntry, put_entry
from app.timeline.entry_types import EntryType, register
from app.timeline.placing import SUBJECT
from app.timeline.titles import titled
from models import Event, Record

QUALIFIED = register(EntryType("qualified", "Qualified", "STAR", is_activity=False))
MOST = 50
"""Contributing events that an entry lists, the latest ones."""


@react("lead.status_changed")
def show_qualification(session: Session, event: Mapping[str, Any]) -> None:
    if event["data"]["to"] != MQL:
        return
    lead = session.get_one(Record, event["subject_id"])
    steps = _score_changes(session, lead)
    title, told = titled("qualified") if lead.score is None else titled("qualified_with", score=lead.score)
    entry = NewEntry(
        workspace_id=lead.workspace_id,
        type=QUALIFIED.name,
        occurred_at=event["occurred_at"],
        title=title,
        summary=", ".join(f"{step['from'] or 0} → {step['to'] or 0}" for step in steps),
        actor_id=event["actor_id"],
        data={**told, "score": lead.score, "contributions": steps},
    )
    put_entry(session, entry, {lead.id: SUBJECT})


def _score_changes(session: Session, lead: Record) -> list[dict[str, Any]]:
    """The events that changed the score, oldest first."""
    query = select(Event).where(col(Event.subject_id) == lead.id, col(Event.type) == "record.updated")
    events = session.scalars(query.order_by(col(Event.id))).all()
    changed = [(event, event.data["changes"]["score"]) for event in events if "score" in event.data["changes"]]
    return [
        {"event": event.id, "at": event.occurred_at.isoformat(), "from": old, "to": new}
        for event, (old, new) in changed[-MOST:]
    ]
