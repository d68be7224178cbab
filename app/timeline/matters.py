"""What is going on around a customer or a deal: open deals, unsolved tickets, quotes. One statement for all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

from sqlalchemy import String, and_, bindparam, case, func, literal, literal_column, or_, select, union
from sqlmodel import col

from app.core.hot import Reader
from app.records.deals import PARTICIPANT
from app.records.fields.stored import JsonText
from app.records.seen import COMPANY, SEEN_COLUMNS, Seen, seen_from, with_company
from app.records.worth import home_amount, is_abroad
from app.timeline.deals import Deal
from app.timeline.tickets.on_card import CLOCK_COLUMNS, OpenTicket, ticket_from
from app.workspaces.access import ScopedQuery, Viewer
from app.workspaces.template.fields import SOLVED
from models import QuoteVersion, Record, RecordLink, Stage, TicketClock

DEALS, TICKETS, QUOTES = 3, 5, 5


@dataclass(frozen=True, slots=True)
class OpenDeals:
    """The first few open deals; `count` and `value` (minor units; None where amounts are hidden) are of all.

    `value` is of those in the workspace's currency; `abroad` counts those in another.
    """

    deals: list[Deal]
    count: int
    value: int | None
    abroad: int


@dataclass(frozen=True, slots=True)
class QuoteAround:
    """A quote; `has_link`: it is with the customer, whose link can be shown again."""

    quote: Seen
    has_link: bool


@dataclass(frozen=True, slots=True)
class Matters:
    """The ticket due first comes first, and the latest quote."""

    deals: OpenDeals
    tickets: list[OpenTicket]
    quotes: list[QuoteAround]


def matters_of(reader: Reader, *, viewer: Viewer, about: Seen) -> Matters:
    """Of a company all its own; of a person those linked to them or theirs at their company, and its open deals; of a
    deal what is about it. One statement."""
    if about.kind == "company":
        return _matters(reader, viewer, here=about.id, company=about.id, named=None, customer=None)
    company = about.company.id if about.company and about.kind != "deal" else None
    return _matters(reader, viewer, here=about.id, company=company, named=about.id, customer=about.company_id)


def company_deals(reader: Reader, *, viewer: Viewer, company_id: str) -> list[Deal]:
    """A company's first few open deals, soonest close first. One statement."""
    return _matters(reader, viewer, here=company_id, company=company_id, named=None, customer=None).deals.deals


def _matters(reader: Reader, viewer: Viewer, **where: str | None) -> Matters:
    found: dict[str, list[Any]] = {"deal": [], "ticket": [], "quote": []}
    for row in _MATTERS(reader, viewer, **where):
        found[row[_KIND]].append(row)
    deals, tickets, quotes = found.values()
    count, value, abroad = deals[0][_TOTALS] if deals else (0, 0, 0)
    return Matters(
        deals=OpenDeals(
            [_deal(viewer, row) for row in deals],
            count,
            None if _amounts_are_hidden(viewer) else int(value or 0),
            abroad,
        ),
        tickets=[_ticket(viewer, row) for row in tickets],
        quotes=[QuoteAround(_seen(viewer, row), bool(row[_LINK])) for row in quotes],
    )


def _seen(viewer: Viewer, row: Sequence[Any]) -> Seen:
    return seen_from(viewer, row[_SEEN])


def _deal(viewer: Viewer, row: Sequence[Any]) -> Deal:
    seen = _seen(viewer, row)
    return Deal(
        id=seen.id,
        name=seen.name,
        stage_id=seen.stage_id or "",
        stage=row[_STAGE] or "",
        amount=seen.amount,
        currency=seen.currency,
        close_on=seen.close_on,
        folder_id=seen.folder_id,
        owner_id=seen.owner_id,
        territory_id=seen.territory_id,
    )


def _ticket(viewer: Viewer, row: Sequence[Any]) -> OpenTicket:
    seen = _seen(viewer, row)
    return ticket_from(seen.id, seen.name, seen.status, row[_CLOCK])


def _amounts_are_hidden(viewer: Viewer) -> bool:
    return any("amount" in hidden.values() for hidden in viewer.access.hidden.values())


_here, _company, _named, _customer = (
    bindparam(name, type_=String) for name in ("here", "company", "named", "customer")
)
_kind = col(Record.kind)
_SERVICE = ("ticket", "quote")


def _around() -> Any:
    """Ids, and what they are looked at for: of links and companies the same record may come for more than one reason.

    Joined, not IN: SQLite without statistics would walk the whole workspace instead.
    """
    data = col(Record.data)
    names = or_(*(JsonText(data, literal_column(f"'{key}'")) == _named for key in ("contact", "deal")))
    named = and_(_named.is_not(None), names)
    own, service = literal("deal"), literal("service")
    records: Any = select(col(Record.id), service).where(_kind.in_(_SERVICE))
    return union(
        select(col(RecordLink.from_id).label("id"), own.label("part")).where(
            col(RecordLink.to_id) == _here, col(RecordLink.label) == PARTICIPANT
        ),
        select(col(Record.id), own).where(
            col(Record.company_id) == _company, _kind == "deal", col(Record.status) == "open"
        ),
        select(col(RecordLink.to_id), service).where(col(RecordLink.from_id) == _here),
        select(col(RecordLink.from_id), service).where(col(RecordLink.to_id) == _here),
        records.where(col(Record.company_id) == _here),
        records.where(col(Record.company_id) == _customer, named),
        *(records.where(col(Record.company_id).is_(None), which, named) for which in _few()),
    ).subquery("around")


def _few() -> list[Any]:
    """Quotes, and tickets that are not solved, of which there are few: as ranges, which an index can serve."""
    status, solved = col(Record.status), sorted(SOLVED)
    between = [and_(status > low, status < high) for low, high in pairwise(solved)]
    unsolved = [status.is_(None), status < solved[0], *between, status > solved[-1]]
    return [_kind == "quote", *(and_(_kind == "ticket", one) for one in unsolved)]


def _ranked(see: Any) -> Any:
    """The place of each among those of its kind, and what they come to."""
    around = _around()
    deal = and_(around.c.part == "deal", _kind == "deal", col(Record.status) == "open")
    unsolved = or_(col(Record.status).is_(None), col(Record.status).not_in(SOLVED))
    service = and_(around.c.part == "service", or_(and_(_kind == "ticket", unsolved), _kind == "quote"))
    due, closes = col(TicketClock.resolution_due_at), case((_kind == "deal", col(Record.close_on)))
    latest = case((_kind == "quote", col(Record.created_at)))
    order = (due.is_(None), due, closes.is_(None), closes, latest.desc(), col(Record.id))

    def among_its_kind(function: Any, **order: Any) -> Any:
        return function.over(partition_by=_kind, **order)

    return (
        select(
            col(Record.id),
            among_its_kind(func.row_number(), order_by=order).label("place"),
            among_its_kind(func.count()).label("count"),
            among_its_kind(func.sum(home_amount())).label("value"),
            among_its_kind(func.count(case((is_abroad(), 1)))).label("abroad"),
        )
        .select_from(around)
        .join(Record, col(Record.id) == around.c.id)
        .outerjoin(TicketClock, col(TicketClock.record_id) == col(Record.id))
        .where(or_(deal, service), col(Record.archived_at).is_(None), see(Record))
        .subquery("ranked")
    )


def _build(see: Any) -> Any:
    ranked = _ranked(see)
    sent = and_(col(QuoteVersion.quote_id) == col(Record.id), col(QuoteVersion.state) == "sent")
    most = case({"deal": DEALS, "ticket": TICKETS}, value=_kind, else_=QUOTES)
    return (
        select(ranked.c.count, ranked.c.value, ranked.c.abroad, col(Stage.name), col(QuoteVersion.sealed_token) != "")
        .add_columns(*SEEN_COLUMNS, *CLOCK_COLUMNS)
        .select_from(ranked)
        .join(Record, col(Record.id) == ranked.c.id)
        .outerjoin(COMPANY, with_company(see))
        .outerjoin(Stage, col(Stage.id) == col(Record.stage_id))
        .outerjoin(TicketClock, col(TicketClock.record_id) == col(Record.id))
        .outerjoin(QuoteVersion, sent)
        .where(ranked.c.place <= most)
        .order_by(_kind, ranked.c.place)
    )


_MATTERS = ScopedQuery(_build)
_TOTALS, _STAGE, _LINK = slice(3), 3, 4
_SEEN = slice(5, 5 + len(SEEN_COLUMNS))
_CLOCK = slice(_SEEN.stop, None)
_KIND = _SEEN.start + [field.name for field in fields(Seen)].index("kind")
