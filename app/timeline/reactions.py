"""Changes that show on a timeline the moment they happen."""

from typing import Any

from sqlmodel import Session

from app.core.events import react
from app.timeline.entries import NewEntry, NewLink, add_entries, link_entries
from models import Record


@react("deal.stage_changed")
def show_stage_change(session: Session, event: dict[str, Any]) -> None:
    """On the deal's and its company's timeline, once each."""
    deal = session.get_one(Record, event["subject_id"])
    data = event["data"]
    created = data["from"] is None
    entry = NewEntry(
        workspace_id=deal.workspace_id,
        type="stage",
        occurred_at=event["occurred_at"],
        title=f"Deal created in {data['stage']}" if created else f"Moved to {data['stage']}",
        summary=f"{deal.name}: {data['reason']}" if data["reason"] else deal.name,
        actor_id=event["actor_id"],
    )
    add_entries(session, [entry])
    homes = [record_id for record_id in (deal.id, deal.company_id) if record_id]
    link_entries(session, [NewLink(entry.id, home, entry.occurred_at, deal.workspace_id, "deal") for home in homes])
