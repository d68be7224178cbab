"""The records that members had on a card last."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.bulk import among, insert_into
from models import Member, RecentRecord, Record
from models.base import UTCDateTime

KEPT = 20


@dataclass(frozen=True, slots=True)
class Sight:
    """A member saw a record."""

    member_id: str
    record_id: str
    at: datetime


def note_sights(session: Session, sights: Collection[Sight]) -> None:
    """Keep what members saw, for each the last KEPT. An id that is no record of their workspace is nothing; whether
    they may see it is asked when it is shown."""
    seen = (
        select(col(Member.id), col(Record.id), col(Record.workspace_id), bindparam("at", type_=UTCDateTime))
        .join(Record, col(Record.workspace_id) == col(Member.workspace_id))
        .where(col(Member.id) == bindparam("member_id"), col(Record.id) == bindparam("record_id"))
    )
    note = insert_into(session, RecentRecord).from_select(["member_id", "record_id", "workspace_id", "seen_at"], seen)
    again = note.on_conflict_do_update(
        index_elements=["member_id", "record_id"], set_={"seen_at": note.excluded.seen_at}
    )
    session.connection().execute(again, [asdict(sight) for sight in sights])
    _forget_older(session, {sight.member_id for sight in sights})


def _forget_older(session: Session, member_ids: Collection[str]) -> None:
    one = aliased(RecentRecord)
    last_kept = (
        select(col(one.seen_at))
        .where(col(one.member_id) == col(RecentRecord.member_id))
        .order_by(col(one.seen_at).desc())
        .offset(KEPT - 1)
        .limit(1)
        .scalar_subquery()
    )
    theirs = among(session, col(RecentRecord.member_id), member_ids)
    session.connection().execute(delete(RecentRecord).where(theirs, col(RecentRecord.seen_at) < last_kept))
