"""How much mail a record has had, each way, and when the last was."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, or_, select, update
from sqlmodel import Session, col

from app.core.bulk import among, table_of
from app.records.filters.behaviours import UNTOLD
from app.records.statistics.following import follow_statistics
from models import Message, Record, TimelineEntry, TimelineLink

MAIL_STATISTICS = ("emails_in", "emails_out", "last_email_in_at", "last_email_out_at")
DIRECTIONS = ("in", "out")
_NONE: dict[str, Any] = {"ins": 0, "outs": 0, "in_at": None, "out_at": None}


@dataclass(frozen=True, slots=True)
class Mailed:
    """An email that came onto a record's timeline; `direction` is `in` or `out`."""

    record_id: str
    direction: str
    at: datetime


def counted_as(direction: str, kind: str) -> str:
    """`in` or `out`, or empty for mail that statistics leave out: among colleagues, bounces, automatic replies."""
    return direction if direction in DIRECTIONS and kind not in UNTOLD else ""


def raise_mail(session: Session, *, workspace_id: str, mail: Iterable[Mailed]) -> None:
    """Count mail that is new on these records' timelines, in one statement.

    Records are touched in the order of their ids, so that two writers never wait for each other.
    """
    rows: dict[str, dict[str, Any]] = {}
    for one in mail:
        row = rows.setdefault(one.record_id, {"record": one.record_id, **_NONE})
        row[f"{one.direction}s"] += 1
        row[f"{one.direction}_at"] = max(one.at, row[f"{one.direction}_at"] or one.at)
    if rows:
        session.connection().execute(_RAISE, [rows[record_id] for record_id in sorted(rows)])
        follow_statistics(session, record_ids=rows, keys=MAIL_STATISTICS, workspace_id=workspace_id)


def recount_mail(session: Session, *, record_ids: Collection[str]) -> None:
    """The same from what is on the timelines now."""
    if not record_ids:
        return
    rows = {record_id: {"record": record_id, **_NONE} for record_id in sorted(record_ids)}
    for record_id, direction, count, last in session.execute(_counts(session, record_ids)):
        rows[record_id] |= {f"{direction}s": count, f"{direction}_at": last}
    session.connection().execute(_SET, list(rows.values()))
    follow_statistics(session, record_ids=rows, keys=MAIL_STATISTICS)


def _counts(session: Session, record_ids: Collection[str]) -> Any:
    record_id, direction, at = col(TimelineLink.record_id), col(Message.direction), col(TimelineLink.occurred_at)
    mail = (
        select(record_id, direction, func.count(), func.max(at))
        .join(TimelineEntry, col(TimelineEntry.id) == col(TimelineLink.entry_id))
        .join(Message, col(Message.id) == col(TimelineEntry.message_id))
    )
    counted = direction.in_(DIRECTIONS), col(Message.kind).not_in(UNTOLD)
    return mail.where(among(session, record_id, record_ids), *counted).group_by(record_id, direction)


def _latest(column: ColumnElement[datetime], given: ColumnElement[datetime]) -> ColumnElement[datetime]:
    return case((or_(column.is_(None), column < given), given), else_=column)


_record = table_of(Record)
_its = _record.c.id == bindparam("record")
_in_at, _out_at = (bindparam(name, type_=_record.c.last_email_in_at.type) for name in ("in_at", "out_at"))
_ins, _outs = (bindparam(name, type_=_record.c.emails_in.type) for name in ("ins", "outs"))
_RAISE = (
    update(_record)
    .where(_its)
    .values(
        emails_in=_record.c.emails_in + _ins,
        emails_out=_record.c.emails_out + _outs,
        last_email_in_at=_latest(_record.c.last_email_in_at, _in_at),
        last_email_out_at=_latest(_record.c.last_email_out_at, _out_at),
    )
)
_SET = (
    update(_record)
    .where(_its)
    .values(emails_in=_ins, emails_out=_outs, last_email_in_at=_in_at, last_email_out_at=_out_at)
)
