"""What is to become of rows, without doing it yet: the same for a check and for the import itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.errors import SidenoteError
from app.records import lead_rules
from app.records.bulk import Draft, Drafter
from app.records.deals import StageEntry
from app.records.fields import as_json, is_empty
from app.records.relations import is_relation, linked_by_field
from app.records.schema import Schema
from app.records.staged_drafts import Beginnings
from app.records.writing import read_value
from app.transfer.importing.lookups import Lookups
from app.transfer.importing.matching import Key, Matching, matched
from app.transfer.importing.references import Ahead, Known, References
from app.transfer.importing.verdicts import CREATE, REJECT, SKIP, UPDATE, Verdict, rejected
from app.transfer.mapping import Plan, Row, RowReader
from app.workspaces.access import Viewer, may, may_create, visible
from models import FieldDef, Record

ADDED_TO = ("email", "phone")
"""Types of fields to which a file adds: nobody loses an address because a file knows another one."""


@dataclass(slots=True)
class Staged:
    """A row of the file: its number there, why it cannot be trusted if so, and its cells."""

    number: int
    problem: str
    cells: list[str]


@dataclass(slots=True)
class Decision:
    """A record to be made, as `draft`, or `record` to be changed, by `values`. `number` is the row that says so,
    `verdict` what becomes of it; `followers` are the verdicts of later rows about the same record.

    `ahead` are related records that have to be made first, `entry` is how a new one enters its stage.
    """

    values: dict[str, Any]
    number: int
    verdict: Verdict
    record: Record | None = None
    id: str = ""
    """Of the record to be made."""
    ahead: list[Ahead] = field(default_factory=list)
    followers: list[Verdict] = field(default_factory=list)
    draft: Draft | None = None
    entry: StageEntry | None = None

    def refuse(self, reason: str) -> None:
        for verdict in (self.verdict, *self.followers):
            verdict.action, verdict.reasons = REJECT, [reason]


class Decider:
    """Decides over the rows of one import, for as long as its plan, its folder and its member's rights stay.

    `schema` is the folder as the member knows it, `whole` with all its fields; `known` what related records were found
    before. `seen` are the rows by which a check would have made records, by the hashes of their keys: an import
    finds the records themselves.
    """

    def __init__(
        self,
        *,
        plan: Plan,
        schema: Schema,
        whole: Schema,
        viewer: Viewer,
        reader: RowReader,
        known: Known,
        seen: dict[int, int] | None = None,
    ) -> None:
        self.plan, self.schema, self.viewer, self.reader, self.known = plan, schema, viewer, reader, known
        self.seen = seen
        self.matching = Matching(plan, schema)
        self.whole = whole
        self.required = [
            one for one in schema.fields if one.required and one.default is None and one.key not in schema.locked
        ]
        self.drafter = Drafter(whole, viewer, asked=schema)
        self._by_key = {one.key: one for one in schema.fields} | reader.fields

    def decide(self, session: Session, rows: Sequence[Staged], *, lock: bool = False) -> "Decided":
        """What becomes of each row. With `lock`, the records to be changed are kept from others."""
        decided = Decided(session, self, lock=lock)
        decided.add(rows)
        decided.draft()
        return decided

    def field(self, key: str) -> FieldDef:
        return self._by_key[key]


class Decided:
    """`verdicts` of the rows, in order; `decisions` are what has to be done for them."""

    def __init__(self, session: Session, decider: Decider, *, lock: bool) -> None:
        self._session, self._decider, self._lock = session, decider, lock
        self._viewer, self._plan, folder = decider.viewer, decider.plan, decider.schema.folder
        self._may_create = may_create(self._viewer, folder.id)
        self._look = Lookups(session, self._viewer, kind=folder.kind, folder_ids=[folder.id])
        self.references = References(
            session,
            viewer=self._viewer,
            plan=self._plan,
            folder=folder,
            fields=decider.reader.fields,
            known=decider.known,
        )
        self._records: dict[str, Record] = {}
        self._links: dict[str, dict[str, list[str]]] = {}
        self._by_record: dict[str, Decision] = {}
        self._new: dict[Key, Decision] = {}
        self._seen = decider.seen
        self.verdicts: list[Verdict] = []
        self.decisions: list[Decision] = []

    def add(self, staged: Sequence[Staged]) -> None:
        decider = self._decider
        width = len(self._plan.columns)
        read = [Row() if one.problem else decider.reader.read(_fitting(one.cells, width)) for one in staged]
        self.references.look_up(read)
        every = [decider.matching.keys(row) for row in read]
        found = decider.matching.find(self._look, (key for keys in every for key in keys))
        self._load({id for ids in found.values() for id in ids})
        for one, row, keys in zip(staged, read, every, strict=True):
            self.verdicts.append(self._decide(one, row, keys, matched(keys, found)))

    def draft(self) -> None:
        """Make drafts of the new records; those that the folder refuses are rejected."""
        folder, drafter = self._decider.schema.folder, self._decider.drafter
        beginnings = Beginnings(self._session, viewer=self._viewer, folder=folder)
        for decision in self.decisions:
            try:
                if decision.record is None:
                    decision.draft = drafter.draft(decision.values, id=decision.id)
                    decision.entry = beginnings.begin(decision.draft, decision.values)
                elif decision.record.kind == "lead":
                    lead_rules.derived(decision.record, decision.values)
            except SidenoteError as error:
                decision.refuse(error.message)
        self.drop_refused()

    def drop_refused(self) -> None:
        self.decisions = [decision for decision in self.decisions if decision.verdict.action != REJECT]

    def _decide(self, staged: Staged, row: Row, keys: list[Key], ids: list[str]) -> Verdict:
        values, ahead, wrong = self.references.resolve(row) if row.related else ({}, [], [])
        problems = [staged.problem] if staged.problem else []
        problems += [f"{problem.heading}: {problem.message}" for problem in row.problems] + wrong
        if problems:
            return rejected(*problems)
        values = {**row.values, **values} if values else row.values
        if row.id and "id" in self._plan.match and not ids and self._plan.on_match != "create":
            return rejected("Record ID: there is no such record here, or it is out of your sight.")
        if len(ids) > 1:
            names = ", ".join(self._records[id].name for id in ids[:3] if id in self._records)
            return rejected(f"{len(ids)} records match this row: {names}. Match by something that tells them apart.")
        if ids:
            return self._update(self._records.get(ids[0]), values, ahead, staged.number)
        for key in keys:
            if earlier := self._new.get(key):
                return self._again(earlier, values, ahead)
            if self._seen and (number := self._seen.get(hash(key))):
                return Verdict(
                    SKIP if self._plan.on_match == "skip" else UPDATE, None, [f"The record of row {number}."]
                )
        return self._create(row, values, ahead, keys, staged.number)

    def _create(self, row: Row, values: dict[str, Any], ahead: list[Ahead], keys: list[Key], number: int) -> Verdict:
        if not self._may_create:
            return rejected("No record matches this row, and your role may not create any here.")
        if row.spare_name and not values.get("name"):
            values = {**values, "name": row.spare_name}
        missing = [one.name for one in self._decider.required if values.get(one.key) is None]
        if missing:
            return rejected(*(f"{name}: please fill this in." for name in missing))
        decision = Decision(values, number, Verdict(CREATE, reasons=_made(ahead)), ahead=ahead)
        decision.id = self.references.name_new(values.get("name") or "")
        for key in keys:
            self._new.setdefault(key, decision)
            if self._seen is not None:
                self._seen.setdefault(hash(key), number)
        self.decisions.append(decision)
        return decision.verdict

    def _update(self, record: Record | None, values: dict[str, Any], ahead: list[Ahead], number: int) -> Verdict:
        if record is None:
            return rejected("The record of this row has just gone.")
        if self._plan.on_match == "skip":
            return Verdict(SKIP, record.id, [f"{record.name} is there already."])
        if not may(self._viewer, "edit", record):
            return rejected(f"{record.name} belongs to someone else: ask its owner or an admin to change it.")
        earlier = self._by_record.get(record.id)
        base = earlier.values if earlier else {}
        changed = self._differing(record, values, base)
        if not changed:
            return Verdict(SKIP, record.id, [f"{record.name} has these values already."])
        if earlier:
            earlier.values |= changed
            earlier.ahead += ahead
            earlier.followers.append(Verdict(UPDATE, record.id, [f"As row {earlier.number}: {record.name}."]))
            return earlier.followers[-1]
        names = ", ".join(self._decider.field(key).name for key in changed)
        verdict = Verdict(UPDATE, record.id, [f"{record.name}: {names}.", *_made(ahead)])
        decision = Decision(changed, number, verdict, record, ahead=ahead)
        self._by_record[record.id] = decision
        self.decisions.append(decision)
        return decision.verdict

    def _again(self, earlier: Decision, values: dict[str, Any], ahead: list[Ahead]) -> Verdict:
        """A row about a record that an earlier row makes."""
        told = f"The record of row {earlier.number}."
        if self._plan.on_match == "skip":
            return self._follow(earlier, Verdict(SKIP, None, [told]))
        fresh = {}
        for key, value in values.items():
            old = earlier.values.get(key)
            if is_empty(old) or self._plan.on_match == "update":
                new = self._added(self._decider.field(key), old, value)
                if new != old:
                    fresh[key] = new
        if not fresh:
            return self._follow(earlier, Verdict(SKIP, None, [told]))
        earlier.values = {**earlier.values, **fresh}
        earlier.ahead += ahead
        return self._follow(earlier, Verdict(UPDATE, None, [told]))

    def _follow(self, earlier: Decision, verdict: Verdict) -> Verdict:
        earlier.followers.append(verdict)
        return verdict

    def _differing(self, record: Record, values: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
        """The values that the record does not have and that the plan writes; `base` are those of earlier rows."""
        changed = {}
        for key, value in values.items():
            one = self._decider.field(key)
            old = base[key] if key in base else self._value(record, one)
            if self._plan.on_match == "fill" and not is_empty(old):
                continue
            new = self._added(one, old, value)
            if as_json(new) != as_json(old):
                changed[key] = new
        return changed

    def _value(self, record: Record, one: FieldDef) -> Any:
        if one.key.startswith("new:"):
            return None
        if is_relation(one):
            return self._links.get(record.id, {}).get(one.key)
        return read_value(record, one)

    def _added(self, one: FieldDef, old: Any, new: Any) -> Any:
        if (one.type in ADDED_TO or is_relation(one)) and isinstance(old, list) and isinstance(new, list):
            return [*old, *(item for item in new if item not in old)]
        return new

    def _load(self, ids: set[str]) -> None:
        if not ids:
            return
        query = select(Record).where(among(self._session, col(Record.id), sorted(ids)), visible(self._viewer))
        if self._lock:
            query = query.order_by(col(Record.id)).with_for_update(key_share=True)
        found = self._session.scalars(query.execution_options(populate_existing=True))
        self._records |= {record.id: record for record in found}
        relations = [one for one in self._decider.reader.fields.values() if is_relation(one)]
        if relations:
            self._links = linked_by_field(self._session, fields=relations, record_ids=sorted(ids))


def _fitting(cells: list[str], width: int) -> list[str]:
    return cells if len(cells) >= width else [*cells, *[""] * (width - len(cells))]


def _made(ahead: Iterable[Ahead]) -> list[str]:
    return [f"{one.draft['name']} is made, too." for one in ahead]
