"""Threads that go onto a deal by themselves, because it is clear enough which."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import exists, or_, select
from sqlmodel import Session, col

from app.core.bulk import insert_missing
from app.core.clock import utcnow
from app.core.events import emit, subscribe
from app.core.locks import hold
from app.mail.locks import thread_lock
from models import DealChoice, Event, Message, Record, ThreadLink
from sync.attribution.offered import offer_deals, withdraw_deals
from sync.attribution.pool import read_facts
from sync.attribution.score import Candidate, score_deals
from sync.attribution.thread import read_thread

AUTOMATIC = 0.8
"""The score from which a thread is put on a deal without asking."""
LEAD = 0.1
"""How far ahead of the second deal the first must be for that."""
ATTRIBUTION = "attribution"


def _may_tell_a_deal(event: dict[str, Any]) -> bool:
    facts = event["data"]
    return bool(facts["kind"] == "human" and facts["direction"] != "internal")


@subscribe("attribute-threads", "message.stored", when=_may_tell_a_deal)
def attribute_stored(session: Session, event: Event) -> None:
    """Old mail arrives newest first: there, the latest message of a thread speaks for all of it."""
    message = session.get(Message, event.subject_id)
    if message is None or message.unlogged_by is not None:
        return
    if not (event.data["backfill"] and _has_later(session, message)):
        attribute(session, workspace_id=event.workspace_id, thread_id=message.thread_id)


def attribute(session: Session, *, workspace_id: str, thread_id: str) -> Candidate | None:
    """Put a thread on its deal if that is clear, and keep the reasons with the link; returns what was linked.

    Where it is not clear, the likeliest open deals are kept, to be offered. A thread that is on a deal already, or
    about which a person has said anything, stays as it is. Its mail comes onto the deal's timeline as with
    `sync.by_hand.link_thread`, when the event is handled.
    """
    hold(session, thread_lock(thread_id))
    if _is_settled(session, thread_id):
        return None
    thread = read_thread(session, workspace_id=workspace_id, thread_id=thread_id)
    if thread is None or not thread.keys or not thread.has_human:
        return None
    facts = read_facts(session, thread=thread, viewer=None)
    scored = score_deals(thread, facts)
    best = clear_winner(scored)
    if best:
        withdraw_deals(session, thread_id=thread_id)
        _link(session, workspace_id, thread_id, best)
    else:
        open_ones = {deal.id for deal in facts.deals if deal.status == "open"}
        likely = [one for one in scored if one.deal_id in open_ones]
        offer_deals(session, workspace_id=workspace_id, thread_id=thread_id, scored=likely)
    return best


def clear_winner(scored: list[Candidate]) -> Candidate | None:
    """The best of these candidates if it is good enough, and far enough ahead of the second."""
    if not scored or scored[0].score < AUTOMATIC:
        return None
    second = scored[1].score if len(scored) > 1 else 0.0
    return scored[0] if scored[0].score - second >= LEAD else None


def _has_later(session: Session, message: Message) -> bool:
    later = (col(Message.thread_id) == message.thread_id) & (col(Message.sent_at) > message.sent_at)
    counts = (col(Message.kind) == "human") & (col(Message.direction) != "internal")
    return session.scalars(select(col(Message.id)).where(later, counts).limit(1)).first() is not None


def _is_settled(session: Session, thread_id: str) -> bool:
    chosen = exists().where(col(DealChoice.thread_id) == thread_id)
    linked = exists().where(
        col(ThreadLink.thread_id) == thread_id,
        col(Record.id) == col(ThreadLink.record_id),
        or_(col(ThreadLink.member_id).is_not(None), col(Record.kind) == "deal"),
    )
    return bool(session.scalar(select(or_(chosen, linked))))


def _link(session: Session, workspace_id: str, thread_id: str, best: Candidate) -> None:
    row = {"thread_id": thread_id, "record_id": best.deal_id, "workspace_id": workspace_id, "member_id": None}
    why = {"rule": ATTRIBUTION, "reasons": [asdict(reason) for reason in best.reasons], "created_at": utcnow()}
    insert_missing(session, ThreadLink, [{**row, **why}])
    facts = {"record_id": best.deal_id, "rule": ATTRIBUTION, "score": best.score}
    emit(session, "thread.linked", workspace_id=workspace_id, subject_id=thread_id, data=facts)
