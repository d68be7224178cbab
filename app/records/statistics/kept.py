"""Statistics of one kind of record alone, which are kept in `data` under their own names."""

from sqlmodel import Session

from app.records.statistics.following import follow_statistics
from models import Record

FIRST_RESPONSE = "first_response_minutes"
"""Of a ticket: whole minutes of its clock until somebody answered."""
STAGE_CHANGES = "stage_changes"
"""Of a deal: how often it moved on from a stage."""


def keep_statistic(session: Session, record: Record, key: str, value: int) -> None:
    """Call with the record locked: `data` is written as a whole."""
    record.data = {**record.data, key: value}
    session.add(record)
    follow_statistics(session, record_ids=[record.id], keys=[key], workspace_id=record.workspace_id)
