"""What a check found, and what would mend it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from app.records.filters.tree import Tree
from models import Record

SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """A record that was found; `detail` is what is wrong with it, where that is not the same for all."""

    id: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """`action` is `edit` or `archive` (a bulk edit of `records` or of all that `filter` finds), or `archive_field`.

    `values` are what an edit writes. Of `choose`, the value that is proposed there is for people to replace.
    """

    action: str
    says: str
    values: dict[str, Any] = field(default_factory=dict)
    choose: str = ""
    filter: Tree | None = None
    records: list[str] | None = None
    field_id: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` names the rule, with the field it is about where it is about one (`unused_field:nickname`)."""

    check: str
    folder_id: str
    says: str
    count: int
    samples: Sequence[Sample] = ()
    fix: Fix | None = None


def found_by(session: Session, condition: ColumnElement[bool]) -> tuple[int, list[Sample]]:
    """How many records meet a condition, and the first of them."""
    count = session.scalar(select(func.count()).select_from(Record).where(condition)) or 0
    if not count:
        return 0, []
    rows = session.execute(
        select(col(Record.id), col(Record.name)).where(condition).order_by(col(Record.id)).limit(SAMPLES)
    )
    return count, [Sample(id, name) for id, name in rows]
