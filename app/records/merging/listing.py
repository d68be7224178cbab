"""The merges that were made, as far as the viewer may see the record that stays."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.errors import NotFound
from app.records.merging.family import MOST
from app.records.service import get_record
from app.workspaces.access import Viewer, visible
from models import Merge, MergeMove, Record

_NONE = "This merge does not exist, or you have no access to its record."


def get_merge(session: Session, *, viewer: Viewer, merge_id: str, lock: bool = False) -> Merge:
    """NotFound unless the viewer may see the record that stays, or what that became part of."""
    merge = session.get(Merge, merge_id, with_for_update=lock or None)
    if merge is None or merge.workspace_id != viewer.workspace_id:
        raise NotFound(_NONE)
    get_record(session, viewer=viewer, record_id=merge.into_id)
    return merge


def merges_of(
    session: Session, *, viewer: Viewer, limit: int, record_id: str | None = None, before: str | None = None
) -> Sequence[Merge]:
    """Merges whose record the viewer may see, last first: all, or those of one record. `before`: the last id seen."""
    query = select(Merge).join(Record, col(Record.id) == col(Merge.into_id)).where(visible(viewer))
    if record_id:
        here = get_record(session, viewer=viewer, record_id=record_id)
        query = query.where(col(Merge.into_id) == here.id)
    if before:
        query = query.where(col(Merge.id) < before)
    return session.scalars(query.order_by(col(Merge.id).desc()).limit(limit)).all()


def merged_in(session: Session, merges: Collection[Merge]) -> dict[str, list[str]]:
    """The ids of the records that each merge put under the one that stays: its first notes."""
    query = select(col(MergeMove.merge_id), col(MergeMove.key), col(MergeMove.changed)).where(
        among(session, col(MergeMove.merge_id), [merge.id for merge in merges]),
        col(MergeMove.position) < MOST,
        col(MergeMove.table_name) == "record",
    )
    found: dict[str, list[str]] = defaultdict(list)
    for merge_id, key, changed in session.execute(query.order_by(col(MergeMove.merge_id), col(MergeMove.position))):
        if "merged_into_id" in changed:
            found[merge_id].append(key["id"])
    return found
