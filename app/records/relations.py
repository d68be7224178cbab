"""Fields whose values are links: `records` fields, kept in `record_link` and seen from both sides."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import String, and_, bindparam, select
from sqlmodel import Session, col

from app.core.hot import HotQuery, Listed, reader_of
from app.records.fields import type_of
from app.records.seen import Named
from models import FieldDef, Record, RecordLink


def linked_by_field(
    session: Session, *, fields: Iterable[FieldDef], record_ids: Sequence[str]
) -> dict[str, dict[str, list[str]]]:
    """The values of those fields that are links: record id -> field key -> ids of the linked records, oldest first."""
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for field in fields:
        if not is_relation(field) or not record_ids:
            continue
        session.flush()
        reader, to = reader_of(session), field.options.get("folder") or field.options["kind"]
        query = _linked(bool(field.options.get("inverse")), bool(field.options.get("folder")))
        rows = query(reader, ids=reader.listed(record_ids), label=field.options["label"], to=to)
        for record_id, other_id in rows:
            found[record_id].setdefault(field.key, []).append(other_id)
    return found


def linked_ids(session: Session, *, record: Record, field: FieldDef) -> list[str]:
    """The value of one such field, whoever may see the linked records."""
    return linked_by_field(session, fields=[field], record_ids=[record.id])[record.id].get(field.key, [])


def is_relation(field: FieldDef) -> bool:
    return type_of(field).family == "records"


def leads_to(field: FieldDef, record: Any = Record) -> Any:
    """The condition on records (the table or an alias) that a reference may lead to."""
    if folder_id := field.options.get("folder"):
        return record.folder_id == folder_id
    return record.kind == field.options["kind"]


def fits(field: FieldDef, record: Record | Named) -> bool:
    """`leads_to`, for a record at hand."""
    folder_id = field.options.get("folder")
    return record.folder_id == folder_id if folder_id else record.kind == str(field.options["kind"])


def relation_between(session: Session, *, record: Record, other: Record, label: str, inverse: bool) -> FieldDef | None:
    """The field of `record` that shows its links to (`inverse`: from) `other` under this label."""
    query = select(FieldDef).where(
        col(FieldDef.folder_id) == record.folder_id,
        col(FieldDef.type) == "records",
        col(FieldDef.archived_at).is_(None),
    )
    for field in session.scalars(query.order_by(col(FieldDef.position))):
        options = field.options
        if options["label"] == label and bool(options.get("inverse")) == inverse and fits(field, other):
            return field
    return None


@cache
def _linked(inverse: bool, by_folder: bool) -> HotQuery:
    """This side and the other one of links: to a folder or a kind of records, oldest first."""
    ends = col(RecordLink.from_id), col(RecordLink.to_id)
    here, there = reversed(ends) if inverse else ends
    goal = col(Record.folder_id if by_folder else Record.kind)
    query: Any = select(here, there).join(Record, and_(col(Record.id) == there, goal == bindparam("to", type_=String)))
    mine = Listed(here, "ids"), col(RecordLink.label) == bindparam("label", type_=String)
    return HotQuery(query.where(*mine).order_by(col(RecordLink.created_at), there))
