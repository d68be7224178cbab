"""Rows of a file become records: made and changed in bulk, and one by one only where that fails."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import Session

from app.core.errors import SidenoteError
from app.records.bulk import Draft, insert_records
from app.records.bulk_updates import keep_all_changes
from app.records.deals import MOVING, StageEntry, move_stage, tell_entries
from app.records.links import write_relations
from app.records.relations import is_relation
from app.records.schema import Schema
from app.records.writing import Changes, write_values
from app.transfer.importing.deciding import Decided, Decider, Decision, Staged
from app.transfer.importing.guarding import guard_duplicates, guard_unique
from app.transfer.importing.verdicts import Verdict, rejected
from app.workspaces.access import Viewer
from models import Record

VIA = "import"
_NOT_STORED = "These values cannot be stored together in a record."


def take_in(session: Session, *, decider: Decider, rows: Sequence[Staged], batch: str, policy: str) -> list[Verdict]:
    """Make and change the records that these rows are about, in one transaction; what became of each row.

    Where the rows cannot be stored together they are taken in by halves, down to the one that is to blame: that one
    is rejected. `batch` is what history has the changes under, `policy` what a likely duplicate meets.
    """
    try:
        with session.begin_nested():
            decided = decide(session, decider=decider, rows=rows, policy=policy, lock=True)
            _Work(session, decider, batch).carry_out(decided)
            session.flush()
    except (SidenoteError, IntegrityError, DataError, ValueError, OverflowError) as error:
        if len(rows) == 1:
            return [rejected(error.message if isinstance(error, SidenoteError) else _NOT_STORED)]
        decider.known.ids.clear()
        middle = len(rows) // 2
        taken = (
            take_in(session, decider=decider, rows=half, batch=batch, policy=policy)
            for half in (rows[:middle], rows[middle:])
        )
        return [verdict for half in taken for verdict in half]
    decider.known.learn(decided.references.lasting)
    return decided.verdicts


def decide(session: Session, *, decider: Decider, rows: Sequence[Staged], policy: str, lock: bool = False) -> Decided:
    """What becomes of each row, also by values that must be unique and likely duplicates."""
    decided = decider.decide(session, rows, lock=lock)
    guard_unique(session, whole=decider.whole, decisions=decided.decisions, lock=lock)
    decided.drop_refused()
    guard_duplicates(session, viewer=decider.viewer, schema=decider.schema, decisions=decided.decisions, policy=policy)
    decided.drop_refused()
    return decided


class _Work:
    """Carries decisions out."""

    def __init__(self, session: Session, decider: Decider, batch: str) -> None:
        self._session, self._batch = session, batch
        self._viewer: Viewer = decider.viewer
        self._schema, self._whole = decider.schema, decider.whole

    def carry_out(self, decided: Decided) -> None:
        self._make_related(decided)
        self._create([decision for decision in decided.decisions if decision.draft])
        self._update([decision for decision in decided.decisions if decision.record])

    def _make_related(self, decided: Decided) -> None:
        ahead = {}
        for decision in decided.decisions:
            for one in decision.ahead:
                if one.draft["id"] not in ahead and not decided.references.is_made_by_a_row(one):
                    ahead[one.draft["id"]] = one
                    decision.verdict.made.append(one.draft["id"])
        by_folder = sorted(ahead.values(), key=lambda one: str(one.draft["folder_id"]))
        for _, many in groupby(by_folder, key=lambda one: str(one.draft["folder_id"])):
            alike = list(many)
            self._insert([one.draft for one in alike], [one.entry for one in alike])

    def _create(self, decisions: Sequence[Decision]) -> None:
        drafts = [decision.draft for decision in decisions if decision.draft]
        self._insert(drafts, [decision.entry for decision in decisions])
        relations = {one.key for one in self._whole.fields if is_relation(one)}
        for decision, draft in zip(decisions, drafts, strict=True):
            for verdict in (decision.verdict, *decision.followers):
                verdict.record_id = draft["id"]
            if linked := {key: (None, value) for key, value in decision.values.items() if key in relations}:
                record = self._session.get_one(Record, draft["id"])
                actor_id = self._viewer.member_id
                write_relations(self._session, record=record, schema=self._whole, changes=linked, actor_id=actor_id)

    def _insert(self, drafts: Sequence[Draft], entries: Iterable[StageEntry | None]) -> None:
        insert_records(self._session, drafts, via=VIA)
        tell_entries(self._session, [entry for entry in entries if entry])

    def _update(self, decisions: Sequence[Decision]) -> None:
        changed: list[tuple[Record, Changes]] = []
        for decision in decisions:
            if decision.record:
                changed.append((decision.record, self._write(decision.record, decision.values)))
        actor_id = self._viewer.member_id
        keep_all_changes(self._session, schema=self._whole, changed=changed, actor_id=actor_id, batch=self._batch)

    def _write(self, record: Record, values: Mapping[str, Any]) -> Changes:
        if "stage" in values and self._moves(self._schema):
            self._move(record, values)
            values = {key: value for key, value in values.items() if key not in MOVING}
        return write_values(self._session, viewer=self._viewer, record=record, schema=self._schema, values=values)

    def _move(self, record: Record, values: Mapping[str, Any]) -> None:
        move_stage(
            self._session,
            viewer=self._viewer,
            deal_id=record.id,
            stage_id=values["stage"],
            reason=values.get("lost_reason"),
            note=values.get("lost_note"),
            batch=self._batch,
        )

    def _moves(self, schema: Schema) -> bool:
        return schema.field("stage").column == "stage_id"
