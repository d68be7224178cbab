"""Files on their way into a folder, past the surfaces, for tests."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

import app.registry  # noqa: F401
from app.core.database import transaction
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.records.schema import folder_of_kind
from app.transfer.importing import change_plan, run_import, run_undo, stage_file, start_import, undo_import
from app.workspaces.access import Viewer
from models import Import


def written(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def staged(engine: Engine, viewer: Viewer, path: Path, *, kind: str = "contact", **plan: Any) -> str:
    """The id of an import that waits, with these changes of its plan; `fields` are keys by heading."""
    fields: dict[str, str | None] = plan.pop("fields", {})
    with transaction(engine) as session:
        folder_id = folder_of_kind(session, workspace_id=viewer.workspace_id, kind=kind).id
        one = stage_file(session, viewer=viewer, folder_id=folder_id, path=path, name=path.name)
        columns = [
            {**column, "field": fields[column["heading"]], "create": None, "part": ""}
            if column["heading"] in fields
            else column
            for column in one.plan["columns"]
        ]
        change_plan(session, viewer=viewer, import_id=one.id, plan={**one.plan, "columns": columns, **plan})
        return one.id


def begun(engine: Engine, viewer: Viewer, import_id: str) -> None:
    with transaction(engine) as session:
        start_import(session, viewer=viewer, import_id=import_id)


def taken_in(engine: Engine, viewer: Viewer, import_id: str) -> Import:
    begun(engine, viewer, import_id)
    run_import(JobContext(Settings(_env_file=None), engine), import_id)
    return found(engine, import_id)


def taken_back(engine: Engine, viewer: Viewer, import_id: str) -> Import:
    with transaction(engine) as session:
        undo_import(session, viewer=viewer, import_id=import_id)
    run_undo(JobContext(Settings(_env_file=None), engine), import_id, viewer.member_id)
    return found(engine, import_id)


def found(engine: Engine, import_id: str) -> Import:
    with transaction(engine, read_only=True) as session:
        one = session.get_one(Import, import_id)
        session.expunge(one)
        return one
