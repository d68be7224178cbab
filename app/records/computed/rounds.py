"""Working out formulas and roll-ups anew, in order, and only those that depend on what changed.

Values are written into `data` without raising the record's version: nobody edited it. The records written are locked
first, so that of two transactions the later one counts what the earlier one did.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.clock import utcnow
from app.records.computed.answers import answers_of
from app.records.computed.graph import Computed, Graph, Spot
from app.records.fields.stored import value_of
from app.records.formulas import to_stored
from app.records.rollups import PRESENCE, parents_of, roll_up
from models import FieldDef, Record

Changes = Mapping[str, tuple[Any, Any]]
"""Old and new stored values by field key; see `app.records.writing`."""
AT_ONCE = 2_000
"""Records that one change brings up to date before it returns; more are a job's work."""


class Round:
    """One bringing up to date: `dirty` are the records whose value of a computed field is to be worked out."""

    def __init__(self, session: Session, graph: Graph) -> None:
        self._session = session
        self._graph = graph
        self._now = utcnow()
        self._records: dict[str, Record] = {}
        self.dirty: dict[Spot, set[str]] = defaultdict(set)

    def mark(self, folder_id: str, ids: set[str], keys: Collection[str] | None) -> None:
        """Note what depends on these keys (None: all of them) of these records."""
        for node in self._graph.nodes:
            if node.field.folder_id == folder_id and (keys is None or not node.own.isdisjoint(keys)):
                self.dirty[node.spot].update(ids)
            for through in self._reaching(node, folder_id, keys):
                self.dirty[node.spot].update(self._holders(node, through, ids))
            for reference in self._rolled_up(node, folder_id, keys):
                self.dirty[node.spot].update(parents_of(self._session, reference=reference, record_ids=ids))

    def mark_left(self, folder_id: str, changes: Changes) -> None:
        """Note the records that those of this folder led to before they changed."""
        for node in self._graph.nodes:
            for reference in self._rolled_up(node, folder_id, changes.keys()):
                before = changes.get(reference.key, (None, None))[0]
                self.dirty[node.spot].update([before] if isinstance(before, str) else before or ())

    def run(self) -> list[FieldDef]:
        """Work out what is dirty, and what depends on it. Returns the fields of too many records to do so at once."""
        too_many = []
        for node in self._graph.nodes:
            ids = self.dirty.pop(node.spot, set())
            if len(ids) > AT_ONCE:
                too_many.append(node.field)
            elif ids and (changed := self._write(node, ids)):
                self.mark(node.field.folder_id, changed, {node.field.key})
        return too_many

    def _reaching(self, node: Computed, folder_id: str, keys: Collection[str] | None) -> Iterable[str]:
        """The references of a formula through which it reads one of these keys, or whether the record is there."""
        return {
            reference
            for reference, key in node.beyond
            if folder_id in self._graph.targets.get((node.field.folder_id, reference), ())
            and (keys is None or key in keys or not PRESENCE.isdisjoint(keys))
        }

    def _holders(self, node: Computed, reference: str, ids: set[str]) -> set[str]:
        """The records that lead to these."""
        field = self._graph.names[node.field.folder_id].own[reference]
        here = select(col(Record.id)).where(col(Record.folder_id) == node.field.folder_id)
        return set(self._session.scalars(here.where(among(self._session, value_of(field), ids))))

    def _rolled_up(self, node: Computed, folder_id: str, keys: Collection[str] | None) -> list[FieldDef]:
        if node.rollup is None or (keys is not None and node.rollup.keys.isdisjoint(keys)):
            return []
        return [reference for schema, reference, _ in node.rollup.sources if schema.folder.id == folder_id]

    def _write(self, node: Computed, ids: set[str]) -> set[str]:
        """Returns the records whose value is another one now."""
        records = [record for record in self._locked(ids) if record.folder_id == node.field.folder_id]
        values, key, changed = self._values(node, records), node.field.key, set()
        for record in records:
            if record.data.get(key) != values[record.id]:
                record.data = {**record.data, key: values[record.id]}
                changed.add(record.id)
        self._session.flush()
        return changed

    def _locked(self, ids: set[str]) -> list[Record]:
        """The records as they are now, kept from others until the transaction ends; in the order of their ids."""
        if missing := ids - self._records.keys():
            here = select(Record).where(among(self._session, col(Record.id), missing)).order_by(col(Record.id))
            fresh = here.with_for_update(key_share=True).execution_options(populate_existing=True)
            self._records |= {record.id: record for record in self._session.scalars(fresh)}
        return [self._records[id] for id in sorted(ids & self._records.keys())]

    def _values(self, node: Computed, records: list[Record]) -> dict[str, Any]:
        if node.rollup:
            return roll_up(self._session, rollup=node.rollup, record_ids=[one.id for one in records], now=self._now)
        if node.tree is None or node.type is None:
            return dict.fromkeys((record.id for record in records), None)
        names = self._graph.names[node.field.folder_id]
        answers = answers_of(self._session, node.tree, names=names, records=records, now=self._now)
        return {record.id: to_stored(answer, node.type) for record, answer in zip(records, answers, strict=True)}
