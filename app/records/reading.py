"""What a viewer may read in records: their values, and the names behind the ids in these."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import Any

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.core.hot import reader_of
from app.records.catalog import session_catalog
from app.records.fields import as_json, type_of, value_type
from app.records.fields.elapsed import counts_from, days_elapsed
from app.records.relations import linked_by_field
from app.records.schema import Schema
from app.records.seen import names_of
from app.workspaces.access import Viewer
from models import FieldDef, Record

REFERENCES = ("member", "members", "record", "records", "stage")
"""Families of fields whose values are ids."""

Values = dict[str, Any]
"""Stored values by field key, as JSON."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`values` are in the order of the records; ids of records that the viewer may not see are left out of them.

    `names` are those of the members, records and stages whose ids stand in the values.
    """

    values: list[Values] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


def read_records(
    session: Session, *, viewer: Viewer, schema: Schema, records: Sequence[Record], keys: Iterable[str] | None = None
) -> Reading:
    """The values of records of one folder, in a fixed number of statements. `keys`: of these fields only.

    Raises InvalidInput for a key that the viewer knows no field of.
    """
    fields = schema.fields if keys is None else [schema.field(key) for key in dict.fromkeys(keys)]
    linked = linked_by_field(session, fields=fields, record_ids=[record.id for record in records])
    readers = [(field.key, _reader(field)) for field in fields]
    raw = [{key: read(record) for key, read in readers} for record in records]
    for record, row in zip(records, raw, strict=True):
        row.update(linked.get(record.id, {}))
    return reading_of(session, viewer=viewer, fields=fields, values=raw)


def reading_of(session: Session, *, viewer: Viewer, fields: Sequence[FieldDef], values: list[Values]) -> Reading:
    """Values from wherever, with the names behind their ids and without what the viewer may not see."""
    wanted = _ids_by_family(fields, values)
    names = _names(session, viewer, wanted)
    records = [field for field in fields if type_of(field).family in ("record", "records")]
    for row in values:
        for one in records:
            row[one.key] = _seen(row.get(one.key), names)
    return Reading(values, names)


def check_references(schema: Schema, keys: Iterable[str]) -> list[FieldDef]:
    """The fields with these keys, whose values are ids. Raises InvalidInput for any other."""
    fields = [schema.field(key) for key in dict.fromkeys(keys)]
    for one in fields:
        if type_of(one).family not in REFERENCES:
            raise InvalidInput(f"expand: {one.key} leads to nothing; name a user, record or stage.", field="expand")
    return fields


def _reader(field: FieldDef) -> Callable[[Any], Any]:
    """Reads the stored value of one field, as JSON, out of many records; see `writing.read_value`."""
    if counts_from(field):
        return partial(days_elapsed, field)
    if not field.column:
        key = field.key
        return lambda record: record.data.get(key)
    read = attrgetter(field.column)
    return (lambda record: as_json(read(record))) if value_type(field).family in ("date", "moment") else read


def _ids_by_family(fields: Sequence[FieldDef], values: Iterable[Values]) -> dict[str, set[str]]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in fields:
        family = type_of(one).family.removesuffix("s")
        if family in REFERENCES:
            for row in values:
                value = row.get(one.key)
                wanted[family].update(value if isinstance(value, list) else [value] if value else [])
    return wanted


def _names(session: Session, viewer: Viewer, wanted: dict[str, set[str]]) -> dict[str, str]:
    here = session_catalog(session, workspace_id=viewer.workspace_id)
    names = {id: here.members[id].name for id in wanted.get("member", ()) if id in here.members}
    names |= {id: here.stages[id].name for id in wanted.get("stage", ()) if id in here.stages}
    return names | names_of(reader_of(session), viewer=viewer, ids=wanted.get("record", ()))


def _seen(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [id for id in value if id in names] or None
    return value if value in names else None
