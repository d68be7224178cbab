"""Taking a merge back: each record is what it was, but for what was edited since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.clock import utcnow
from app.core.errors import Conflict, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.records.computed import refresh
from app.records.fields import as_json
from app.records.history import change_rows
from app.records.identity import write_keys
from app.records.merging.listing import get_merge, merged_in
from app.records.merging.moving import Row
from app.records.merging.restoring import counted, put_back
from app.records.schema import Schema, folder_of, schema_of
from app.records.search.index import write_words
from app.records.uniqueness import check_unique
from app.records.writing import Changes, read_value
from app.workspaces.access import Viewer, require
from app.workspaces.seats import hold_access, refresh_access
from models import FieldChange, Merge, MergeMove, Record

HIDDEN = "A hidden field"


@dataclass(frozen=True, slots=True)
class Kept:
    """What an undone merge left as it is, as it was edited since: a field of the record, or rows of a sort."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Undone:
    merge: Merge
    kept: list[Kept]


class AlreadyUndone(Conflict):
    code = "already_undone"


def undo_merge(session: Session, *, viewer: Viewer, merge_id: str) -> Undone:
    """Split a record into those it was made of. What came to it since stays with it.

    The viewer needs the rights that the merge takes. Raises AlreadyUndone, Conflict for one that a later merge stands
    on, and Taken where another record was given a unique value meanwhile.
    """
    merge = get_merge(session, viewer=viewer, merge_id=merge_id, lock=True)
    if merge.undone_at is not None:
        raise AlreadyUndone("This merge has been undone already.")
    into, others = _locked(session, viewer, merge)
    moves = session.scalars(_moves_of(merge)).all()
    if shared := any(move.table_name == "record_share" for move in moves):
        hold_access(session, workspace_id=merge.workspace_id)
    schema = schema_of(session, folder=folder_of(session, into))
    before, kept = _values(into, schema), _Kept(into, schema, viewer)
    touched = {str(move.key["id"]) for move in moves if move.table_name == "record" and move.key}
    put_back(session, moves, kept)
    _find_again(session, viewer, into, others)
    if shared:
        refresh_access(session, workspace_id=merge.workspace_id)
    merge.undone_at, merge.undone_by = utcnow(), viewer.member_id
    session.add(merge)
    after = _values(into, schema)
    changes = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    _tell(session, viewer, merge, into, others, changes)
    refresh(session, workspace_id=merge.workspace_id, record_ids={*touched, into.id})
    session.expire_all()
    return Undone(merge, [Kept(name, count) for name, count in counted(kept.names)])


class _Kept:
    """Hears what stays, and names it."""

    def __init__(self, into: Record, schema: Schema, viewer: Viewer) -> None:
        self.names: list[str] = []
        self._into_id = into.id
        hidden = viewer.access.hidden.get(into.folder_id, {})
        self._fields = {
            field.column or field.key: HIDDEN if field.key in hidden else field.name for field in schema.fields
        }

    def __call__(self, table: Table, row: Row, name: str) -> None:
        if table.name == "record" and row["id"] == self._into_id:
            self.names.append(self._fields.get(name, name))
        else:
            self.names.append(table.name)


def _locked(session: Session, viewer: Viewer, merge: Merge) -> tuple[Record, list[Record]]:
    ids = merged_in(session, [merge])[merge.id]
    query = select(Record).where(among(session, col(Record.id), [merge.into_id, *ids])).order_by(col(Record.id))
    fresh = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = {record.id: record for record in session.scalars(fresh)}
    into, others = found[merge.into_id], [found[id] for id in ids if id in found]
    if into.merged_into_id:
        raise Conflict("This record was merged into another one since: undo that merge first.")
    if into.deleted_at:
        raise NotFound("This record is in the bin: bring it back first.")
    require(viewer, "edit", into)
    for other in others:
        require(viewer, "delete", other)
    return into, others


def _moves_of(merge: Merge) -> Any:
    return select(MergeMove).where(col(MergeMove.merge_id) == merge.id).order_by(col(MergeMove.position))


def _find_again(session: Session, viewer: Viewer, into: Record, others: Sequence[Record]) -> None:
    """The keys and the words of each record are its own again."""
    for record in (into, *others):
        fields = schema_of(session, folder=folder_of(session, record)).fields
        unique = [(field, read_value(record, field)) for field in fields if field.unique]
        if record is not into:
            check_unique(session, viewer=viewer, record=record, values=unique)
        write_keys(session, record, fields)
        write_words(session, record, fields)


def _values(record: Record, schema: Schema) -> dict[str, Any]:
    return {field.key: as_json(read_value(record, field)) for field in schema.fields if not field.computed}


def _tell(
    session: Session, viewer: Viewer, merge: Merge, into: Record, others: Sequence[Record], changes: Changes
) -> None:
    rows = change_rows(session, record=into, changes=changes, actor_id=viewer.member_id, batch=new_id())
    facts = {"kind": into.kind, "name": into.name, "merge": merge.id, "records": [other.id for other in others]}
    emit(
        session,
        "record.unmerged",
        workspace_id=into.workspace_id,
        subject_id=into.id,
        actor_id=viewer.member_id,
        data={**facts, "changes": {key: list(pair) for key, pair in changes.items()}},
        beside={FieldChange: rows},
    )
