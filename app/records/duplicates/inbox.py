"""The pairs of records that may be one, waiting for somebody to decide. Nobody hears of a record out of their sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.records.duplicates.clusters import clusters_of
from app.records.duplicates.pair import Pair
from app.records.schema import folder_seen, folders_seen
from app.records.service import get_record
from app.workspaces.access import Viewer, visible
from models import DuplicatePair, Record

OPEN, REFUSED = STATES = ("open", "refused")
AT_MOST = 2_000
"""Pairs of a folder, the likeliest, that are put together into clusters."""
_FIRST, _SECOND = aliased(Record), aliased(Record)

Place = tuple[float, str, str]
"""Score and ids of a pair: where a page ends."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A pair with both of its records, as far as the viewer may know them."""

    pair: DuplicatePair
    first: Record
    second: Record

    def other_than(self, record_id: str) -> Record:
        return self.second if self.first.id == record_id else self.first


@dataclass(frozen=True, slots=True)
class Cluster:
    """Records that belong together; `score` is that of the least likely pair among them."""

    records: list[Record]
    score: float


def pairs_in(
    session: Session,
    *,
    viewer: Viewer,
    folder_id: str | None = None,
    state: str = OPEN,
    min_score: float = 0.0,
    limit: int,
    after: Place | None = None,
) -> list[Standing]:
    """Pairs with a record in this folder, likeliest first. Raises NotFound for a folder out of reach."""
    if folder_id:
        folder_seen(session, viewer=viewer, folder_id=folder_id)
    query = _seen(viewer, state, folder_id).where(col(DuplicatePair.score) >= min_score)
    if after:
        query = query.where(_comes_after(*after))
    order = col(DuplicatePair.score).desc(), col(DuplicatePair.first_id), col(DuplicatePair.second_id)
    return [Standing(*row) for row in session.execute(query.order_by(*order).limit(limit))]


def pairs_with(session: Session, *, viewer: Viewer, record_id: str, limit: int = 20) -> list[Standing]:
    """The open pairs of one record, likeliest first. Raises NotFound."""
    here = get_record(session, viewer=viewer, record_id=record_id).id
    mine = or_(col(DuplicatePair.first_id) == here, col(DuplicatePair.second_id) == here)
    query = _seen(viewer, OPEN, None).where(mine).order_by(col(DuplicatePair.score).desc(), col(_FIRST.id))
    return [Standing(*row) for row in session.execute(query.limit(limit))]


def counts(session: Session, *, viewer: Viewer) -> dict[str, int]:
    """How many pairs are open in each folder that the viewer may read; those without any are left out."""
    found = {}
    for folder in folders_seen(session, viewer=viewer):
        query = _seen(viewer, OPEN, folder.id).with_only_columns(func.count())
        if count := session.scalar(query):
            found[folder.id] = int(count)
    return found


def clusters_in(session: Session, *, viewer: Viewer, folder_id: str, min_score: float = 0.0) -> list[Cluster]:
    """The records of open pairs put together, largest cluster first; of the AT_MOST likeliest pairs."""
    return clustered(pairs_in(session, viewer=viewer, folder_id=folder_id, min_score=min_score, limit=AT_MOST))


def clustered(standing: Sequence[Standing]) -> list[Cluster]:
    """These pairs put together."""
    records = {record.id: record for one in standing for record in (one.first, one.second)}
    scores = {(one.pair.first_id, one.pair.second_id): one.pair.score for one in standing}
    pairs = [Pair(first, second, score, ()) for (first, second), score in scores.items()]
    clusters = []
    for ids in clusters_of(pairs):
        within = [score for ends, score in scores.items() if set(ends) <= set(ids)]
        clusters.append(Cluster([records[id] for id in ids], min(within)))
    return clusters


def _seen(viewer: Viewer, state: str, folder_id: str | None) -> Any:
    """Both ends in sight, and neither put aside."""
    ends = [and_(visible(viewer, end), col(end.archived_at).is_(None)) for end in (_FIRST, _SECOND)]
    query: Any = (
        select(DuplicatePair, _FIRST, _SECOND)
        .join(_FIRST, col(_FIRST.id) == col(DuplicatePair.first_id))
        .join(_SECOND, col(_SECOND.id) == col(DuplicatePair.second_id))
        .where(col(DuplicatePair.workspace_id) == viewer.workspace_id, col(DuplicatePair.state) == state, *ends)
    )
    if folder_id:
        query = query.where(or_(col(_FIRST.folder_id) == folder_id, col(_SECOND.folder_id) == folder_id))
    return query


def _comes_after(score: float, first_id: str, second_id: str) -> ColumnElement[bool]:
    mine, first, second = col(DuplicatePair.score), col(DuplicatePair.first_id), col(DuplicatePair.second_id)
    later = or_(first > first_id, and_(first == first_id, second > second_id))
    return or_(mine < score, and_(mine == score, later))


def reasons_seen(viewer: Viewer, one: Standing) -> list[dict[str, Any]]:
    """Why the two may be one, without fields that are hidden from the viewer."""
    folders = {one.first.folder_id, one.second.folder_id}
    hidden = {key for folder_id in folders for key in viewer.access.hidden.get(folder_id, ())}
    return [reason for reason in one.pair.reasons if reason["field"] not in hidden]


def ends(one: str, other: str) -> tuple[str, str]:
    """The key of a pair: the smaller id comes first."""
    return (one, other) if one < other else (other, one)
