"""What every record has beside its fields, under keys that no field may take."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, or_, select, true
from sqlmodel import Session, col

from models import FieldDef, Stage


def _pseudo(key: str, name: str, type: str, column: str, **options: Any) -> FieldDef:
    return FieldDef(
        id=key, workspace_id="", folder_id="", key=key, name=name, type=type, column=column, options=options, position=0
    )


PSEUDO = {
    field.key: field
    for field in (
        _pseudo("id", "Record", "record", "id"),
        _pseudo("created_at", "Created", "datetime", "created_at"),
        _pseudo("updated_at", "Changed", "datetime", "updated_at"),
        _pseudo("created_by", "Created by", "user", "created_by"),
        _pseudo("archived", "Archived", "checkbox", "archived_at"),
        _pseudo("stale", "Stale", "checkbox", "stage_entered_at"),
    )
}
"""`stale` (a deal that stands in its stage for longer than this should take) is only of folders that have stages."""


def flag_of(key: str, *, session: Session, workspace_id: str, record: Any, now: datetime) -> ColumnElement[bool]:
    """The value of `archived` and `stale`."""
    holds = record.archived_at.is_not(None) if key == "archived" else _is_stale(session, workspace_id, record, now)
    return case((holds, true()), else_=false())


def _is_stale(session: Session, workspace_id: str, record: Any, now: datetime) -> ColumnElement[bool]:
    """One condition for each number of days, so that SQL needs no arithmetic with times."""
    slow = select(col(Stage.id), col(Stage.stale_after)).where(
        col(Stage.workspace_id) == workspace_id, col(Stage.stale_after).is_not(None)
    )
    by_days: dict[int, list[str]] = {}
    for stage_id, days in session.execute(slow):
        by_days.setdefault(days, []).append(stage_id)
    overdue = (
        and_(record.stage_id.in_(ids), record.stage_entered_at < now - timedelta(days=days))
        for days, ids in by_days.items()
    )
    return or_(false(), *overdue)
