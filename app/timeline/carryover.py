"""What a lead leaves to the contact, company and deal that it becomes: its timeline, its tasks, its threads."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, literal, select, update
from sqlmodel import Session, col

from app.core.bulk import insert_into, table_of
from app.core.events import react
from app.records.statistics import follow_statistics, recount_mail
from models import Record, TaskLink, ThreadLink, TimelineLink

CARRIED = "lead"
"""The rule by which the entries of a lead stand on what it became."""


@react("lead.converted")
def carry_over(session: Session, event: Mapping[str, Any]) -> None:
    """The lead keeps its own timeline; threads that were put on it bring their coming mail to its heirs alone."""
    heirs = [id for id in event["data"].values() if id]
    lead_id = event["subject_id"]
    for heir in sorted(heirs):
        _copy(session, TimelineLink, lead_id, heir, {"rule": CARRIED})
        _copy(session, TaskLink, lead_id, heir, {})
        _copy(session, ThreadLink, lead_id, heir, {})
    session.execute(delete(ThreadLink).where(col(ThreadLink.record_id) == lead_id))
    _raise_moments(session, lead_id, heirs)
    recount_mail(session, record_ids=heirs)
    follow_statistics(session, record_ids=heirs, keys=("last_activity_at", "next_task_at"))


def _copy(session: Session, model: Any, lead_id: str, heir: str, changes: Mapping[str, str]) -> None:
    """The rows of a lead once more for its heir; one that is there already stays as it is."""
    table = table_of(model)
    columns = [column.name for column in table.c]
    values = {"record_id": heir, **changes}
    row = [literal(values[name]) if name in values else table.c[name] for name in columns]
    query = select(*row).where(table.c.record_id == lead_id)
    session.execute(insert_into(session, model).from_select(columns, query).on_conflict_do_nothing())


def _raise_moments(session: Session, lead_id: str, heirs: Sequence[str]) -> None:
    """The last activity and the next task of the heirs, where the lead's are later and sooner."""
    lead = session.get_one(Record, lead_id)
    last, due = col(Record.last_activity_at), col(Record.next_task_at)
    theirs = col(Record.id).in_(heirs)
    if at := lead.last_activity_at:
        session.execute(update(Record).where(theirs, last.is_(None) | (last < at)).values(last_activity_at=at))
    if at := lead.next_task_at:
        session.execute(update(Record).where(theirs, due.is_(None) | (due > at)).values(next_task_at=at))
