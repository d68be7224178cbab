"""Moving all records of a stage at once, each with its history, in a fixed number of statements."""

from typing import Any

from sqlalchemy import and_, case, literal_column, select, update
from sqlmodel import Session, col

from app.core.bulk import insert_rows
from app.core.clock import utcnow
from app.core.events import emit_many, event_row
from app.core.ids import new_id
from app.records.fields.stored import JsonFlag
from app.workspaces.access import Viewer
from models import FieldChange, Record, Stage, StageChange


def move_all(session: Session, *, viewer: Viewer, stage: Stage, target: Stage) -> int:
    """Put every record in `stage`, whoever may see it, also archived and binned ones, into `target`; says how many.

    Each gets its field and stage changes and a `record.updated`; what the target requires is not asked of them.
    """
    pinned = JsonFlag(col(Record.data), literal_column("'probability_pinned'")).is_(True)
    takes = and_(col(Record.kind) == "deal", pinned.is_not(True))
    probability = case((takes, target.probability), else_=col(Record.probability))
    here = col(Record.stage_id) == stage.id
    moving = select(col(Record.id), col(Record.probability), probability).where(here).order_by(col(Record.id))
    rows = session.execute(moving.with_for_update()).all()
    now, batch = utcnow(), new_id()
    session.execute(
        update(Record)
        .where(here)
        .values(
            stage_id=target.id,
            probability=probability,
            stage_entered_at=now,
            updated_at=now,
            version=col(Record.version) + 1,
        ),
        execution_options={"synchronize_session": False},
    )
    own = {"workspace_id": viewer.workspace_id, "member_id": viewer.member_id}
    changed = [_changes(stage, target, old, new) for _, old, new in rows]
    moves = {"from_stage_id": stage.id, "to_stage_id": target.id, "reason": f"{stage.name} was removed"}
    insert_rows(
        session, StageChange, [{"id": new_id(), "record_id": row[0], "entered_at": now, **moves, **own} for row in rows]
    )
    insert_rows(
        session,
        FieldChange,
        [
            {"id": new_id(), "record_id": row[0], "batch": batch, "changed_at": now, **own, **change}
            for row, changes in zip(rows, changed, strict=True)
            for change in changes
        ],
    )
    told = [_event(viewer, row[0], batch, changes) for row, changes in zip(rows, changed, strict=True)]
    session.expire_all()
    emit_many(session, told)
    return len(rows)


def _changes(stage: Stage, target: Stage, old: int | None, new: int | None) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = [{"key": "stage", "old": stage.id, "new": target.id}]
    return changes + ([{"key": "probability", "old": old, "new": new}] if old != new else [])


def _event(viewer: Viewer, record_id: str, batch: str, changes: list[dict[str, Any]]) -> dict[str, Any]:
    data = {"batch": batch, "changes": {change["key"]: [change["old"], change["new"]] for change in changes}}
    return event_row(
        "record.updated",
        workspace_id=viewer.workspace_id,
        subject_id=record_id,
        actor_id=viewer.member_id,
        data=data,
    )
