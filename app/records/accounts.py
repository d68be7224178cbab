"""Whose deals a deal is: its company and the contacts that take part, and what their deals come to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select, union_all
from sqlmodel import Session, col

from models import Record, RecordLink


@dataclass(frozen=True, slots=True)
class Standing:
    """The deals of a contact or company that are not in the bin; `first_won_on` is the first closing date."""

    deals: int = 0
    won: int = 0
    first_won_on: date | None = None


def accounts_of(session: Session, deal: Record) -> list[str]:
    """Ids of the deal's company and participants."""
    participants = select(col(RecordLink.to_id)).where(
        col(RecordLink.from_id) == deal.id, col(RecordLink.label) == "participant"
    )
    return [*([deal.company_id] if deal.company_id else []), *session.scalars(participants)]


def standings(session: Session, *, account_ids: Collection[str]) -> dict[str, Standing]:
    """The standing of each of these contacts and companies, in one statement."""
    facts: tuple[Any, ...] = (col(Record.status).label("status"), col(Record.close_on).label("close_on"))
    is_deal = (col(Record.kind) == "deal", col(Record.stage_id).is_not(None), col(Record.deleted_at).is_(None))
    of_companies = select(col(Record.company_id).label("account"), *facts).where(
        col(Record.company_id).in_(account_ids), *is_deal
    )
    of_contacts = (
        select(col(RecordLink.to_id).label("account"), *facts)
        .join(Record, col(Record.id) == col(RecordLink.from_id))
        .where(col(RecordLink.to_id).in_(account_ids), col(RecordLink.label) == "participant", *is_deal)
    )
    each = union_all(of_companies, of_contacts).subquery().c
    won = each.status == "won"
    totals = select(each.account, func.count(), func.count(case((won, 1))), func.min(case((won, each.close_on))))
    found = {row[0]: Standing(*row[1:]) for row in session.execute(totals.group_by(each.account))}
    return {account_id: found.get(account_id, Standing()) for account_id in account_ids}
