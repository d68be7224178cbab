"""Deals on their way through a pipeline."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.core.events import emit
from app.core.ids import new_id
from app.records.links import link_records
from app.records.schema import folder_of_kind
from app.records.service import create_record, get_record, record_to_change
from app.workspaces.access import Viewer
from models import Pipeline, Record, Stage, StageChange, Workspace

PARTICIPANT = "participant"
MAX_REASON = 1_000


def stages_of(session: Session, *, viewer: Viewer) -> Sequence[Stage]:
    """The stages of the workspace's first pipeline, in order."""
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind="deal")
    first = (
        select(col(Pipeline.id)).where(col(Pipeline.folder_id) == folder.id).order_by(col(Pipeline.position)).limit(1)
    )
    query = select(Stage).where(col(Stage.pipeline_id) == first.scalar_subquery()).order_by(col(Stage.position))
    return session.scalars(query).all()


def create_deal(
    session: Session, *, viewer: Viewer, values: Mapping[str, object], contact_ids: Sequence[str] = ()
) -> Record:
    """A deal in the first stage (or `values["stage"]`), with its participants."""
    stage = _stage(session, viewer, str(values.get("stage") or stages_of(session, viewer=viewer)[0].id))
    reason = _lost_reason(stage, values.get("lost_reason"))
    plain = {key: value for key, value in values.items() if key not in ("stage", "lost_reason")}
    deal = create_record(session, workspace_id=viewer.workspace_id, kind="deal", values=plain, viewer=viewer)
    deal.currency = session.get_one(Workspace, viewer.workspace_id).currency
    for contact_id in contact_ids:
        contact = get_record(session, viewer=viewer, record_id=contact_id)
        link_records(session, workspace_id=deal.workspace_id, from_id=deal.id, to_id=contact.id, label=PARTICIPANT)
    _enter(session, viewer, deal, stage, reason=reason)
    return deal


def move_stage(session: Session, *, viewer: Viewer, deal_id: str, stage_id: str, reason: str | None = None) -> Record:
    """Put a deal into a stage. A lost deal needs a reason; moving to where it stands changes nothing."""
    deal = record_to_change(session, viewer=viewer, record_id=deal_id)
    if deal.kind != "deal":
        raise InvalidInput("Stage: only a deal has one.", field="stage")
    stage = _stage(session, viewer, stage_id)
    if deal.stage_id != stage.id:
        _enter(session, viewer, deal, stage, reason=_lost_reason(stage, reason))
    return deal


def _stage(session: Session, viewer: Viewer, stage_id: str) -> Stage:
    stage = session.get(Stage, stage_id)
    if stage is None or stage.workspace_id != viewer.workspace_id:
        raise InvalidInput("Stage: choose one from the list.", field="stage")
    return stage


def _lost_reason(stage: Stage, reason: object) -> str | None:
    """Why a deal enters a `lost` stage, which it may not without; other stages have no reason."""
    if stage.outcome != "lost":
        return None
    text = str(reason or "").replace("\0", "").strip()
    if not text or len(text) > MAX_REASON:
        raise InvalidInput(f"Lost reason: say in up to {MAX_REASON} characters why it was lost.", field="lost_reason")
    return text


def _enter(session: Session, viewer: Viewer, deal: Record, stage: Stage, *, reason: str | None) -> None:
    before, now = deal.stage_id, utcnow()
    deal.stage_id, deal.status, deal.probability = stage.id, stage.outcome, stage.probability
    deal.data = {**deal.data, "lost_reason": reason}
    deal.stage_entered_at = deal.updated_at = now
    deal.version += before is not None
    session.add(deal)
    session.add(
        StageChange(
            id=new_id(),
            workspace_id=deal.workspace_id,
            record_id=deal.id,
            from_stage_id=before,
            to_stage_id=stage.id,
            reason=reason,
            member_id=viewer.member_id,
            entered_at=now,
        )
    )
    emit(
        session,
        "deal.stage_changed",
        workspace_id=deal.workspace_id,
        subject_id=deal.id,
        actor_id=viewer.member_id,
        data={"from": before, "to": stage.id, "stage": stage.name, "outcome": stage.outcome, "reason": reason},
    )
