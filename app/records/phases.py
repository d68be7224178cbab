"""The phases of the customer journey that a record is in or was in, each with the event that proves it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.ids import new_id
from app.records.history import note_changes
from models import LifecycleChange, Record

PHASES = ("first_touch", "lead", "MQL", "SQL", "opportunity", "customer", "renewal", "advocate", "churned")
LABELS = {
    "lead": "Lead",
    "MQL": "MQL",
    "SQL": "SQL",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "advocate": "Advocate",
    "churned": "Churned",
    "renewal": "Customer",
}
"""What the lifecycle field says in each phase; of two that it calls the same, the first is meant by it."""


@dataclass(slots=True)
class Path:
    """The phases of one record. `rows` are those that were not undone, oldest first."""

    record: Record
    rows: list[LifecycleChange]

    @property
    def phase(self) -> str | None:
        """Where the record is now: by its rows, else by what its lifecycle field says."""
        return self.rows[-1].phase if self.rows else phase_called(self.record.lifecycle)

    def has(self, phase: str) -> bool:
        return any(row.phase == phase for row in self.rows)

    def is_before(self, phase: str) -> bool:
        """Whether `phase` lies ahead. A customer who had left may come back as a renewal."""
        if self.phase == "churned":
            return phase == "renewal"
        return self.phase is None or PHASES.index(self.phase) < PHASES.index(phase)

    def enter(self, session: Session, phase: str, *, at: datetime, evidence: Mapping[str, Any]) -> None:
        """`evidence` has `type`, `event` (an id) and `record` (the id of the one it happened to)."""
        row = LifecycleChange(
            id=new_id(),
            workspace_id=self.record.workspace_id,
            record_id=self.record.id,
            phase=phase,
            entered_at=at,
            evidence=dict(evidence),
        )
        session.add(row)
        self.rows = sorted([*self.rows, row], key=_order)

    def revert(self, session: Session, rows: Iterable[LifecycleChange]) -> None:
        undone = {row.id for row in rows}
        for row in self.rows:
            if row.id in undone:
                row.reverted_at = utcnow()
                session.add(row)
        self.rows = [row for row in self.rows if row.id not in undone]

    def show(self, session: Session, *, actor_id: str | None, since: str | None) -> None:
        """Bring the record's fields in line, with their history; `since` is the day it became a customer."""
        label = LABELS.get(self.phase or "")
        wanted = {"lifecycle": (self.record.lifecycle, label)}
        wanted["customer_since"] = (self.record.data.get("customer_since"), since)
        changes = {key: pair for key, pair in wanted.items() if pair[0] != pair[1]}
        if changes:
            self.record.lifecycle = label
            self.record.data = {**self.record.data, "customer_since": since}
            note_changes(session, record=self.record, changes=changes, actor_id=actor_id)


def paths_of(session: Session, records: Collection[Record]) -> list[Path]:
    """The paths of these records, in their order, in one statement."""
    query = select(LifecycleChange).where(
        col(LifecycleChange.record_id).in_([record.id for record in records]),
        col(LifecycleChange.reverted_at).is_(None),
    )
    rows = sorted(session.scalars(query), key=_order)
    return [Path(record, [row for row in rows if row.record_id == record.id]) for record in records]


def phase_called(label: str | None) -> str | None:
    """The phase that the lifecycle field means."""
    return next((phase for phase, each in LABELS.items() if each == label), None)


def _order(row: LifecycleChange) -> tuple[datetime, int]:
    return row.entered_at, PHASES.index(row.phase)
