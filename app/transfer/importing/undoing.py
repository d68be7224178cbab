"""Taking an import back: what it created goes for good, what it changed gets its old values, and later edits stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import NotSignedIn
from app.core.events import emit
from app.core.jobs import JobContext, job
from app.records.bin import purge
from app.records.bulk_updates import keep_all_changes
from app.records.deals import move_stage
from app.records.fields import as_json
from app.records.relations import is_relation, linked_ids
from app.records.schema import Schema, folder_of, schema_of
from app.records.writing import Changes, read_value, set_value, stored_value
from app.transfer.importing.touched import touched
from app.transfer.importing.verdicts import CREATE, UPDATE
from app.workspaces.access import Viewer, may, viewer_by_id
from models import FieldChange, FieldDef, Import, ImportBatch, Record

STAYED, UNDONE = "stay", "undone"
"""Outcomes of rows that were undone in part or not at all, and of those that were wholly."""
STAGE = "stage"


@job("transfer.undo")
def run_undo(context: JobContext, import_id: str, member_id: str) -> None:
    """Undo batch after batch, the last first, as this member may."""
    while undo_some(context, import_id, member_id):
        context.check_stop()


def undo_some(context: JobContext, import_id: str, member_id: str) -> bool:
    """One batch; False when there was nothing left to undo."""
    with transaction(context.engine) as session:
        taken = session.get_one(Import, import_id, with_for_update=True)
        if taken.state != "undoing":
            return False
        here = select(ImportBatch).where(col(ImportBatch.import_id) == import_id, col(ImportBatch.state) == "done")
        batch = session.scalars(here.order_by(col(ImportBatch.number).desc()).limit(1)).first()
        try:
            viewer = viewer_by_id(session, member_id)
        except NotSignedIn:
            taken.state, taken.problem = "done", "Who asked to undo this is no longer a member."
            session.add(taken)
            return False
        if batch is None:
            _finish(session, taken, viewer)
            return False
        batch.outcomes = _Undoing(session, taken, viewer).undo(batch.outcomes or [])
        batch.state = "undone"
        taken.handled += len(batch.rows)
        session.add_all([batch, taken])
    return True


@dataclass
class _Undoing:
    session: Session
    taken: Import
    viewer: Viewer

    def undo(self, outcomes: Sequence[list[Any]]) -> list[list[Any]]:
        """What was done with each row becomes what is left of it."""
        kept: dict[str, str] = {}
        updated = {one[1] for one in outcomes if one[0] == UPDATE and one[1]}
        created = {one[1] for one in outcomes if one[0] == CREATE and one[1]}
        related = {id for one in outcomes for id in (one[3] if len(one) > 3 else ())}
        self._give_back(self._records(updated - created), kept)
        self._remove(created, kept)
        self._remove(related, kept)
        return [self._left(one, kept) for one in outcomes]

    def _left(self, outcome: list[Any], kept: dict[str, str]) -> list[Any]:
        action, record_id, _, *made = outcome
        if action not in (CREATE, UPDATE):
            return outcome
        stays = [kept[id] for id in (record_id, *(made[0] if made else ())) if id in kept]
        return [STAYED, record_id, " ".join(stays)] if stays else [UNDONE, None, ""]

    def _remove(self, ids: Iterable[str], kept: dict[str, str]) -> None:
        """Records that nobody touched since go for good."""
        records = self._records(ids)
        reasons = touched(self.session, records=records, taken=self.taken)
        for record in records:
            if not may(self.viewer, "edit", record):
                reasons[record.id] = "it belongs to someone else now"
        kept |= {record.id: f"{record.name} stays: {reasons[record.id]}." for record in records if record.id in reasons}
        purge(self.session, [one for one in records if one.id not in reasons], actor_id=self.viewer.member_id)

    def _give_back(self, records: Sequence[Record], kept: dict[str, str]) -> None:
        changes = self._changes([record.id for record in records])
        done: list[tuple[Record, Changes]] = []
        for record in records:
            if not may(self.viewer, "edit", record):
                kept[record.id] = f"{record.name} stays: it belongs to someone else now."
                continue
            back, again = self._back(record, changes.get(record.id, {}))
            if again:
                kept[record.id] = f"{record.name} keeps what was changed since: {', '.join(again)}."
            done.append((record, back))
        if done:
            schema, actor_id = self._schema(records[0]), self.viewer.member_id
            keep_all_changes(self.session, schema=schema, changed=done, actor_id=actor_id, batch=self.taken.id)

    def _back(self, record: Record, changes: dict[str, tuple[Any, Any]]) -> tuple[Changes, list[str]]:
        """Old values written into a record, and the names of fields that were changed again since."""
        schema = self._schema(record)
        back: Changes = {}
        again = []
        moved = changes.get(STAGE)
        if moved and record.stage_id == moved[1] and moved[0]:
            reason, note = (changes[key][0] if key in changes else None for key in ("lost_reason", "lost_note"))
            move_stage(
                self.session,
                viewer=self.viewer,
                deal_id=record.id,
                stage_id=moved[0],
                reason=reason,
                note=note,
                batch=self.taken.id,
            )
        for key, (old, new) in changes.items():
            if not schema.has(key):
                continue
            field = schema.field(key)
            now = self._now(record, field)
            if now == old or (field.computed and key != STAGE):
                continue
            if now != new or field.column == "stage_id":
                again.append(field.name)
                continue
            set_value(record, field, stored_value(field, old))
            back[key] = (now, old)
        return back, again

    def _schema(self, record: Record) -> Schema:
        return schema_of(self.session, folder=folder_of(self.session, record))

    def _now(self, record: Record, field: FieldDef) -> Any:
        if is_relation(field):
            return linked_ids(self.session, record=record, field=field) or None
        return as_json(read_value(record, field))

    def _changes(self, ids: Sequence[str]) -> dict[str, dict[str, tuple[Any, Any]]]:
        """By record and field: the value before the import's first change of it, and the one after its last."""
        here = select(FieldChange).where(
            among(self.session, col(FieldChange.record_id), ids), col(FieldChange.batch) == self.taken.id
        )
        found: dict[str, dict[str, tuple[Any, Any]]] = {}
        for change in self.session.scalars(here.order_by(col(FieldChange.changed_at))):
            mine = found.setdefault(change.record_id, {})
            mine[change.key] = (mine[change.key][0] if change.key in mine else change.old, change.new)
        return found

    def _records(self, ids: Iterable[str]) -> list[Record]:
        here = among(self.session, col(Record.id), sorted(ids)), col(Record.deleted_at).is_(None)
        query = select(Record).where(*here, col(Record.workspace_id) == self.taken.workspace_id)
        return list(self.session.scalars(query.order_by(col(Record.id)).with_for_update()))


def _finish(session: Session, taken: Import, viewer: Viewer) -> None:
    taken.state, taken.finished_at = "undone", utcnow()
    session.add(taken)
    emit(
        session,
        "import.undone",
        workspace_id=taken.workspace_id,
        subject_id=taken.id,
        actor_id=viewer.member_id,
        data={"total": taken.total},
    )
