"""Looking at imports: which there are, what becomes of each row, and the rows that were refused."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.transfer.cells import harmless
from app.transfer.importing.service import get_import
from app.transfer.importing.verdicts import REJECT
from app.workspaces.access import Viewer
from models import Import, ImportBatch

REASON = "Reason"
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """A row of the file, its number there, and what becomes or became of it; `action` is empty until that is known."""

    number: int
    cells: list[str]
    action: str
    record_id: str | None
    reason: str


def imports_of(session: Session, *, viewer: Viewer, limit: int, before: str | None = None) -> Sequence[Import]:
    """The viewer's imports, of an admin everybody's, last first; `before` is the id of the last one seen."""
    query = select(Import).where(col(Import.workspace_id) == viewer.workspace_id)
    if not viewer.is_admin:
        query = query.where(col(Import.member_id) == viewer.member_id)
    if before:
        query = query.where(col(Import.id) < before)
    return session.scalars(query.order_by(col(Import.id).desc()).limit(limit)).all()


def rows_of(
    session: Session, *, viewer: Viewer, import_id: str, limit: int, after: int = 0, action: str | None = None
) -> list[RowOutcome]:
    """Rows after this number, in order, with what a check says of them or what was done: all, or of one action."""
    taken = get_import(session, viewer=viewer, import_id=import_id)
    found: list[RowOutcome] = []
    for row in _rows(session, taken, after=after):
        if row.number > after and (action is None or row.action == action):
            found.append(row)
            if len(found) == limit:
                break
    return found


def rejects_csv(session: Session, *, viewer: Viewer, import_id: str) -> Iterator[str]:
    """The rows that were (or, after a check, would be) refused, as CSV: their cells, and the reason behind.

    Mended, the file can be imported as it is.
    """
    taken = get_import(session, viewer=viewer, import_id=import_id)
    yield _line([*taken.headings, REASON])
    for row in _rows(session, taken, after=0):
        if row.action == REJECT:
            width = len(taken.headings)
            yield _line([*(row.cells + [""] * width)[:width], row.reason])


def _rows(session: Session, taken: Import, *, after: int) -> Iterator[RowOutcome]:
    """Some batches at a time, from the one that has the row after this."""
    here = select(ImportBatch).where(col(ImportBatch.import_id) == taken.id).order_by(col(ImportBatch.number))
    earlier = col(ImportBatch.import_id) == taken.id, col(ImportBatch.first_row) <= after + 1
    last = select(col(ImportBatch.number)).where(*earlier).order_by(col(ImportBatch.number).desc()).limit(1)
    number = session.scalar(last) or 0
    while batches := session.scalars(here.where(col(ImportBatch.number) >= number).limit(AT_ONCE)).all():
        for batch in batches:
            told: Sequence[Any] = batch.outcomes or batch.verdicts or [["", None, ""]] * len(batch.rows)
            for row, verdict in zip(batch.rows, told, strict=True):
                yield RowOutcome(row[0], row[2:], verdict[0], verdict[1], verdict[2])
        number = batches[-1].number + 1
        for batch in batches:
            session.expunge(batch)


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([harmless(cell) for cell in cells])
    return text.getvalue()
