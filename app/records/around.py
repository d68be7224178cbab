"""Who and what stands around one record: its links, its people, and what they come to, each in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, and_, bindparam, case, func, literal_column, or_, select, union
from sqlmodel import col

from app.core.hot import Reader
from app.records.fields.stored import JsonText
from app.records.identity import PEOPLE
from app.records.picking import PICK_COLUMNS, Pick
from app.records.redact import redacted
from app.records.seen import COMPANY, Seen, with_company
from app.records.worth import home_amount, is_abroad
from app.workspaces.access import ScopedQuery, Viewer
from app.workspaces.template.fields import SOLVED
from models import Record, RecordLink

MOST_PEOPLE, MOST_LINKS = 20, 40


@dataclass(frozen=True, slots=True)
class LinkedRecord:
    """The other end of a link; `inverse`: it was made from there."""

    id: str
    folder_id: str
    kind: str
    name: str
    label: str
    inverse: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """What stands around a person or company. Amounts, in minor units, are None where they are hidden.

    They are of deals in the workspace's currency; `open_abroad` and `won_abroad` count those in another.
    """

    open_deals: int
    open_amount: int | None
    open_abroad: int
    won_deals: int
    won_amount: int | None
    won_abroad: int
    open_tickets: int
    quotes: int


def people_around(reader: Reader, *, viewer: Viewer, record: Seen) -> list[Pick]:
    """The contacts of the record's company and those linked to it, without itself, those we last wrote with first."""
    company = record.id if record.kind == "company" else record.company_id
    rows = _PEOPLE(reader, viewer, record=record.id, company=company)
    return [redacted(viewer, Pick(*row)) for row in rows]


def links_around(reader: Reader, *, viewer: Viewer, record_id: str) -> list[LinkedRecord]:
    """The first MOST_LINKS linked records that the viewer may see, by label and name; archived ones come too."""
    rows = _LINKS(reader, viewer, record=record_id)
    return [LinkedRecord(*(*row[:-1], bool(row[-1]))) for row in rows]


def sums_around(reader: Reader, *, viewer: Viewer, record: Seen) -> Sums:
    """Of a company all its deals, tickets and quotes; of a person those linked to them or theirs at their company."""
    company = record.company_id if record.kind in PEOPLE else None
    rows = _SUMS(reader, viewer, record=record.id, company=company)
    deals = [row for row in rows if row[0] == "deal"]
    hidden = any(viewer.access.hides(folder, "amount") for *_, folder in deals)
    open_deals, open_amount, open_abroad = _totals(deals, "open")
    won_deals, won_amount, won_abroad = _totals(deals, "won")
    return Sums(
        open_deals=open_deals,
        open_amount=None if hidden else open_amount,
        open_abroad=open_abroad,
        won_deals=won_deals,
        won_amount=None if hidden else won_amount,
        won_abroad=won_abroad,
        open_tickets=sum(count for kind, status, count, *_ in rows if kind == "ticket" and status not in SOLVED),
        quotes=sum(count for kind, _, count, *_ in rows if kind == "quote"),
    )


def _totals(deals: Sequence[Sequence[Any]], status: str) -> tuple[int, int, int]:
    """How many deals have this status, their amounts together, and how many are in another currency."""
    found = [(count, int(amount or 0), abroad) for _, each, count, amount, abroad, _ in deals if each == status]
    return sum(count for count, *_ in found), sum(amount for _, amount, _ in found), sum(abroad for *_, abroad in found)


_here, _company = bindparam("record", type_=String), bindparam("company", type_=String)


def _linked() -> tuple[Any, Any]:
    """The ids at the other ends of the record's links, made from here and made from there."""
    out = select(col(RecordLink.to_id)).where(col(RecordLink.from_id) == _here)
    return out, select(col(RecordLink.from_id)).where(col(RecordLink.to_id) == _here)


def _people(see: Any) -> Any:
    colleagues = select(col(Record.id)).where(col(Record.company_id) == _company, col(Record.kind) == "contact")
    around = union(*_linked(), colleagues).subquery("around")
    return (
        select(*PICK_COLUMNS)
        .select_from(around)
        .join(Record, col(Record.id) == around.c[0])
        .outerjoin(COMPANY, with_company(see))
        .where(col(Record.kind) == "contact", col(Record.archived_at).is_(None), col(Record.id) != _here, see(Record))
        .order_by(col(Record.last_activity_at).is_(None), col(Record.last_activity_at).desc(), col(Record.id))
        .limit(MOST_PEOPLE)
    )


def _links(see: Any) -> Any:
    out = and_(col(RecordLink.from_id) == _here, col(RecordLink.to_id) == col(Record.id))
    back = and_(col(RecordLink.to_id) == _here, col(RecordLink.from_id) == col(Record.id))
    ends = (col(Record.id), col(Record.folder_id), col(Record.kind), col(Record.name))
    made_there = case((col(RecordLink.to_id) == _here, 1), else_=0)
    return (
        select(*ends, col(RecordLink.label), made_there)
        .join(RecordLink, or_(out, back))
        .where(see(Record))
        .order_by(col(RecordLink.label), col(Record.name), col(Record.id))
        .limit(MOST_LINKS)
    )


def _sums(see: Any) -> Any:
    """Joined, not IN: SQLite without statistics would walk the whole workspace instead."""
    is_theirs = JsonText(col(Record.data), literal_column("'contact'")) == _here
    companys = select(col(Record.id)).where(col(Record.company_id) == _here)
    served = select(col(Record.id)).where(
        col(Record.company_id) == _company, col(Record.kind).in_(("ticket", "quote")), is_theirs
    )
    about = union(*_linked(), companys, served).subquery("about")
    return (
        select(
            col(Record.kind),
            col(Record.status),
            func.count(),
            func.sum(home_amount()),
            func.count(case((is_abroad(), 1))),
            col(Record.folder_id),
        )
        .select_from(about)
        .join(Record, col(Record.id) == about.c[0])
        .where(col(Record.kind).in_(("deal", "ticket", "quote")), col(Record.archived_at).is_(None), see(Record))
        .group_by(col(Record.kind), col(Record.status), col(Record.folder_id))
    )


_PEOPLE, _LINKS, _SUMS = ScopedQuery(_people), ScopedQuery(_links), ScopedQuery(_sums)
