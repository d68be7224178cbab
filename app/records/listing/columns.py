"""Columns of a list that lead on: `company.industry`, `address.city`. A fixed number of statements per page."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import among, table_of
from app.core.errors import InvalidInput
from app.records.fields import value_type
from app.records.fields.reachable import ADDRESS_PARTS
from app.records.filters.related import Paths, is_reference
from app.records.reading import read_records
from app.records.schema import Schema
from app.workspaces.access import Viewer, visible
from models import FieldDef, Record

MAX_COLUMNS = 100


def columns_of(paths: Paths, schema: Schema, keys: Sequence[str]) -> tuple[list[str], list[str]]:
    """The fields of the folder itself, and the paths that lead on. Raises InvalidInput for what there is not."""
    if len(keys) > MAX_COLUMNS:
        raise InvalidInput(f"fields: at most {MAX_COLUMNS} of them, please.", field="fields")
    for key in keys:
        if not is_column(paths, schema, key):
            raise InvalidInput(f"fields: {schema.folder.name} have no such field: {key[:100]}.", field="fields")
    return [key for key in keys if "." not in key], [key for key in keys if "." in key]


def is_column(paths: Paths, schema: Schema, key: str) -> bool:
    head, _, tail = key.partition(".")
    if not tail or not schema.has(head):
        return schema.has(key)
    field = schema.field(head)
    if value_type(field).family == "address":
        return tail in ADDRESS_PARTS
    return is_reference(field) and any(there.has(tail) for there in paths.targets(field))


def related_values(
    session: Session, paths: Paths, *, viewer: Viewer, schema: Schema, records: Sequence[Any], keys: Sequence[str]
) -> list[dict[str, Any]]:
    """The values at the end of paths, in the order of the records: a list where a field leads to several records."""
    found: list[dict[str, Any]] = [{} for _ in records]
    tails: dict[str, list[str]] = {}
    for key in keys:
        head, _, tail = key.partition(".")
        tails.setdefault(head, []).append(tail)
    heads = read_records(session, viewer=viewer, schema=schema, records=records, keys=tails).values
    for head, wanted in tails.items():
        field = schema.field(head)
        lookup = _parts if value_type(field).family == "address" else _Ends(session, paths, viewer, field, wanted)
        ends = lookup([row.get(head) for row in heads])
        for row, values in zip(found, ends, strict=True):
            row.update({f"{head}.{tail}": values.get(tail) for tail in wanted})
    return found


def _parts(addresses: list[Any]) -> list[dict[str, Any]]:
    return [address or {} for address in addresses]


class _Ends:
    """The records at the end of one reference, and what of them is wanted."""

    def __init__(self, session: Session, paths: Paths, viewer: Viewer, field: FieldDef, keys: list[str]) -> None:
        self._session, self._paths, self._viewer = session, paths, viewer
        self._field, self._keys = field, keys

    def __call__(self, references: list[Any]) -> list[dict[str, Any]]:
        ids = {id for value in references for id in (value if isinstance(value, list) else [value]) if id}
        values = self._values(ids) if ids else {}
        return [self._of(value, values) for value in references]

    def _of(self, reference: Any, values: dict[str, dict[str, Any]]) -> dict[str, Any]:
        if not isinstance(reference, list):
            return values.get(reference, {})
        return {key: [values[id].get(key) for id in reference if id in values] for key in self._keys}

    def _values(self, ids: set[str]) -> dict[str, dict[str, Any]]:
        query = select(*table_of(Record).columns).where(
            among(self._session, col(Record.id), ids), visible(self._viewer)
        )
        rows = self._session.execute(query).all()
        found: dict[str, dict[str, Any]] = {}
        for there in self._paths.targets(self._field):
            here: list[Any] = [row for row in rows if row.folder_id == there.folder.id]
            keys = [key for key in self._keys if there.has(key)]
            read = read_records(self._session, viewer=self._viewer, schema=there, records=here, keys=keys).values
            found.update({row.id: values for row, values in zip(here, read, strict=True)})
        return found
