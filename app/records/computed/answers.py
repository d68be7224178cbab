"""The answers of a formula for many records at once, in a fixed number of statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import among
from app.records.fields import value_type
from app.records.fields.elapsed import counts_from, days_elapsed
from app.records.formulas import Names, Value, evaluate, from_stored, references_in
from app.records.formulas.tree import Node
from app.records.writing import read_value
from app.workspaces.access import Viewer, visible
from models import FieldDef, Member, Record, Stage

_NAMED: dict[str, Any] = {"member": Member, "members": Member, "stage": Stage, "record": Record}
"""What ids in fields of these families stand for."""


def answers_of(
    session: Session,
    tree: Node,
    *,
    names: Names,
    records: Sequence[Record],
    now: datetime,
    viewer: Viewer | None = None,
) -> list[Value]:
    """In the order of the records. Related records that are in the bin, or that the viewer may not see, are empty."""
    paths = {one.path: tuple(names.fields_of(one)) for one in references_in(tree)}
    heads = [fields[0] for fields in paths.values() if fields[0].type == "record"]
    related = _related(session, records, heads, viewer)
    given = _Given(paths, related, {}, names.currency, now)
    given.names.update(_names(session, given.ids(records), viewer))
    return [evaluate(tree, lambda path, record=record: given.read(record, path), now=now) for record in records]  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class _Given:
    paths: Mapping[tuple[str, ...], tuple[FieldDef, ...]]
    related: Mapping[str, Record]
    names: dict[str, str]
    currency: str
    now: datetime

    def read(self, record: Record, path: tuple[str, ...]) -> Value:
        holder, field = self._place(record, self.paths[path])
        if holder is None:
            return None
        if counts_from(field):
            days = days_elapsed(field, holder, now=self.now)
            return None if days is None else Decimal(days)
        return from_stored(field, read_value(holder, field), currency=self.currency, names=self.names)

    def ids(self, records: Iterable[Record]) -> dict[str, set[str]]:
        """By family: the ids whose names will be read."""
        wanted: dict[str, set[str]] = {}
        for fields in self.paths.values():
            family = value_type(fields[-1]).family
            places = [self._place(record, fields) for record in records] if family in _NAMED else []
            values = [read_value(holder, field) for holder, field in places if holder]
            wanted.setdefault(family, set()).update(_flat(values))
        return wanted

    def _place(self, record: Record, fields: tuple[FieldDef, ...]) -> tuple[Record | None, FieldDef]:
        if len(fields) == 1:
            return record, fields[0]
        return self.related.get(read_value(record, fields[0]) or ""), fields[1]


def _related(
    session: Session, records: Iterable[Record], heads: Collection[FieldDef], viewer: Viewer | None
) -> dict[str, Record]:
    ids = {read_value(record, head) for record in records for head in heads} - {None}
    if not ids:
        return {}
    here = select(Record).where(among(session, col(Record.id), ids), _seen(viewer))
    return {record.id: record for record in session.scalars(here)}


def _names(session: Session, ids: Mapping[str, set[str]], viewer: Viewer | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for family, wanted in ids.items():
        if wanted:
            table = _NAMED[family]
            here = select(table.id, table.name).where(among(session, table.id, wanted))
            found |= dict(session.execute(here.where(_seen(viewer)) if table is Record else here).all())
    return found


def _seen(viewer: Viewer | None) -> Any:
    return visible(viewer) if viewer else col(Record.deleted_at).is_(None)


def _flat(values: Iterable[Any]) -> set[str]:
    """Ids, out of ids and lists of them."""
    return {id for value in values if value for id in (value if isinstance(value, list) else [value])}
