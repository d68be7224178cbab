"""The lifecycle of contacts and companies, as it follows from what happens to their deals and leads.

A phase goes forward only, unless what proved it is undone or a person says otherwise by writing the lifecycle field.
What follows from an event runs in its transaction.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.events import react
from app.records.accounts import Standing, accounts_of, standings
from app.records.phases import LABELS, PHASES, Path, paths_of, phase_called
from models import LifecycleChange, Record

Event = Mapping[str, Any]
BY_HAND = "by_hand"


@react("deal.stage_changed")
def follow_deal(session: Session, event: Event) -> None:
    """A new deal makes an opportunity, a won one a customer; reopening the only won one undoes that."""
    if event["data"]["was"] != event["data"]["outcome"]:
        deal = session.get_one(Record, event["subject_id"])
        _refresh(session, accounts_of(session, deal), event, deal)


@react("record.linked", "record.unlinked")
def follow_participant(session: Session, event: Event) -> None:
    """Who joins a deal, or leaves it."""
    if event["data"]["label"] == "participant":
        deal = session.get_one(Record, event["subject_id"])
        if _is_under_way(deal):
            _refresh(session, [event["data"]["to"]], event, deal)


@react("record.updated")
def follow_values(session: Session, event: Event) -> None:
    """A lifecycle written by hand, and deals that change their company or go into the bin and back."""
    changes = event["data"]["changes"]
    if "lifecycle" in changes:
        _by_hand(session, session.get_one(Record, event["subject_id"]), changes["lifecycle"][1], event)
    elif "company" in changes or "deleted_at" in changes:
        deal = session.get_one(Record, event["subject_id"])
        if _is_under_way(deal):
            before = [id for id in changes.get("company", ()) if id]
            _refresh(session, {*before, *accounts_of(session, deal)}, event, deal)


@react("lead.status_changed")
def follow_lead(session: Session, event: Event) -> None:
    """The phases of a lead itself, which the people it becomes inherit."""
    phase = event["data"]["to"]
    if phase in ("MQL", "SQL"):
        [path] = paths_of(session, [session.get_one(Record, event["subject_id"])])
        if not path.has(phase):
            path.enter(session, phase, at=event["occurred_at"], evidence=_evidence(event))


@react("lead.converted")
def follow_conversion(session: Session, event: Event) -> None:
    """From a lead to an opportunity, where its conversion made a deal."""
    if event["data"]["deal"]:
        [path] = paths_of(session, [session.get_one(Record, event["subject_id"])])
        path.enter(session, "opportunity", at=event["occurred_at"], evidence=_evidence(event))


def inherit(session: Session, *, lead: Record, account: Record, actor_id: str) -> None:
    """Give a contact or company the phases that its lead went through, where it was not further already."""
    past, own = paths_of(session, [lead, account])
    created = {"type": "record.created", "record": lead.id}
    gone_through = [("lead", lead.created_at, created), *((r.phase, r.entered_at, r.evidence) for r in past.rows)]
    ahead = [step for step in gone_through if own.is_before(step[0])]
    for phase, at, evidence in ahead:
        own.enter(session, phase, at=at, evidence=evidence)
    if ahead:
        own.show(session, actor_id=actor_id, since=account.data.get("customer_since"))


def _refresh(session: Session, record_ids: Collection[str], event: Event, deal: Record) -> None:
    """Bring accounts in line with their deals. They are locked in the order of their ids, as by everybody."""
    here = select(Record).where(col(Record.id).in_(record_ids), col(Record.kind).in_(("contact", "company")))
    locked = here.order_by(col(Record.id)).with_for_update(key_share=True).execution_options(populate_existing=True)
    accounts = session.scalars(locked).all()
    deals = standings(session, account_ids=[account.id for account in accounts])
    for path in paths_of(session, accounts):
        _follow(session, path, deals[path.record.id], event, deal)


def _follow(session: Session, path: Path, deals: Standing, event: Event, deal: Record) -> None:
    before = len(path.rows)
    path.revert(session, [row for row in path.rows if _is_undone(row, deals)])
    undone = before > len(path.rows)
    is_win = deal.status == "won" and deals.won > 0
    due = (("opportunity", deals.deals > 0), ("customer", is_win), ("renewal", is_win and deals.won > 1))
    entered = [phase for phase, is_due in due if is_due and path.is_before(phase)]
    for phase in entered:
        path.enter(session, phase, at=event["occurred_at"], evidence=_evidence(event))
    since = path.record.data.get("customer_since")
    if undone and not path.has("customer"):
        since = None
    if "customer" in entered:
        since = min(deals.first_won_on or date.max, utcnow().date()).isoformat()
    if undone or entered:
        path.show(session, actor_id=event["actor_id"], since=since)


def _is_undone(row: LifecycleChange, deals: Standing) -> bool:
    """Whether the deals that made someone a customer, or renewed, are not won any more."""
    needed = {"customer": 1, "renewal": 2}.get(row.phase, 0)
    return deals.won < needed and not row.evidence.get(BY_HAND)


def _by_hand(session: Session, record: Record, label: str | None, event: Event) -> None:
    """What a person says holds: phases beyond it are undone. Silent where the field follows the phases already."""
    phase = phase_called(label)
    [path] = paths_of(session, [record])
    if phase is None or (path.rows and label == LABELS[path.rows[-1].phase]):
        return
    path.revert(session, [row for row in path.rows if PHASES.index(row.phase) > PHASES.index(phase)])
    if not path.has(phase):
        path.enter(session, phase, at=event["occurred_at"], evidence={**_evidence(event), BY_HAND: True})


def _is_under_way(deal: Record) -> bool:
    return deal.kind == "deal" and deal.stage_id is not None


def _evidence(event: Event) -> dict[str, Any]:
    return {"type": event["type"], "event": event["id"], "record": event["subject_id"]}
