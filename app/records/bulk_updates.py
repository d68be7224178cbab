"""Many records changed at once, each by values of its own: what follows from it in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlmodel import Session, col

from app.core.bulk import among, insert_rows
from app.core.clock import utcnow
from app.core.events import emit_many, event_row
from app.core.ids import new_id
from app.records.identity import KEYED, key_rows
from app.records.links import write_relations
from app.records.schema import Schema, schema_of
from app.records.search.index import rewrite_words
from app.records.search.words import searched_fields
from app.records.uniqueness import is_unique_kind
from app.records.writing import Changes
from models import FieldChange, FieldDef, Record, RecordKey

Changed = Sequence[tuple[Record, Changes]]


def keep_all_changes(session: Session, *, schema: Schema, changed: Changed, actor_id: str, batch: str) -> None:
    """What follows from values written into records of one folder: links, history under `batch`, keys and words.

    The same as `service.keep_changes` for each of them.
    """
    kept = [(record, changes) for record, changes in changed if changes]
    if not kept:
        return
    fields = schema_of(session, folder=schema.folder).fields
    for record, changes in kept:
        write_relations(session, record=record, schema=schema, changes=changes, actor_id=actor_id)
    _note(session, kept, actor_id=actor_id, batch=batch)
    searched, keyed = {field.key for field in searched_fields(fields)}, _keyed(fields)
    rewrite_words(session, [record for record, changes in kept if not searched.isdisjoint(changes)], fields)
    moved = _rewrite_keys(session, [record for record, changes in kept if not keyed.isdisjoint(changes)], fields)
    emit_many(session, [_told("record.keys_changed", record, actor_id, {}) for record in moved])


def _keyed(fields: Sequence[FieldDef]) -> set[str]:
    """Keys of the fields from whose values records are found; a lead's status decides whether it is."""
    return {field.key for field in fields if field.type in KEYED or field.unique or field.column in ("name", "status")}


def _note(session: Session, kept: Changed, *, actor_id: str, batch: str) -> None:
    """`history.note_changes` of all of them."""
    now, rows, events = utcnow(), [], []
    for record, changes in kept:
        record.version += 1
        record.updated_at = now
        saved = {"workspace_id": record.workspace_id, "record_id": record.id, "batch": batch}
        rows += [
            {"id": new_id(), **saved, "key": key, "old": old, "new": new, "member_id": actor_id, "changed_at": now}
            for key, (old, new) in changes.items()
        ]
        told = {key: list(pair) for key, pair in changes.items()}
        facts = {"kind": record.kind, "batch": batch, "bulk": True, "changes": told}
        events.append(_told("record.updated", record, actor_id, facts))
    session.add_all([record for record, _ in kept])
    emit_many(session, events, beside={FieldChange: rows})


def _rewrite_keys(session: Session, records: Sequence[Record], fields: Sequence[FieldDef]) -> list[Record]:
    """`identity.write_keys` of all of them; those that mail may now find differently."""
    mine = among(session, col(RecordKey.record_id), [record.id for record in records])
    columns = col(RecordKey.record_id), col(RecordKey.kind), col(RecordKey.value)
    present: dict[str, set[tuple[str, str]]] = {record.id: set() for record in records}
    for record_id, kind, value in session.execute(select(*columns).where(mine)) if records else ():
        present[record_id].add((kind, value))
    gone, new, moved = [], [], []
    for record in records:
        wanted = {(row["kind"], row["value"]): row for row in key_rows(record, fields)}
        gone += [(record.id, *key) for key in present[record.id] - wanted.keys()]
        new += [row for key, row in wanted.items() if key not in present[record.id]]
        if any(kind != "name" and not is_unique_kind(kind) for kind, _ in present[record.id] ^ wanted.keys()):
            moved.append(record)
    if gone:
        session.execute(delete(RecordKey).where(tuple_(*columns).in_(gone)))
    insert_rows(session, RecordKey, new)
    return moved


def _told(type: str, record: Record, actor_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return event_row(type, workspace_id=record.workspace_id, subject_id=record.id, actor_id=actor_id, data=dict(data))
