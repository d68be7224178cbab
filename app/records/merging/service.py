"""Several records that are one and the same become one; `undoing` takes it back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlmodel import Session, col

from app.core.bulk import among, table_of
from app.core.clock import utcnow
from app.core.events import emit
from app.core.ids import new_id
from app.records.computed import refresh
from app.records.fields import as_json
from app.records.fields.stored import value_of
from app.records.history import change_rows
from app.records.identity import drop_keys, write_keys
from app.records.merging.family import family_of
from app.records.merging.journeys import earliest_touch, hold_to, one_of_each_phase
from app.records.merging.moving import Moves, move_all, replaced, rows_of
from app.records.merging.values import Choice, choices_of
from app.records.schema import folder_of, schema_of
from app.records.search.index import drop_words, write_words
from app.records.service import check_version
from app.records.uniqueness import check_unique
from app.records.writing import Changes, read_value, set_value
from app.workspaces.access import Viewer, require
from app.workspaces.seats import hold_access, refresh_access
from models import DuplicatePair, FieldChange, FieldDef, Merge, Record, RecordShare

SINCE = "customer_since"
MERGED = "merged"


def merge_records(
    session: Session,
    *,
    viewer: Viewer,
    into_id: str,
    record_ids: Sequence[str],
    choices: Mapping[str, str] | None = None,
    version: int | None = None,
) -> Merge:
    """Make records part of the record `into_id`: all that stands on them moves there, and their ids lead there.

    `choices` say by field key whose value it takes: the id of a record, or `values.ALL`. The viewer needs the right to
    edit the one and to delete the others. Raises Outdated when the record that stays has another `version`,
    AlreadyMerged, Taken, InvalidInput.
    """
    into, others = family_of(session, viewer=viewer, into_id=into_id, record_ids=record_ids, lock=True)
    require(viewer, "edit", into)
    for other in others:
        require(viewer, "delete", other)
    check_version(into, version)
    chosen = choices_of(session, viewer=viewer, into=into, others=others, given=choices)
    merge, shared = _noted(session, viewer, into, chosen), _shared(session, others)
    moves = Moves(session, merge, [other.id for other in others])
    for other in others:
        _put_under(moves, other, into, at=merge.merged_at)
    changes = _write_values(viewer, moves, into, others, chosen)
    gather(moves)
    hold_to(moves, into)
    _settle_pairs(moves, viewer, [record.id for record in (into, *others)])
    moves.save()
    _make_found(session, into)
    if shared:
        refresh_access(session, workspace_id=into.workspace_id)
    _tell(session, viewer, merge, into, others, changes)
    refresh(session, workspace_id=into.workspace_id, record_ids={*moves.touched(), into.id, *moves.gone})
    session.expire(into)
    return merge


def gather(moves: Moves) -> None:
    """Move all that stands on the merged records to the one that stays."""
    moves.session.flush()
    earliest_touch(moves)
    one_of_each_phase(moves)
    move_all(moves)
    _move_references(moves)


def _noted(session: Session, viewer: Viewer, into: Record, chosen: Sequence[Choice]) -> Merge:
    merge = Merge(
        id=new_id(),
        workspace_id=into.workspace_id,
        into_id=into.id,
        member_id=viewer.member_id,
        choices={choice.field.key: choice.chosen for choice in chosen if choice.chosen not in ("", into.id)},
        merged_at=utcnow(),
    )
    session.add(merge)
    return merge


def _shared(session: Session, others: Sequence[Record]) -> bool:
    """Whether rights change; then nobody else changes any meanwhile."""
    ids = [other.id for other in others]
    held = select(col(RecordShare.record_id)).where(among(session, col(RecordShare.record_id), ids)).limit(1)
    if session.scalar(held) is None:
        return False
    hold_access(session, workspace_id=others[0].workspace_id)
    return True


def _put_under(moves: Moves, other: Record, into: Record, *, at: datetime) -> None:
    """Take a record out of everybody's sight; its values stay in it."""
    changed = {"merged_into_id": into.id, "deleted_at": at}
    moves.note(table_of(Record), {"id": other.id}, dict.fromkeys(changed), changed)
    other.merged_into_id, other.deleted_at = into.id, at
    drop_keys(moves.session, other)
    drop_words(moves.session, [other.id])
    moves.session.add(other)


def _write_values(
    viewer: Viewer, moves: Moves, into: Record, others: Sequence[Record], chosen: Sequence[Choice]
) -> Changes:
    """Give the record that stays the chosen values; those that lead to a merged record lead nowhere."""
    session, before = moves.session, into.model_dump()
    fresh = [choice for choice in chosen if as_json(read_value(into, choice.field)) != as_json(choice.value)]
    fresh = [choice for choice in fresh if choice.chosen or read_value(into, choice.field) is not None]
    session.flush()
    check_unique(
        session, viewer=viewer, record=into, values=[(one.field, one.value) for one in fresh if one.field.unique]
    )
    changes: Changes = {}
    for choice in fresh:
        changes[choice.field.key] = (as_json(read_value(into, choice.field)), as_json(choice.value))
        set_value(into, choice.field, choice.value)
        if choice.field.column == "amount":
            into.currency = next((one.currency for one in others if one.id == choice.chosen), into.currency)
    _keep_earliest_since(into, others)
    changed = _difference(before, into.model_dump())
    if changed:
        was = {name: before[name] for name in changed if name != "data"}
        if "data" in changed:
            was["data"] = {key: before["data"][key] for key in changed["data"] if key in before["data"]}
        moves.note(table_of(Record), {"id": into.id}, was, changed)
    return changes


def _keep_earliest_since(into: Record, others: Sequence[Record]) -> None:
    since = [str(one.data[SINCE]) for one in (into, *others) if one.data.get(SINCE)]
    if since and into.lifecycle and into.data.get(SINCE) != min(since):
        into.data = {**into.data, SINCE: min(since)}


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    changed = {name: value for name, value in after.items() if name != "data" and before[name] != value}
    data = {key: value for key, value in after["data"].items() if before["data"].get(key) != value}
    return {**changed, "data": data} if data else changed


def _move_references(moves: Moves) -> None:
    """The values of fields that lead to a merged record, in other records."""
    session, table = moves.session, table_of(Record)
    query = select(FieldDef).where(
        col(FieldDef.workspace_id) == moves.merge.workspace_id,
        col(FieldDef.type) == "record",
        col(FieldDef.column).is_(None),
    )
    for field in session.scalars(query):
        leading = and_(col(Record.folder_id) == field.folder_id, among(session, value_of(field), moves.gone))
        here = leading & col(Record.id).not_in([moves.into, *moves.gone])
        for row in rows_of(session, select(table).where(here)):
            moves.change(table, row, {"data": {field.key: replaced(row["data"][field.key], moves.gone, moves.into)}})


def _settle_pairs(moves: Moves, viewer: Viewer, ids: Collection[str]) -> None:
    table = table_of(DuplicatePair)
    within = among(moves.session, table.c.first_id, ids) & among(moves.session, table.c.second_id, ids)
    decided = {"state": MERGED, "decided_by": viewer.member_id, "decided_at": moves.merge.merged_at}
    for row in rows_of(moves.session, select(table).where(within)):
        moves.change(table, row, dict(decided))


def _make_found(session: Session, record: Record) -> None:
    """Keys and words of search, from its values now."""
    session.flush()
    fields = schema_of(session, folder=folder_of(session, record)).fields
    write_keys(session, record, fields)
    write_words(session, record, fields)


def _tell(
    session: Session, viewer: Viewer, merge: Merge, into: Record, others: Sequence[Record], changes: Changes
) -> None:
    rows = change_rows(session, record=into, changes=changes, actor_id=viewer.member_id, batch=merge.id)
    facts = {"kind": into.kind, "name": into.name, "merge": merge.id, "records": [other.id for other in others]}
    emit(
        session,
        "record.merged",
        workspace_id=into.workspace_id,
        subject_id=into.id,
        actor_id=viewer.member_id,
        data={**facts, "changes": {key: list(pair) for key, pair in changes.items()}},
        beside={FieldChange: rows},
    )
