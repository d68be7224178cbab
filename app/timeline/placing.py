"""Which timelines an entry stands on, besides the records it was written on: the rules, all of them.

- A call or meeting stands on the contacts who took part (`participant`).
- It stands on the open deal of those contacts (`deal`), if just one of the deals that its author sees is theirs; of
  several the author names the right one, by writing on the deal.
- It stands on the companies of all these records (`related`), as do the changes of a deal's stage, and tickets.
- A ticket's and a quote's entries stand on their contact, too, and a quote's on its deal (`related`).
- Notes, comments, files, tasks and changed fields stand on their own records only; mail follows `sync.match`.

An entry that is only `related` to a record tells its readers nothing, unless they also see what it is about.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from app.records.deals import PARTICIPANT
from app.workspaces.access import Viewer, visible
from models import Record, RecordLink

AUTHOR, SUBJECT, PARTICIPATES, DEAL, RELATED = "author", "subject", "participant", "deal", "related"

Homes = dict[str, str]
"""The rule by which an entry stands on a record, by the record's id."""


def homes_of_activity(
    session: Session, *, viewer: Viewer, records: Sequence[Record], participants: Sequence[Record]
) -> Homes:
    """Where a call or meeting stands that was logged on `records`, with these contacts."""
    homes = dict.fromkeys((record.id for record in records), AUTHOR)
    for contact in participants:
        homes.setdefault(contact.id, PARTICIPATES)
    people = [record for record in (*records, *participants) if record.kind == "contact"]
    deal = None
    if people and not any(record.kind == "deal" for record in records):
        deal = _only_open_deal(session, viewer, {person.id for person in people})
    if deal:
        homes.setdefault(deal.id, DEAL)
    return homes | _companies_of([*records, *participants, *([deal] if deal else [])], homes)


def homes_of_subject(record: Record) -> Homes:
    """Where something stands that happened to a deal, ticket or quote."""
    homes = {record.id: SUBJECT}
    others = {id: RELATED for id in (record.data.get("contact"), record.data.get("deal")) if id}
    return homes | _companies_of([record], homes) | others


def _companies_of(records: Iterable[Record], homes: Collection[str]) -> Homes:
    companies = (record.company_id for record in records)
    return {id: RELATED for id in companies if id and id not in homes}


def _only_open_deal(session: Session, viewer: Viewer, contact_ids: Collection[str]) -> Record | None:
    query = (
        select(Record)
        .join(RecordLink, col(RecordLink.from_id) == col(Record.id))
        .where(col(RecordLink.to_id).in_(contact_ids), col(RecordLink.label) == PARTICIPANT)
        .where(col(Record.kind) == "deal", col(Record.status) == "open", col(Record.archived_at).is_(None))
        .where(visible(viewer))
        .distinct()
        .limit(2)
    )
    deals = session.scalars(query).all()
    return deals[0] if len(deals) == 1 else None
