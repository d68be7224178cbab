"""What the homepage asks the store: my work, mail that waits for me, what I saw last, my pinned views.

A statement each, scoped to what the viewer may see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Date, String, and_, bindparam, exists, literal, literal_column, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.core.hot import HotQuery, Reader
from app.records.catalog import Catalog
from app.records.deals import OPEN_DEAL
from app.records.redact import redacted
from app.timeline.deals import Deal
from app.workspaces.access import ScopedQuery, Viewer
from gmail_addon.visit import Visit
from models import Mailbox, MailboxMessage, Message, Participant, RecentRecord, Record, View, ViewPin
from sync.attribution.turn import takes_turn

CLOSING_DAYS, WAITING_HOURS, WAITING_DAYS = 7, 4, 30
"""Deals that close soon; mail that waits for longer than a lunch, and not so long that it is too late."""
MOST_ROWS, MOST_LEADS, MOST_WAITING, MOST_RECENT, MOST_PINNED = 5, 4, 5, 6, 6
LOOKED_AT = 2_000
"""Mails of the workspace that are looked at, the newest first, for those that wait for me."""
THRESHOLDS = 8
"""Different patience that stages may have with their deals; any more are taken for the longest of them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A deal of mine and when it came to its stage."""

    deal: Deal
    since: datetime | None


@dataclass(frozen=True, slots=True)
class HotLead:
    id: str
    name: str
    folder_id: str
    priority: str | None
    score: int | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """My deals that close soon or stand still, and the leads that nobody has written to."""

    closing: list[Standing]
    stale: list[Standing]
    leads: list[HotLead]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thread whose last word an outsider had; `thread` is Gmail's hexadecimal id."""

    thread: str
    subject: str
    who: str
    since: datetime


@dataclass(frozen=True, slots=True)
class SeenRecord:
    id: str
    name: str
    kind: str
    folder_id: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class PinnedView:
    """`count` is how many records it showed last; None when nobody has counted."""

    id: str
    name: str
    folder_id: str
    count: int | None


def my_work(reader: Reader, *, visit: Visit) -> Work:
    viewer = visit.viewer
    today = visit.now.astimezone(visit.zone).date()
    rows = _WORK(
        reader,
        viewer,
        until=(today + timedelta(days=CLOSING_DAYS)).isoformat(),
        **_patience(visit.catalog, visit.now),
    )
    found: dict[str, list[Any]] = {"closing": [], "stale": [], "lead": []}
    for part, *row in rows:
        found[part].append(_lead(viewer, row) if part == "lead" else _standing(visit, row))
    leads = [lead for lead in found["lead"] if lead.priority or lead.score]
    return Work(_known(viewer, found["closing"]), found["stale"], leads)


def _known(viewer: Viewer, deals: Sequence[Standing]) -> list[Standing]:
    """That a deal closes soon is no news for those from whom its date is hidden."""
    return [one for one in deals if not viewer.access.hides(one.deal.folder_id, "close_on")]


def _standing(visit: Visit, row: Sequence[Any]) -> Standing:
    id, name, folder_id, owner_id, territory_id, stage_id, since, amount, currency, close_on, *_ = row
    stage = visit.catalog.stages.get(stage_id or "")
    named = stage.name if stage else ""
    deal = Deal(id, name, stage_id or "", named, amount, currency, close_on, folder_id, owner_id, territory_id)
    return Standing(redacted(visit.viewer, deal), since)


def _lead(viewer: Viewer, row: Sequence[Any]) -> HotLead:
    id, name, folder_id, *_, priority, score, data = row
    return redacted(viewer, HotLead(id, name, folder_id, priority, score, data))


def _patience(catalog: Catalog, now: datetime) -> dict[str, str]:
    """The stages with the same patience, and since when a deal stands there for too long; for each patience."""
    by_days: dict[int, list[str]] = {}
    for stage in catalog.stages.values():
        if stage.stale_after is not None and stage.outcome == "open":
            by_days.setdefault(stage.stale_after, []).append(stage.id)
    days = sorted(by_days)
    for more in days[THRESHOLDS:]:
        by_days[days[THRESHOLDS - 1]] += by_days[more]
    slots = [(by_days[one], _text(now - timedelta(days=one))) for one in days[:THRESHOLDS]]
    slots += [([], "")] * (THRESHOLDS - len(slots))
    values = {f"stages{index}": " ".join(stages) for index, (stages, _) in enumerate(slots)}
    values["impatient"] = slots[0][1] or _text(now)
    return values | {f"before{index}": before or _text(now) for index, (_, before) in enumerate(slots)}


def _text(moment: datetime) -> str:
    """As both databases compare it with the times that they keep."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00"


def waiting_for_me(reader: Reader, *, visit: Visit) -> list[Waiting]:
    """Threads of my mailboxes that an outsider wrote to last, some hours ago; the latest first."""
    rows = _WAITING(
        reader,
        me=visit.viewer.member_id,
        workspace=visit.viewer.workspace_id,
        newest=_text(visit.now - timedelta(hours=WAITING_HOURS)),
        oldest=_text(visit.now - timedelta(days=WAITING_DAYS)),
    )
    threads: dict[str, Waiting] = {}
    for thread, subject, since, name, address in rows:
        threads.setdefault(thread, Waiting(thread, subject, name or address or "", since))
    return list(threads.values())[:MOST_WAITING]


def recently_seen(reader: Reader, *, viewer: Viewer) -> list[SeenRecord]:
    return [SeenRecord(*row) for row in _SEEN(reader, viewer)]


def pinned_views(reader: Reader, *, visit: Visit) -> list[PinnedView]:
    """My pinned views by name, in folders that I may read."""
    viewer = visit.viewer
    rows = _PINNED(reader, me=viewer.member_id, workspace=viewer.workspace_id)
    views = [PinnedView(*row) for row in rows]
    folders = visit.catalog.folders
    return [
        view
        for view in views
        if not folders[view.folder_id].archived_at and viewer.access.scope("read", view.folder_id) != "none"
    ]


_me, _here = bindparam("viewer_member", type_=String), bindparam("viewer_workspace", type_=String)
_COLUMNS = (
    col(Record.id),
    col(Record.name),
    col(Record.folder_id),
    col(Record.owner_id),
    col(Record.territory_id),
    col(Record.stage_id),
    col(Record.stage_entered_at),
    col(Record.amount),
    col(Record.currency),
    col(Record.close_on),
    col(Record.priority),
    col(Record.score),
    col(Record.data),
)


def _work(see: Any) -> Any:
    """Three lists in one statement, of which two walk indexes of open deals that begin with mine.

    Parameters: until, and stages0, before0, … for the patience of the stages, the shortest of which is `impatient`.
    """
    mine = and_(see(Record), col(Record.workspace_id) == _here, col(Record.owner_id) == _me)
    mine = and_(mine, col(Record.archived_at).is_(None))
    deal = and_(mine, OPEN_DEAL)
    soon = col(Record.close_on) <= bindparam("until", type_=Date)
    closing = _part("closing").where(deal, soon).order_by(col(Record.close_on), col(Record.id)).limit(MOST_ROWS)
    long_ago = col(Record.stage_entered_at) < bindparam("impatient")
    stale = _part("stale").where(deal, long_ago, or_(*map(_too_long, range(THRESHOLDS))))
    stale = stale.order_by(col(Record.stage_entered_at), col(Record.id)).limit(MOST_ROWS)
    hot = or_(col(Record.priority).in_(("Urgent", "High")), col(Record.score) >= 50)
    untouched = and_(col(Record.status) == "New", col(Record.last_email_out_at).is_(None))
    leads = _part("lead").where(mine, col(Record.kind) == "lead", hot, untouched)
    leads = leads.order_by(col(Record.score).is_(None), col(Record.score).desc(), col(Record.id)).limit(MOST_LEADS)
    return union_all(*(select(part.subquery()) for part in (closing, stale, leads)))


def _part(name: str) -> Any:
    return select(literal(name, type_=String).label("part"), *_COLUMNS)


def _too_long(slot: int) -> Any:
    here = bindparam(f"stages{slot}", type_=String).contains(col(Record.stage_id))
    return and_(here, col(Record.stage_entered_at) < bindparam(f"before{slot}"))


def _waiting() -> Any:
    """From the newest mail of outsiders in the workspace, by its own index, to what of it is mine and unanswered."""
    recent = (
        select(col(Message.id), col(Message.thread_id), col(Message.sent_at), col(Message.subject))
        .where(
            col(Message.workspace_id) == bindparam("workspace"), literal_column("kind = 'human' AND direction = 'in'")
        )
        .where(col(Message.sent_at).between(bindparam("oldest"), bindparam("newest")))
        .order_by(col(Message.sent_at).desc())
        .limit(LOOKED_AT)
        .subquery("recent")
    )
    later = aliased(Message)
    answered = exists().where(
        col(later.thread_id) == recent.c.thread_id, col(later.sent_at) > recent.c.sent_at, *takes_turn(later)
    )
    return (
        select(
            col(MailboxMessage.gmail_thread_id),
            recent.c.subject,
            recent.c.sent_at,
            col(Participant.name),
            col(Participant.address),
        )
        .select_from(recent)
        .join(MailboxMessage, col(MailboxMessage.message_id) == recent.c.id)
        .join(Mailbox, col(Mailbox.id) == col(MailboxMessage.mailbox_id))
        .outerjoin(Participant, and_(col(Participant.message_id) == recent.c.id, col(Participant.role) == "from"))
        .where(col(Mailbox.member_id) == bindparam("me"), ~answered)
        .order_by(recent.c.sent_at.desc())
        .limit(2 * MOST_WAITING)
    )


def _seen(see: Any) -> Any:
    return (
        select(col(Record.id), col(Record.name), col(Record.kind), col(Record.folder_id), col(RecentRecord.seen_at))
        .join(Record, col(Record.id) == col(RecentRecord.record_id))
        .where(col(RecentRecord.member_id) == _me, see(Record), col(Record.archived_at).is_(None))
        .order_by(col(RecentRecord.seen_at).desc())
        .limit(MOST_RECENT)
    )


def _pinned() -> Any:
    return (
        select(col(View.id), col(View.name), col(View.folder_id), col(ViewPin.count))
        .join(ViewPin, col(ViewPin.view_id) == col(View.id))
        .where(col(ViewPin.member_id) == bindparam("me"), col(View.workspace_id) == bindparam("workspace"))
        .where(or_(col(View.owner_id) == bindparam("me"), col(View.shared)))
        .order_by(col(View.name), col(View.id))
        .limit(MOST_PINNED)
    )


_WORK = ScopedQuery(_work)
_WAITING = HotQuery(_waiting())
_SEEN = ScopedQuery(_seen)
_PINNED = HotQuery(_pinned())
