"""What becomes of a row: the words and counts of checks and of imports."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from models import Import, ImportBatch

CREATE, UPDATE, SKIP, REJECT = "create", "update", "skip", "reject"
ACTIONS = (CREATE, UPDATE, SKIP, REJECT)
MAX_REASON = 500


@dataclass(slots=True)
class Verdict:
    """What becomes of a row, and why. `made` are the ids of related records that were made for it.

    In a check there is no record yet where one would be created.
    """

    action: str
    record_id: str | None = None
    reasons: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    def as_json(self) -> list[Any]:
        """`[action, record id, reason]` as a batch keeps it, with the ids under `made` behind if there are any."""
        told = [self.action, self.record_id, " ".join(self.reasons)[:MAX_REASON]]
        return [*told, self.made] if self.made else told


def rejected(*reasons: str) -> Verdict:
    return Verdict(REJECT, reasons=list(reasons))


def count(taken: Import, verdicts: Iterable[Verdict]) -> None:
    """Add them to the import's numbers."""
    counts = Counter(verdict.action for verdict in verdicts)
    taken.handled += counts.total()
    taken.created += counts[CREATE]
    taken.updated += counts[UPDATE]
    taken.skipped += counts[SKIP]
    taken.failed += counts[REJECT]


def forget_checks(session: Session, taken: Import) -> None:
    """As if no row had been checked."""
    taken.handled = taken.created = taken.updated = taken.skipped = taken.failed = 0
    session.add(taken)
    mine = col(ImportBatch.import_id) == taken.id, col(ImportBatch.state) == "checked"
    session.execute(update(ImportBatch).where(*mine).values(state="waiting", verdicts=None))
