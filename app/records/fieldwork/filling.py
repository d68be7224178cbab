"""Bringing the records of a folder in line with a field that has changed: numbers, and keys of unique values.

At once where they are few, else by a job in batches.
"""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.core.database import transaction
from app.core.events import emit
from app.core.ids import new_id
from app.core.jobs import JobContext, enqueue, job
from app.records.fields import is_empty
from app.records.identity import write_keys
from app.records.numbering import give_numbers
from app.records.schema import folder_of, schema_of
from app.records.search.index import rewrite_words
from app.records.search.words import SEARCHED
from app.records.uniqueness import key_kind
from models import FieldDef, Record, RecordKey

AT_ONCE = 2_000
BATCH = 500
KEYED = {"email", "phone", "domain"}
"""Types whose values mail and callers find records by."""


def fill_in(session: Session, *, field: FieldDef) -> None:
    """Give the records of the folder their numbers, or write down which unique values they have."""
    if field.type != "auto_number" and not field.unique:
        return
    if count_records(session, field) > AT_ONCE:
        enqueue(session, fill_folder, field.id, key=f"{field.id}:{new_id()}")
        return
    after = ""
    while records := next_records(session, field, after):
        _fill(session, field, records)
        after = records[-1].id


def write_down(session: Session, *, field: FieldDef, before: str) -> None:
    """What the records of the folder are found by, after their field had the type `before`."""
    types = {before, field.type}
    keyed, searched = bool(types & KEYED) or bool(field.unique), bool(types & set(SEARCHED))
    fields = schema_of(session, folder=folder_of(session, field)).fields
    after = ""
    while (keyed or searched) and (records := next_records(session, field, after)):
        kept = [record for record in records if record.deleted_at is None]
        for record in kept if keyed else ():
            if write_keys(session, record, fields):
                emit(session, "record.keys_changed", workspace_id=record.workspace_id, subject_id=record.id)
        if searched:
            rewrite_words(session, kept, fields)
        after = records[-1].id


def forget_unique(session: Session, *, field: FieldDef) -> None:
    """Drop what is known of the values of a field that need not be unique any more."""
    mine = col(RecordKey.workspace_id) == field.workspace_id, col(RecordKey.kind) == key_kind(field)
    session.execute(delete(RecordKey).where(*mine))


def count_records(session: Session, field: FieldDef) -> int:
    here = select(func.count()).select_from(Record).where(col(Record.folder_id) == field.folder_id)
    return session.scalar(here) or 0


def next_records(session: Session, field: FieldDef, after: str) -> Sequence[Record]:
    """The next BATCH records of the field's folder in the order of their ids, kept from others."""
    here = select(Record).where(col(Record.folder_id) == field.folder_id, col(Record.id) > after)
    locked = here.order_by(col(Record.id)).limit(BATCH).with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).all()


@job("records.fill-field")
def fill_folder(context: JobContext, field_id: str) -> None:
    """One batch to a transaction; started again, it finds what is done already."""
    after = ""
    while True:
        context.check_stop()
        with transaction(context.engine) as session:
            field = session.get(FieldDef, field_id)
            records = next_records(session, field, after) if field else []
            if field is None or not records:
                return
            _fill(session, field, records)
            after = records[-1].id


def _fill(session: Session, field: FieldDef, records: Sequence[Record]) -> None:
    if field.type == "auto_number":
        unnumbered = [record for record in records if is_empty(record.data.get(field.key))]
        datas = [dict(record.data) for record in unnumbered]
        give_numbers(session, fields=[field], datas=datas)
        for record, data in zip(unnumbered, datas, strict=True):
            record.data = data
            session.add(record)
    if field.unique:
        fields = schema_of(session, folder=folder_of(session, field)).fields
        for record in records:
            if record.deleted_at is None:
                write_keys(session, record, fields)
    session.flush()
