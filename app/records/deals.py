"""Deals, and records of any folder with a pipeline, on their way through it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, literal_column, select
from sqlmodel import Session, col

from app.core.clock import utcnow, zone_of
from app.core.errors import Forbidden
from app.core.events import EventRow, emit_many, event_row
from app.core.ids import new_id
from app.records.catalog import session_catalog
from app.records.fields import as_json
from app.records.history import note_changes
from app.records.links import link_records
from app.records.schema import folder_of, folder_of_kind, schema_of
from app.records.service import check_version, create_in, get_record, keep_changes, record_to_change
from app.records.stage_entry import first_stage, lost_reason, require_fields, stage_to_enter
from app.records.statistics import STAGE_CHANGES, keep_statistic
from app.records.writing import Changes, write_values
from app.workspaces.access import Viewer
from models import Folder, Pipeline, Record, Stage, StageChange

PARTICIPANT = "participant"
MOVING = ("stage", "lost_reason", "lost_note")
"""Keys that enter a record with its stage, not as values of their own."""

OPEN_DEAL = and_(literal_column("record.kind = 'deal'"), literal_column("record.status = 'open'"))
"""Written out, as a database uses the indexes of open deals only where it reads these very words."""


def stages_of(session: Session, *, viewer: Viewer) -> Sequence[Stage]:
    """The stages of the workspace's first pipeline for deals, in order."""
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind="deal")
    here = select(col(Pipeline.id)).where(col(Pipeline.folder_id) == folder.id, col(Pipeline.archived_at).is_(None))
    first = here.order_by(col(Pipeline.position), col(Pipeline.id)).limit(1)
    query = select(Stage).where(col(Stage.pipeline_id) == first.scalar_subquery(), col(Stage.archived_at).is_(None))
    return session.scalars(query.order_by(col(Stage.position))).all()


def create_deal(
    session: Session, *, viewer: Viewer, values: Mapping[str, object], contact_ids: Sequence[str] = ()
) -> Record:
    """A deal in the first stage (or `values["stage"]`), with its participants."""
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind="deal")
    return create_staged(session, viewer=viewer, folder=folder, values=values, contact_ids=contact_ids)


def create_staged(
    session: Session,
    *,
    viewer: Viewer,
    folder: Folder,
    values: Mapping[str, object],
    contact_ids: Sequence[str] = (),
    via: str = "hand",
) -> Record:
    """A record of any folder; where the folder has a pipeline, in `values["stage"]` or the first stage.

    Raises InvalidInput, FieldsMissing when the stage asks for more.
    """
    stage_id = values.get("stage") or first_stage(session, folder=folder)
    if values.get("stage"):
        require_stage(viewer, folder.id)
    if stage_id is None:
        return create_in(session, folder=folder, values=values, viewer=viewer, via=via)
    stage = stage_to_enter(session, folder_id=folder.id, stage_id=str(stage_id))
    told = {"reason": values.get("lost_reason"), "note": values.get("lost_note")}
    reason, note = lost_reason(session, stage=stage, folder=folder, **told)
    plain = {key: value for key, value in values.items() if key not in MOVING}
    record = create_in(session, folder=folder, values=plain, viewer=viewer, via=via)
    if record.amount is not None or record.kind == "deal":
        record.currency = session_catalog(session, workspace_id=viewer.workspace_id).currency
    for contact_id in contact_ids:
        contact = get_record(session, viewer=viewer, record_id=contact_id)
        link_records(session, workspace_id=record.workspace_id, from_id=record.id, to_id=contact.id, label=PARTICIPANT)
    require_fields(session, viewer=viewer, record=record, stage=stage, values={})
    now = utcnow()
    enter_stage(viewer, record, stage, reason=reason, note=note, given=plain, now=now)
    _tell(session, viewer, record, stage, before=None, was=None, reason=reason, now=now)
    return record


def move_stage(
    session: Session,
    *,
    viewer: Viewer,
    deal_id: str,
    stage_id: str,
    reason: str | None = None,
    note: str | None = None,
    values: Mapping[str, object] | None = None,
    pin_probability: bool | None = None,
    version: int | None = None,
    batch: str | None = None,
) -> Record:
    """Put a record into a stage of its pipeline or of another of its folder, with `values` of other fields.

    A lost deal needs a reason; moving to where it stands changes nothing but `values`. A deal takes the stage's
    probability unless `values` has one or it is pinned; `pin_probability` pins it from now on, or no longer. Raises
    FieldsMissing when the stage asks for more, Outdated when the record has another `version`. `batch`: as in
    `update_record`.
    """
    record = record_to_change(session, viewer=viewer, record_id=deal_id)
    require_stage(viewer, record.folder_id)
    check_version(record, version)
    given, now = dict(values or {}), utcnow()
    stage = stage_to_enter(session, folder_id=record.folder_id, stage_id=stage_id)
    before, was, moves = record.stage_id, record.status, record.stage_id != stage.id
    if moves:
        reason, note = lost_reason(session, stage=stage, folder=folder_of(session, record), reason=reason, note=note)
        require_fields(session, viewer=viewer, record=record, stage=stage, values=given)
    changes = _pin(record, pin_probability)
    schema = schema_of(session, folder=folder_of(session, record), viewer=viewer) if given else None
    if schema:
        changes |= write_values(session, viewer=viewer, record=record, schema=schema, values=given)
    if moves:
        entered = enter_stage(viewer, record, stage, reason=reason, note=note, given=given, now=now)
        changes |= {key: (changes.get(key, pair)[0], pair[1]) for key, pair in entered.items()}
        if record.kind == "deal":
            keep_statistic(session, record, STAGE_CHANGES, record.data.get(STAGE_CHANGES, 0) + 1)
    if changes and schema:
        keep_changes(session, viewer=viewer, record=record, schema=schema, changes=changes, batch=batch)
    elif changes:
        note_changes(session, record=record, changes=changes, actor_id=viewer.member_id, batch=batch)
    if moves:
        _tell(session, viewer, record, stage, before=before, was=was, reason=reason, now=now)
    return record


def require_stage(viewer: Viewer, folder_id: str) -> None:
    if "stage" in viewer.access.locked.get(folder_id, ()):
        raise Forbidden("Stage: your role does not let you change it.", field="stage")


def _pin(record: Record, pin: bool | None) -> Changes:
    if pin is None or record.kind != "deal":
        return {}
    return _set(record, {"probability_pinned": pin or None})


def enter_stage(
    viewer: Viewer,
    record: Record,
    stage: Stage,
    *,
    reason: str | None,
    note: str | None,
    given: Mapping[str, object],
    now: datetime,
) -> Changes:
    """Set what a stage brings; gives what changed, without what `given` had changed before."""
    record.stage_entered_at = record.updated_at = now
    wanted: dict[str, Any] = {"stage": stage.id}
    if record.kind == "deal":
        wanted |= {"status": stage.outcome, "lost_reason": reason, "lost_note": note}
        if not _keeps_probability(record, stage, given):
            wanted["probability"] = stage.probability
        today = now.astimezone(zone_of(viewer.time_zone)).date()
        if stage.outcome == "won" and not given.get("close_on") and (record.close_on or date.min) < today:
            wanted["close_on"] = today
    return _set(record, wanted)


def _keeps_probability(record: Record, stage: Stage, given: Mapping[str, object]) -> bool:
    if stage.outcome != "open":
        return False
    return given.get("probability") is not None or bool(record.data.get("probability_pinned"))


_COLUMNS = {"stage": "stage_id", "status": "status", "probability": "probability", "close_on": "close_on"}


def _set(record: Record, wanted: Mapping[str, Any]) -> Changes:
    changes: Changes = {}
    for key, new in wanted.items():
        column = _COLUMNS.get(key)
        old = getattr(record, column) if column else record.data.get(key)
        if old == new:
            continue
        if column:
            setattr(record, column, new)
        else:
            record.data = {**record.data, key: new}
        changes[key] = (as_json(old), as_json(new))
    return changes


def _tell(
    session: Session,
    viewer: Viewer,
    record: Record,
    stage: Stage,
    *,
    before: str | None,
    was: str | None,
    reason: str | None,
    now: datetime,
) -> None:
    """Note the move for the sales cycle, and tell of it: `was` is the outcome of the stage it left."""
    session.add(record)
    entry = stage_entry(viewer, record.id, record.kind, stage, before=before, was=was, reason=reason, now=now)
    tell_entries(session, [entry])


@dataclass(frozen=True, slots=True)
class StageEntry:
    """A record entering a stage, as the rows that tell of it: of `event` and of `stage_change`."""

    event: EventRow
    change: dict[str, Any]


def stage_entry(
    viewer: Viewer,
    record_id: str,
    kind: str,
    stage: Stage,
    *,
    before: str | None,
    was: str | None,
    reason: str | None,
    now: datetime,
) -> StageEntry:
    change: dict[str, Any] = {"workspace_id": stage.workspace_id, "record_id": record_id, "member_id": viewer.member_id}
    change |= {"from_stage_id": before, "to_stage_id": stage.id, "reason": reason, "entered_at": now}
    data = {"from": before, "to": stage.id, "stage": stage.name, "was": was, "outcome": stage.outcome, "reason": reason}
    event = event_row(
        "deal.stage_changed" if kind == "deal" else "record.stage_changed",
        workspace_id=stage.workspace_id,
        subject_id=record_id,
        actor_id=viewer.member_id,
        data=data,
    )
    return StageEntry(event, {"id": new_id(), **change})


def tell_entries(session: Session, entries: Sequence[StageEntry]) -> None:
    """Note that stored records have entered their stages, and tell of it."""
    changes = [entry.change for entry in entries]
    emit_many(session, [entry.event for entry in entries], beside={StageChange: changes})
