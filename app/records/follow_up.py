"""What follows at once from a change of records: statistics of deals, then formulas and roll-ups."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlmodel import Session

from app.core.events import react, react_together
from app.records.computed import refresh, refresh_links, stage_renamed
from app.records.statistics import holders_of, recount_deals
from models import Record, Stage

Event = dict[str, Any]
_WEIGHS = frozenset({"status", "amount", "company", "archived_at", "deleted_at"})
"""Keys of a deal that its company's and contacts' statistics depend on."""
_MOVED = ("stage", "status", "probability", "close_on", "stage_entered_at")


@react_together("record.created")
def follow_new(session: Session, events: list[Event]) -> None:
    by_workspace: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_workspace[event["workspace_id"]].append(event)
    for workspace_id, new in by_workspace.items():
        deals = [event["subject_id"] for event in new if event["data"]["kind"] == "deal"]
        _count_deals(session, deals)
        refresh(session, workspace_id=workspace_id, record_ids=[event["subject_id"] for event in new])


@react("record.updated")
def follow_update(session: Session, event: Event) -> None:
    record = session.get_one(Record, event["subject_id"])
    changes = event["data"]["changes"]
    if record.kind == "deal" and not _WEIGHS.isdisjoint(changes):
        _count_deals(session, [record.id], also=filter(None, changes.get("company", ())))
    refresh(session, workspace_id=record.workspace_id, record_ids=[record.id], changes=changes)


@react("deal.stage_changed", "record.stage_changed")
def follow_move(session: Session, event: Event) -> None:
    """Where a deal stood somewhere before, `record.updated` has told what its move changed for others."""
    deal_id, workspace_id = event["subject_id"], event["workspace_id"]
    if event["type"] == "deal.stage_changed" and event["data"]["from"] is None:
        _count_deals(session, [deal_id])
    refresh(session, workspace_id=workspace_id, record_ids=[deal_id], changes=dict.fromkeys(_MOVED, (None, None)))


@react("record.linked", "record.unlinked")
def follow_link(session: Session, event: Event) -> None:
    ends = [event["subject_id"], event["data"]["to"]]
    recount_deals(session, record_ids=ends)
    refresh_links(session, workspace_id=event["workspace_id"], ends=ends)


@react("stage.changed")
def follow_stage_name(session: Session, event: Event) -> None:
    stage, old = session.get_one(Stage, event["subject_id"]), event["data"]["was"]
    if stage.name != old:
        stage_renamed(session, stage=stage, old=old)


def _count_deals(session: Session, deal_ids: Collection[str], also: Iterable[str] = ()) -> None:
    if deal_ids:
        holders = holders_of(session, deal_ids=deal_ids) | set(also)
        recount_deals(session, record_ids=holders)
