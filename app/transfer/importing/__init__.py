"""Files become records of a folder: staged, planned, checked, taken in, and taken back."""

from app.transfer.importing.results import RowOutcome, imports_of, rejects_csv, rows_of
from app.transfer.importing.running import Advance, run_check, run_import
from app.transfer.importing.service import (
    change_plan,
    check_import,
    get_import,
    start_import,
    stop_import,
    undo_import,
)
from app.transfer.importing.staging import stage_file
from app.transfer.importing.undoing import run_undo, undo_some

__all__ = [
    "Advance",
    "RowOutcome",
    "change_plan",
    "check_import",
    "get_import",
    "imports_of",
    "rejects_csv",
    "rows_of",
    "run_check",
    "run_import",
    "run_undo",
    "stage_file",
    "start_import",
    "stop_import",
    "undo_import",
    "undo_some",
]
