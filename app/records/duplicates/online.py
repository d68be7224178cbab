"""Is this record there already? Answered while someone types or saves, by indexed keys alone."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlmodel import Session

from app.core.errors import InvalidInput
from app.core.hot import reader_of
from app.records.duplicates.comparing import compared_sql, probability, reasons_of, rows_of_texts, scored_sql
from app.records.duplicates.engine import run_planned
from app.records.duplicates.families import Family, family_of
from app.records.duplicates.frequency import with_frequencies
from app.records.duplicates.keeping import model_of
from app.records.duplicates.lookups import Candidate, candidates, keys_by_name, keys_by_values
from app.records.duplicates.model import Model
from app.records.duplicates.pair import Likely
from app.records.duplicates.values import Row
from app.records.fields import as_json, parse_value
from app.records.schema import Schema, schema_of
from app.workspaces.access import Viewer
from models import Folder

LIKELY = 0.5
"""The least probability that is worth telling."""


def likely_duplicates(
    session: Session,
    *,
    viewer: Viewer,
    folder: Folder,
    values: Mapping[str, object],
    exclude: str | None = None,
    limit: int = 5,
) -> list[Likely]:
    """Records that the viewer may see and that may be the one with these values, likeliest first.

    `values` are as typed or as stored, by the keys of the folder's fields; what does not fit its field counts as
    absent. People are looked for among contacts and leads, other records in folders of their kind. `exclude` is the id
    of the record itself.
    """
    session.flush()
    schema = schema_of(session, folder=folder, viewer=viewer)
    family = family_of(session, viewer=viewer, folder=folder).asked_for([key for key, value in values.items() if value])
    name, data, company_id = _stored(schema, values)
    reader = reader_of(session)
    keys = keys_by_values(schema.fields, data)
    keys |= keys_by_name(reader, workspace_id=viewer.workspace_id, kind=folder.kind, name=name)
    found = {one.id: one for one in candidates(reader, viewer, folder_ids=family.folder_ids, keys=keys)}
    found.pop(exclude or "", None)
    if not found:
        return []
    row = family.readers[folder.id].row(name, data, company_id)
    model = model_of(session, workspace_id=viewer.workspace_id, family=family)
    return _ranked(family, model, row, list(found.values()))[:limit]


def _stored(schema: Schema, values: Mapping[str, object]) -> tuple[str, dict[str, Any], str | None]:
    """Name, data and company of a record with these values."""
    columns: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for field in schema.fields:
        if field.computed or not values.get(field.key):
            continue
        try:
            value = as_json(parse_value(field, values[field.key]))
        except InvalidInput:
            continue
        if field.column:
            columns[field.column] = value
        else:
            data[field.key] = value
    return columns.get("name") or "", data, columns.get("company_id")


def _ranked(family: Family, model: Model, row: Row, found: Sequence[Candidate]) -> list[Likely]:
    rows = [{"id": one.id, **with_frequencies(family.traits, model, _row(family, one))} for one in found]
    names = {one.id: one.name for one in found}
    likely = []
    for _, record_id, bits, levels, weights in _scored(family, model, row, rows):
        if (score := probability(bits)) >= LIKELY:
            reasons = reasons_of(family.traits, family.labels, levels, weights)
            likely.append(Likely(record_id, names[record_id], score, reasons))
    return sorted(likely, key=lambda one: (-one.score, one.record_id))


def _row(family: Family, one: Candidate) -> Row:
    return family.readers[one.folder_id].row(one.name, one.data, one.company_id)


def _scored(family: Family, model: Model, row: Row, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """The row against all others."""
    compared = compared_sql(family.traits, rows_of_texts(family.traits))
    sql = scored_sql(family.traits, model, source=compared, people=family.is_people)
    mine = with_frequencies(family.traits, model, row)
    return run_planned(sql, orjson.dumps([mine]).decode(), orjson.dumps(rows).decode())
