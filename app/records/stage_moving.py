"""Moving all records of a stage at once, each with its history, in a fixed number of statements."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, literal_column, select, update
from sqlmodel import Session, col

from app.core.bulk import among, insert_rows
from app.core.clock import utcnow
from app.core.events import EventRow, emit_many, event_row
from app.core.ids import new_id
from app.records.fields.stored import JsonFlag
from app.records.statistics import STAGE_CHANGES, keep_statistic
from app.workspaces.access import Viewer
from models import FieldChange, Record, Stage, StageChange

PORTION = 500
Changed = dict[str, list[dict[str, Any]]]
"""What changed in each record, by its id, as rows of `field_change`."""


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
    changed = {id: _changes(stage, target, old, new) for id, old, new in rows}
    _note(session, viewer, stage, target, changed, now=now, batch=batch)
    session.expire_all()
    _tell(session, viewer, changed, batch=batch)
    return len(rows)


def _note(
    session: Session, viewer: Viewer, stage: Stage, target: Stage, changed: Changed, *, now: datetime, batch: str
) -> None:
    own = {"workspace_id": viewer.workspace_id, "member_id": viewer.member_id}
    moves = {"from_stage_id": stage.id, "to_stage_id": target.id, "reason": f"{stage.name} was removed"}
    insert_rows(
        session, StageChange, [{"id": new_id(), "record_id": id, "entered_at": now, **moves, **own} for id in changed]
    )
    insert_rows(
        session,
        FieldChange,
        [
            {"id": new_id(), "record_id": id, "batch": batch, "changed_at": now, **own, **change}
            for id, changes in changed.items()
            for change in changes
        ],
    )


def _tell(session: Session, viewer: Viewer, changed: Changed, *, batch: str) -> None:
    """Emit in portions, whose records are at hand for those who react."""
    ids = list(changed)
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        at_hand = {
            one.id: one for one in session.scalars(select(Record).where(among(session, col(Record.id), portion)))
        }
        for deal in (record for record in at_hand.values() if record.kind == "deal"):
            keep_statistic(session, deal, STAGE_CHANGES, deal.data.get(STAGE_CHANGES, 0) + 1)
        emit_many(session, [_event(viewer, at_hand[id], batch, changed[id]) for id in portion])


def _changes(stage: Stage, target: Stage, old: int | None, new: int | None) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = [{"key": "stage", "old": stage.id, "new": target.id}]
    return changes + ([{"key": "probability", "old": old, "new": new}] if old != new else [])


def _event(viewer: Viewer, record: Record, batch: str, changes: list[dict[str, Any]]) -> EventRow:
    told = {change["key"]: [change["old"], change["new"]] for change in changes}
    return event_row(
        "record.updated",
        workspace_id=viewer.workspace_id,
        subject_id=record.id,
        actor_id=viewer.member_id,
        data={"kind": record.kind, "batch": batch, "bulk": True, "changes": told},
    )
