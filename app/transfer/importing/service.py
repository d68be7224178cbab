"""What surfaces ask of imports: to change their plan, to check, run, stop and undo them."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from app.core import jobs
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.records.schema import folder_seen, schema_of
from app.transfer.importing.matching import Matching
from app.transfer.importing.running import run_check, run_import
from app.transfer.importing.staging import remember_plan
from app.transfer.importing.undoing import run_undo
from app.transfer.importing.verdicts import forget_checks
from app.transfer.mapping import Plan, RowReader
from app.workspaces.access import Viewer, require_power, require_writer
from models import Import

OPEN = ("ready", "checked")
"""States in which the plan may change, and the import be checked or run."""


def get_import(session: Session, *, viewer: Viewer, import_id: str, lock: bool = False) -> Import:
    """NotFound unless the viewer took the file in, or is an admin."""
    taken = session.get(Import, import_id, with_for_update=lock or None, populate_existing=lock)
    if taken is None or taken.workspace_id != viewer.workspace_id or not _is_theirs(viewer, taken):
        raise NotFound("This import does not exist, or someone else started it.")
    return taken


def change_plan(session: Session, *, viewer: Viewer, import_id: str, plan: Mapping[str, Any]) -> Import:
    """Say what columns mean and what happens to records that are there; what was checked is to be checked anew.

    Raises InvalidInput naming what is wrong, Forbidden for fields that the viewer may not fill in, and Conflict once
    the import runs.
    """
    taken = _open(session, viewer, import_id)
    try:
        wanted = Plan.model_validate(plan)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise InvalidInput(f"plan: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}.", field="plan") from None
    _check_plan(session, viewer, taken, wanted)
    taken.plan = wanted.model_dump(mode="json")
    _reopen(session, taken, "ready")
    return taken


def check_import(session: Session, *, viewer: Viewer, import_id: str) -> Import:
    """Have it said of each row what would become of it, without doing it. Goes on in the background."""
    taken = _open(session, viewer, import_id)
    _check_plan(session, viewer, taken, Plan.model_validate(taken.plan))
    _reopen(session, taken, "checking")
    jobs.enqueue(session, run_check, taken.id, key=new_id())
    return taken


def start_import(session: Session, *, viewer: Viewer, import_id: str) -> Import:
    """Have the rows taken in, in the background, with the rights that its member has then; its plan is remembered.

    Raises Forbidden where the plan makes fields or choices and the viewer may not configure.
    """
    taken = _open(session, viewer, import_id)
    plan = Plan.model_validate(taken.plan)
    _check_plan(session, viewer, taken, plan)
    remember_plan(session, taken)
    _reopen(session, taken, "running")
    _tell(session, viewer, taken, "import.started")
    jobs.enqueue(session, run_import, taken.id, key=taken.id)
    return taken


def stop_import(session: Session, *, viewer: Viewer, import_id: str) -> Import:
    """End it before its next rows. What was taken in stays, and can be undone."""
    taken = get_import(session, viewer=viewer, import_id=import_id, lock=True)
    if taken.state == "checking":
        _reopen(session, taken, "ready")
    elif taken.state == "running":
        taken.state, taken.problem = "done", f"Stopped after {taken.handled:,} of {taken.total:,} rows."
        session.add(taken)
        _tell(session, viewer, taken, "import.stopped")
    else:
        raise Conflict("This import is not under way.")
    return taken


def undo_import(session: Session, *, viewer: Viewer, import_id: str) -> Import:
    """Take everything back that it did, but what was changed since. Goes on in the background."""
    taken = get_import(session, viewer=viewer, import_id=import_id, lock=True)
    if taken.state not in ("done", "failed"):
        raise Conflict("This import has been undone already." if taken.state == "undone" else _WAIT)
    require_writer(viewer)
    taken.state, taken.handled, taken.finished_at, taken.problem = "undoing", 0, None, ""
    session.add(taken)
    _tell(session, viewer, taken, "import.undo_started")
    jobs.enqueue(session, run_undo, taken.id, viewer.member_id, key=f"{taken.id}:undo")
    return taken


_WAIT = "Nothing of this import is done yet, or it is still under way: wait for it, or stop it."


def _open(session: Session, viewer: Viewer, import_id: str) -> Import:
    taken = get_import(session, viewer=viewer, import_id=import_id, lock=True)
    if taken.state not in OPEN:
        raise Conflict(f"This import is {taken.state}: it cannot be changed or started now.")
    return taken


def _check_plan(session: Session, viewer: Viewer, taken: Import, plan: Plan) -> None:
    if [column.heading for column in plan.columns] != taken.headings:
        raise InvalidInput("plan: give each column of the file, in its order.", field="plan")
    if plan.create_options or plan.create_fields:
        require_power(viewer, "config")
    folder = folder_seen(session, viewer=viewer, folder_id=taken.folder_id)
    schema = schema_of(session, folder=folder, viewer=viewer)
    reader = RowReader(plan, schema)
    Matching(plan, schema)
    if not reader.fields:
        raise InvalidInput("plan: no column fills any field. Say what at least one of them means.", field="plan")


def _reopen(session: Session, taken: Import, state: str) -> None:
    """`checked` batches keep their verdicts beside what becomes of them when the import runs."""
    taken.state, taken.problem, taken.finished_at = state, "", None
    if state == "running":
        taken.handled = taken.created = taken.updated = taken.skipped = taken.failed = 0
        session.add(taken)
    else:
        forget_checks(session, taken)


def _tell(session: Session, viewer: Viewer, taken: Import, type: str) -> None:
    emit(
        session,
        type,
        workspace_id=taken.workspace_id,
        subject_id=taken.id,
        actor_id=viewer.member_id,
        data={"total": taken.total},
    )


def _is_theirs(viewer: Viewer, taken: Import) -> bool:
    return viewer.is_admin or taken.member_id == viewer.member_id
