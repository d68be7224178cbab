"""Deals that a thread may be about, kept until somebody says which it is, so that cards can offer them."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import delete
from sqlmodel import Session, col

from app.core.bulk import insert_rows, table_of
from app.core.clock import utcnow
from models import ThreadCandidate
from sync.attribution.score import Candidate

MOST_OFFERED = 3


def offer_deals(session: Session, *, workspace_id: str, thread_id: str, scored: Sequence[Candidate]) -> None:
    """Keep the first few of these open deals, the best first, in place of those kept before."""
    withdraw_deals(session, thread_id=thread_id)
    rows = [
        {
            "thread_id": thread_id,
            "record_id": one.deal_id,
            "workspace_id": workspace_id,
            "score": one.score,
            "reasons": [asdict(reason) for reason in one.reasons],
            "scored_at": utcnow(),
        }
        for one in scored[:MOST_OFFERED]
    ]
    insert_rows(session, ThreadCandidate, rows)


def withdraw_deals(session: Session, *, thread_id: str) -> None:
    """Offer none: the thread has its deal, or a person has said that it has none."""
    session.execute(delete(table_of(ThreadCandidate)).where(col(ThreadCandidate.thread_id) == thread_id))
