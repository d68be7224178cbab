"""How many open deals a company or contact has, and what those in the workspace's currency are worth."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select, union, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.bulk import among, table_of
from app.records.statistics.following import follow_statistics
from app.records.worth import home_amount
from models import Record, RecordLink

DEAL_STATISTICS = ("open_deals", "open_amount")
PARTICIPANT = "participant"
"""The label of a deal's links to its contacts."""


def holders_of(session: Session, *, deal_ids: Collection[str]) -> set[str]:
    """The companies and contacts of these deals."""
    company = select(col(Record.company_id)).where(
        among(session, col(Record.id), deal_ids), col(Record.company_id).is_not(None)
    )
    contacts = select(col(RecordLink.to_id)).where(
        among(session, col(RecordLink.from_id), deal_ids), col(RecordLink.label) == PARTICIPANT
    )
    return set(session.scalars(union(company, contacts)))


def recount_deals(session: Session, *, record_ids: Collection[str]) -> None:
    """Count the open deals of these companies and contacts, archived and deleted ones left out.

    They are locked first: of two transactions that win a deal each, the later one sees both.
    """
    if not record_ids:
        return
    session.flush()
    record = table_of(Record).c
    mine = record.kind.in_(_OPEN) & among(session, record.id, sorted(record_ids))
    session.execute(select(record.id).where(mine).order_by(record.id).with_for_update(key_share=True)).all()
    for kind, open_deals in _OPEN.items():
        values = {"open_deals": open_deals[0].scalar_subquery(), "open_amount": open_deals[1].scalar_subquery()}
        session.execute(update(table_of(Record)).where(mine, record.kind == kind).values(values))
    for held in [one for one in session.identity_map.values() if isinstance(one, Record) and one.id in record_ids]:
        session.expire(held, DEAL_STATISTICS)
    follow_statistics(session, record_ids=record_ids, keys=DEAL_STATISTICS)


def _of_company() -> tuple[Select[Any], Select[Any]]:
    deal, holder = aliased(Record), table_of(Record).c
    return _totals(deal, col(deal.company_id) == holder.id)


def _of_contact() -> tuple[Select[Any], Select[Any]]:
    deal, holder, link = aliased(Record), table_of(Record).c, aliased(RecordLink)
    theirs = select(col(link.from_id)).where(col(link.to_id) == holder.id, col(link.label) == PARTICIPANT)
    return _totals(deal, col(deal.id).in_(theirs.correlate(table_of(Record))))


def _totals(deal: Any, theirs: Any) -> tuple[Select[Any], Select[Any]]:
    here = (theirs, col(deal.kind) == "deal", col(deal.status) == "open")
    present = (col(deal.archived_at).is_(None), col(deal.deleted_at).is_(None))
    return tuple(  # type: ignore[return-value]
        select(total).select_from(deal).where(*here, *present).correlate(table_of(Record))
        for total in (func.count(), func.coalesce(func.sum(home_amount(deal)), 0))
    )


_OPEN = {"company": _of_company(), "contact": _of_contact()}
