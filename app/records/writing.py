"""From what a person or a program gave to what stands in a record: the one way values are written."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, true
from sqlmodel import Session, col

from app.core.errors import InvalidInput
from app.core.hot import reader_of
from app.records import lead_rules
from app.records.catalog import session_catalog
from app.records.fields import as_json, is_empty, parse_value, type_of
from app.records.fields.elapsed import counts_from, days_elapsed
from app.records.fields.refusals import refusal
from app.records.relations import fits, is_relation, leads_to, linked_ids
from app.records.schema import Schema
from app.records.seen import Seen, named
from app.records.uniqueness import check_unique
from app.workspaces.access import Viewer, visible
from models import FieldDef, Record

Changes = dict[str, tuple[Any, Any]]
"""Old and new stored values by field key, as JSON."""


def first_values(schema: Schema, values: Mapping[str, object], *, asked: Schema | None = None) -> dict[str, object]:
    """The values of a new record: those given, the defaults of the fields left out, and the required ones to refuse.

    `asked` is the schema of who fills in: of fields that they may not fill in, none is required.
    """
    asked = asked or schema
    absent = [field for field in schema.fields if not field.computed and field.key not in values]
    asks = {field.key for field in asked.fields if field.required} - asked.locked
    return {field.key: field.default for field in absent if field.default is not None or field.key in asks} | {**values}


def write_values(
    session: Session, *, viewer: Viewer | None, record: Record, schema: Schema, values: Mapping[str, object]
) -> Changes:
    """Write values into a record; gives what changed. Raises InvalidInput naming the field, or Taken.

    Values that are links are checked here, and written by `links.write_relations` once the record is stored.
    """
    parsed = [(field, parse_value(field, values[field.key])) for field in writable(schema, values)]
    fresh = [pair for pair in parsed if pair[0].unique and as_json(read_value(record, pair[0])) != as_json(pair[1])]
    check_unique(session, viewer=viewer, record=record, values=fresh)
    follows = lead_rules.derived(record, {field.key: value for field, value in parsed}) if record.kind == "lead" else {}
    changes: Changes = {}
    for field, value in parsed:
        if not is_empty(value):
            check_reference(session, viewer=viewer, record=record, field=field, value=value)
        if is_relation(field):
            old, new = _relation(session, viewer, record, field, value or [])
        else:
            old, new = as_json(read_value(record, field)), as_json(value)
        if old != new:
            set_value(record, field, value)
            changes[field.key] = (old, new)
    for key, value in follows.items():
        old, new = lead_rules.set_derived(record, key, value)
        if old != new:
            changes[key] = (changes.get(key, (old, new))[0], new)
    return changes


def read_value(record: Record | Seen, field: FieldDef) -> Any:
    """The stored value; of statistics that grow day by day, the present one."""
    if counts_from(field):
        return days_elapsed(field, record)
    return getattr(record, field.column) if field.column else record.data.get(field.key)


def stored_value(field: FieldDef, value: Any) -> Any:
    """From JSON, where times are text, to what the field's column holds."""
    if value is None or not field.column:
        return value
    family = type_of(field).family
    if family == "date":
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if family == "moment" else value


def set_value(record: Record, field: FieldDef, value: Any) -> None:
    if field.column:
        setattr(record, field.column, value)
    elif not is_relation(field):
        record.data = {**record.data, field.key: as_json(value)}


def writable(schema: Schema, values: Mapping[str, object]) -> list[FieldDef]:
    """The fields of these values, in order.

    Refuses what the folder does not have or the viewer may not change, and a deal's stage: moving has its rules.
    """
    for key in values:
        if schema.writable(key).column == "stage_id":
            raise InvalidInput("Stage: move the deal instead of writing its stage.", field=key)
    return [field for field in schema.fields if field.key in values]


def check_reference(session: Session, *, viewer: Viewer | None, record: Record, field: FieldDef, value: Any) -> None:
    """References must lead to something of their kind, in the same workspace, that the viewer may see."""
    family = type_of(field).family
    found: Collection[str]
    if family in ("member", "members"):
        found = session_catalog(session, workspace_id=record.workspace_id).members
    elif family in ("record", "records"):
        found = _records_to_choose(session, viewer, record, field, _ids(value))
    elif family == "stage":
        found = session_catalog(session, workspace_id=record.workspace_id).stages
    else:
        return
    if not set(_ids(value)) <= set(found):
        raise refusal("from_the_list", field)


def _records_to_choose(
    session: Session, viewer: Viewer | None, record: Record, field: FieldDef, ids: Collection[str]
) -> Collection[str]:
    if viewer:
        return [one.id for one in named(reader_of(session), viewer=viewer, ids=ids) if fits(field, one)]
    related = select(col(Record.id)).where(col(Record.id).in_(ids), leads_to(field))
    return session.scalars(related.where(col(Record.workspace_id) == record.workspace_id)).all()


def _relation(session: Session, viewer: Viewer | None, record: Record, field: FieldDef, given: list[str]) -> Any:
    """Old and new links of a field: those given, and the ones that the viewer cannot see and so did not mean."""
    old = linked_ids(session, record=record, field=field)
    seen = select(col(Record.id)).where(col(Record.id).in_(old), visible(viewer) if viewer else true())
    meant = set(session.scalars(seen)) - set(given)
    new = [id for id in old if id not in meant] + [id for id in given if id not in old]
    return (old or None, new or None) if set(old) != set(new) else (old, old)


def _ids(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]
