"""A file is put where an import can take its time: in batches of rows, with a first plan for them."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import insert_rows
from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.core.events import emit
from app.core.ids import new_id
from app.records.schema import folder_seen, schema_of
from app.transfer.importing.deciding import Staged
from app.transfer.mapping import propose_plan
from app.transfer.reading import Line, open_source
from app.workspaces.access import Viewer, require_writer
from models import Import, ImportBatch, ImportPlan

BATCH_ROWS = 500
BATCHES_AT_ONCE = 10
MAX_ROWS = 2_000_000
SAMPLES = 200
"""Rows from which a plan is proposed."""


def stage_file(
    session: Session,
    *,
    viewer: Viewer,
    folder_id: str,
    path: Path,
    name: str,
    layout: Mapping[str, Any] | None = None,
) -> Import:
    """Read a file into batches of rows, and propose what its columns mean. `name` is what its owner calls it.

    `layout` overrides how the file would be understood, see `reading.Source`. Raises Forbidden, NotFound, and
    InvalidInput for a file that cannot be read or has more than MAX_ROWS rows.
    """
    require_writer(viewer)
    folder = folder_seen(session, viewer=viewer, folder_id=folder_id)
    source = open_source(path, name=name, layout=layout)
    samples = [line.cells for line in islice(source.rows(), SAMPLES) if not line.problem]
    remembered = _remembered(session, folder.id, source.headings)
    schema = schema_of(session, folder=folder, viewer=viewer)
    taken = Import(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        folder_id=folder.id,
        member_id=viewer.member_id,
        file_name=name,
        headings=source.headings,
        layout=source.layout,
        plan=propose_plan(schema, source.headings, samples, remembered=remembered),
        created_at=utcnow(),
    )
    session.add(taken)
    session.flush()
    for number, lines in enumerate(_batched(source.rows(), BATCH_ROWS * BATCHES_AT_ONCE)):
        insert_rows(session, ImportBatch, _rows(taken, number * BATCHES_AT_ONCE, lines))
        taken.total += len(lines)
        if taken.total > MAX_ROWS:
            raise InvalidInput(f"{name}: at most {MAX_ROWS:,} rows at once; divide this file.", field="file")
    taken.state = "ready"
    emit(
        session,
        "import.staged",
        workspace_id=taken.workspace_id,
        subject_id=taken.id,
        actor_id=viewer.member_id,
        data={"total": taken.total},
    )
    return taken


def rows_in(batch: ImportBatch) -> list[Staged]:
    return [Staged(row[0], row[1], row[2:]) for row in batch.rows]


def remember_plan(session: Session, taken: Import) -> None:
    """Keep the plan of an import for the next file with the same headings."""
    digest = _digest(taken.headings)
    here = col(ImportPlan.folder_id) == taken.folder_id, col(ImportPlan.headings) == digest
    kept = session.scalar(select(ImportPlan).where(*here).with_for_update()) or ImportPlan(
        id=new_id(), workspace_id=taken.workspace_id, folder_id=taken.folder_id, headings=digest, used_at=utcnow()
    )
    kept.plan, kept.used_at = taken.plan, utcnow()
    session.add(kept)
    session.flush()


def _remembered(session: Session, folder_id: str, headings: Sequence[str]) -> dict[str, Any] | None:
    here = col(ImportPlan.folder_id) == folder_id, col(ImportPlan.headings) == _digest(headings)
    kept = session.scalar(select(ImportPlan).where(*here))
    return kept.plan if kept else None


def _digest(headings: Sequence[str]) -> str:
    return hashlib.sha256(orjson.dumps(list(headings))).hexdigest()


def _rows(taken: Import, first: int, lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [
        {
            "import_id": taken.id,
            "number": number,
            "workspace_id": taken.workspace_id,
            "first_row": many[0].number,
            "rows": [[line.number, line.problem, *line.cells] for line in many],
            "verdicts": None,
            "outcomes": None,
            "state": "waiting",
        }
        for number, many in enumerate(_batched(lines, BATCH_ROWS), start=first)
    ]


def _batched(lines: Iterable[Line], size: int) -> Iterator[list[Line]]:
    rest = iter(lines)
    while batch := list(islice(rest, size)):
        yield batch
