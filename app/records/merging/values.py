"""Whose value each field takes when records become one: what people choose, and a sensible default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.errors import InvalidInput
from app.records.fields import as_json, is_empty, parse_value, type_of
from app.records.identity import name_key
from app.records.keys import email_key
from app.records.phases import PHASES, phase_called
from app.records.relations import is_relation
from app.records.schema import Schema, folder_of, schema_of
from app.records.writing import read_value
from app.workspaces.access import Viewer
from models import FieldChange, FieldDef, Record

ALL = "all"
"""Chosen instead of a record: the values of all, for a field that holds several."""
ITS_OWN = frozenset({"stage", "status", "probability", "lost_reason", "lost_note", "unqualified_reason"})
"""Keys of what belongs to the way that a record went: the one that stays goes on with its own."""
STAYS = frozenset({"owner"})
"""Keys of fields whose value changes hands only where the record that stays has none."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored value that a record has."""

    record_id: str
    value: Any


@dataclass(frozen=True, slots=True)
class Choice:
    """A field, the values there are for it, and whose it takes: a record's id, or ALL. `open`: the viewer may choose.

    `chosen` is empty where no record has a value.
    """

    field: FieldDef
    candidates: tuple[Candidate, ...]
    chosen: str
    value: Any
    open: bool

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose between."""
        return len({_comparable(self.field, one.value) for one in self.candidates}) > 1


def choices_of(
    session: Session, *, viewer: Viewer, into: Record, others: Sequence[Record], given: Mapping[str, str] | None = None
) -> list[Choice]:
    """Every field that a merge settles, in the order of the folder; hidden ones, too.

    `given` are record ids (or ALL) by field key. Raises InvalidInput or Forbidden for a choice that is none.
    """
    family, given = [into, *others], given or {}
    folder = folder_of(session, into)
    whole, mine = schema_of(session, folder=folder), schema_of(session, folder=folder, viewer=viewer)
    _check_given(mine, given, {record.id for record in family})
    schemas = {record.id: schema_of(session, folder=folder_of(session, record)) for record in family}
    changed = _changed_at(session, family)
    found = []
    for field in whole.fields:
        if not _is_settled(field):
            continue
        candidates = tuple(_candidates(field, family, schemas, whole))
        can_choose = mine.has(field.key) and field.key not in mine.locked
        chosen = given.get(field.key) or _default(field, into, candidates, changed, free=can_choose)
        found.append(Choice(field, candidates, chosen, _value(field, candidates, chosen), can_choose))
    return found


def _check_given(mine: Schema, given: Mapping[str, str], ids: set[str]) -> None:
    for key, chosen in given.items():
        field = mine.writable(key)
        if not _is_settled(field):
            raise InvalidInput(f"{field.name}: the record that stays keeps its own.", field=key)
        if chosen not in ids and chosen != ALL:
            raise InvalidInput(f"{field.name}: choose one of the merged records, or `{ALL}`.", field=key)


def _is_settled(field: FieldDef) -> bool:
    return not (field.computed or field.key in ITS_OWN or is_relation(field) or field.type in ("formula", "rollup"))


def _candidates(
    field: FieldDef, family: Sequence[Record], schemas: Mapping[str, Schema], whole: Schema
) -> list[Candidate]:
    ids = {record.id for record in family}
    found = []
    for record in family:
        schema = schemas[record.id]
        if not schema.has(field.key) or schema.field(field.key).type != field.type:
            continue
        value = read_value(record, schema.field(field.key))
        if schema.folder.id != whole.folder.id:
            value = _fitting(field, value)
        if not is_empty(value) and value not in (ids if isinstance(value, str) else ()):
            found.append(Candidate(record.id, value))
    return found


def _fitting(field: FieldDef, value: Any) -> Any:
    """A value of another folder's field as this one takes it, or None."""
    if is_empty(value):
        return None
    try:
        return parse_value(field, type_of(field).cell(field, value) if field.type == "currency" else value)
    except InvalidInput:
        return None


def _default(
    field: FieldDef,
    into: Record,
    candidates: Sequence[Candidate],
    changed: Mapping[tuple[str, str], datetime],
    *,
    free: bool,
) -> str:
    """Several values united; of single ones the fullest name, the furthest phase, a yes; else what was written last."""
    if not candidates:
        return ""
    own = next((one for one in candidates if one.record_id == into.id), None)
    if isinstance(candidates[0].value, list) and free:
        return ALL if len(candidates) > 1 else candidates[0].record_id
    if own and (field.key in STAYS or not free):
        return own.record_id
    if field.column == "name":
        best = max(candidates, key=lambda one: (len(name_key(str(one.value))), one is own))
    elif field.column == "lifecycle":
        best = max(candidates, key=lambda one: (_phase(one.value), one is own))
    elif isinstance(candidates[0].value, bool):
        best = max(candidates, key=lambda one: (one.value, one is own))
    else:
        best = max(candidates, key=lambda one: (changed[one.record_id, field.key], one is own))
    return best.record_id


def _phase(label: Any) -> int:
    phase = phase_called(str(label))
    return PHASES.index(phase) if phase else -1


def _value(field: FieldDef, candidates: Sequence[Candidate], chosen: str) -> Any:
    """The stored value. Raises InvalidInput where the chosen record has none and the field needs one."""
    if chosen != ALL:
        value = next((one.value for one in candidates if one.record_id == chosen), None)
        return parse_value(field, None) if value is None and chosen else value
    united: dict[Any, Any] = {}
    for one in candidates:
        if not isinstance(one.value, list):
            raise InvalidInput(f"{field.name}: it holds one value; choose the record whose it takes.", field=field.key)
        for item in one.value:
            united.setdefault(_comparable(field, item), item)
    most = max((len(one.value) for one in candidates), default=0)
    return _as_many_as_fit(field, list(united.values()), most)


def _as_many_as_fit(field: FieldDef, items: list[Any], least: int) -> list[Any]:
    """The first of them, where the field takes no more."""
    for count in range(len(items), least, -1):
        try:
            type_of(field).parse(field, items[:count])
        except InvalidInput:
            continue
        return items[:count]
    return items[:least]


def _comparable(field: FieldDef, value: Any) -> str:
    if field.type == "email" and isinstance(value, str):
        return email_key(value)
    return " ".join(str(as_json(value)).casefold().split())


class _Moments(dict[tuple[str, str], datetime]):
    """When a field of a record last changed; the record's beginning, where it never did."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._began = {record.id: record.created_at for record in records}

    def __missing__(self, key: tuple[str, str]) -> datetime:
        return self._began[key[0]]


def _changed_at(session: Session, records: Sequence[Record]) -> Mapping[tuple[str, str], datetime]:
    place = col(FieldChange.record_id), col(FieldChange.key)
    last = select(*place, func.max(col(FieldChange.changed_at))).group_by(*place)
    moments = _Moments(records)
    for record_id, key, at in session.execute(last.where(among(session, place[0], [one.id for one in records]))):
        moments[record_id, key] = at
    return moments
