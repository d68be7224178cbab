"""No table is forgotten when records become one."""

from sqlalchemy import Table
from sqlalchemy.types import JSON

import models  # noqa: F401
from app.records.merging.places import IN_DOCUMENTS, KEPT, MOVED, REPLACED
from models.base import Json, metadata


def record_columns(table: Table) -> set[str]:
    by_key = {
        column.name for column in table.columns for key in column.foreign_keys if key.column.table.name == "record"
    }
    return by_key | {column.name for column in table.columns if column.name in ("record_id", "subject_id")}


def test_every_column_that_leads_to_a_record_is_listed():
    found = {f"{table.name}.{name}" for table in metadata.sorted_tables for name in record_columns(table)}
    moved = {f"{table}.{name}" for table, names in MOVED.items() for name in names}
    assert found == moved | set(KEPT), "say in app/records/merging/places.py what a merge does with it"
    assert moved.isdisjoint(KEPT)


def test_every_document_is_listed():
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, JSON) or column.type is Json
    }
    replaced = {f"{table}.{name}" for table, names in REPLACED.items() for name in names}
    assert found == replaced | set(IN_DOCUMENTS), "say in app/records/merging/places.py what a merge does with it"
    assert replaced.isdisjoint(IN_DOCUMENTS)
