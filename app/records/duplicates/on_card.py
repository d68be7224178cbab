"""What a record's card tells of its possible duplicates, in one statement."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, bindparam, select, union_all
from sqlmodel import col

from app.core.hot import Reader
from app.records.duplicates.inbox import OPEN
from app.workspaces.access import ScopedQuery, Viewer
from models import DuplicatePair, Record

MOST = 10


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """Another record that may be the one on the card; `reasons` are those of the pair."""

    id: str
    name: str
    kind: str
    folder_id: str
    owner_id: str | None
    score: float
    reasons: list[dict[str, Any]]


def duplicates_around(reader: Reader, *, viewer: Viewer, record_id: str) -> list[PossibleDuplicate]:
    """Those that the viewer may see, likeliest first."""
    return [PossibleDuplicate(*row) for row in _AROUND(reader, viewer, record=record_id, state=OPEN, most=MOST)]


def _pairs() -> Any:
    """The other end of each pair: two look-ups by index, where one with OR would read the table."""
    ends = col(DuplicatePair.first_id), col(DuplicatePair.second_id)
    sides = [
        select(there.label("other_id"), col(DuplicatePair.score), col(DuplicatePair.reasons)).where(
            here == bindparam("record", type_=String), col(DuplicatePair.state) == bindparam("state", type_=String)
        )
        for here, there in (ends, ends[::-1])
    ]
    return union_all(*sides).subquery()


_pair = _pairs()
_columns = (getattr(Record, name) for name in ("id", "name", "kind", "folder_id", "owner_id"))
_around: Any = (
    select(*(col(column) for column in _columns), _pair.c.score, _pair.c.reasons)
    .join(_pair, _pair.c.other_id == col(Record.id))
    .where(col(Record.archived_at).is_(None))
    .order_by(_pair.c.score.desc(), col(Record.id))
    .limit(bindparam("most"))
)
_AROUND = ScopedQuery(lambda see: _around.where(see(Record)))
