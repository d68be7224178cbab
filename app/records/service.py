"""Creating, changing and reading records. Every surface and every rule comes through here."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.records.duplicates.policy import check_duplicates
from app.records.first_touch import first_source, first_touches
from app.records.history import note_changes
from app.records.identity import key_rows, write_keys
from app.records.links import write_relations
from app.records.merged import heir_in
from app.records.numbering import number_record
from app.records.schema import Schema, folder_of, folder_of_kind, schema_of
from app.records.search.index import learn_names, word_rows, write_words
from app.records.writing import Changes, first_values, writable, write_values
from app.workspaces.access import Viewer, require, require_create, visible
from models import FieldDef, FirstTouch, Folder, Record, RecordKey, SearchWord


class Outdated(Conflict):
    """Someone changed the record after the caller read it."""

    code = "outdated"


def get_record(session: Session, *, viewer: Viewer, record_id: str) -> Record:
    """The record, or NotFound: for the viewer, what may not be seen does not exist.

    The id of one that was merged gives the record that stays.
    """
    return _found(session, select(Record).where(visible(viewer)), record_id)


def record_to_change(session: Session, *, viewer: Viewer, record_id: str, right: str = "edit") -> Record:
    """The record as it is now, locked until the transaction ends. NotFound, or Forbidden to those who only see it.

    The id of one that was merged gives the record that stays; but nothing is deleted under the name of another.
    """
    query = select(Record).where(visible(viewer)).with_for_update(key_share=True)
    record = _found(session, query.execution_options(populate_existing=True), record_id, follow=right != "delete")
    require(viewer, right, record)
    return record


def create_record(
    session: Session,
    *,
    workspace_id: str,
    kind: str,
    values: Mapping[str, object],
    viewer: Viewer | None = None,
    via: str = "hand",
) -> Record:
    """A new record in the first folder of this kind; see `create_in`."""
    folder = folder_of_kind(session, workspace_id=workspace_id, kind=kind)
    return create_in(session, folder=folder, values=values, viewer=viewer, via=via)


def create_in(
    session: Session, *, folder: Folder, values: Mapping[str, object], viewer: Viewer | None = None, via: str = "hand"
) -> Record:
    """A new record from field keys and values. Without a viewer a rule creates it, and nobody owns it.

    `via` is one of `first_touch.WAYS`: how it comes in. Raises DuplicateRecord where the folder blocks them there.
    """
    if viewer:
        require_create(viewer, folder.id)
    now, schema = utcnow(), schema_of(session, folder=folder, viewer=viewer)
    record = Record(
        id=new_id(),
        workspace_id=folder.workspace_id,
        folder_id=folder.id,
        kind=folder.kind,
        name="",
        owner_id=viewer.member_id if viewer else None,
        territory_id=next(iter(viewer.access.territories), None) if viewer else None,
        created_by=viewer.member_id if viewer else None,
        created_at=now,
        updated_at=now,
    )
    whole = Schema(folder, tuple(_all_fields(session, schema, viewer)))
    writable(schema, values)
    first = first_values(whole, values, asked=schema)
    changes = write_values(session, viewer=viewer, record=record, schema=whole, values=first)
    number_record(session, record=record, fields=whole.fields)
    record.source = first_source(record.kind, record.source, via=via)
    check_duplicates(session, viewer=viewer, record=record, schema=whole, via=via)
    session.add(record)
    session.flush()
    write_relations(session, record=record, schema=whole, changes=changes, actor_id=record.created_by)
    words = word_rows(record, whole.fields)
    learn_names(session, words, whole.fields)
    emit(
        session,
        "record.created",
        workspace_id=record.workspace_id,
        subject_id=record.id,
        actor_id=record.created_by,
        data={"kind": record.kind, "name": record.name},
        beside={
            RecordKey: key_rows(record, whole.fields),
            SearchWord: words,
            FirstTouch: first_touches([record], via=via),
        },
    )
    return record


def update_record(
    session: Session,
    *,
    viewer: Viewer,
    record_id: str,
    values: Mapping[str, object],
    version: int | None = None,
    batch: str | None = None,
    via: str = "hand",
) -> Record:
    """Change fields of a record, with its history. `version`: raises Outdated when someone changed it since.

    `batch`: the change is part of a bulk edit, under whose id history has it. `via`: as for `create_in`.
    """
    record = record_to_change(session, viewer=viewer, record_id=record_id)
    check_version(record, version)
    schema = schema_of(session, folder=folder_of(session, record), viewer=viewer)
    changes = write_values(session, viewer=viewer, record=record, schema=schema, values=values)
    if changes:
        whole = Schema(schema.folder, tuple(_all_fields(session, schema, viewer)))
        check_duplicates(session, viewer=viewer, record=record, schema=whole, via=via, keys=changes)
        keep_changes(session, viewer=viewer, record=record, schema=schema, changes=changes, batch=batch)
    return record


def check_version(record: Record, version: int | None) -> None:
    if version is not None and version != record.version:
        raise Outdated("Someone changed this record meanwhile: look at the new values and save again.")


def keep_changes(
    session: Session, *, viewer: Viewer, record: Record, schema: Schema, changes: Changes, batch: str | None = None
) -> None:
    """What follows from values that the viewer changed: links, history, keys and the words of search."""
    actor_id = viewer.member_id
    write_relations(session, record=record, schema=schema, changes=changes, actor_id=actor_id)
    note_changes(session, record=record, changes=changes, actor_id=actor_id, batch=batch)
    fields = _all_fields(session, schema, viewer)
    write_words(session, record, fields)
    if write_keys(session, record, fields):
        emit(session, "record.keys_changed", workspace_id=record.workspace_id, subject_id=record.id, actor_id=actor_id)


def _all_fields(session: Session, schema: Schema, viewer: Viewer | None) -> Sequence[FieldDef]:
    """Keys and words come from hidden fields, too."""
    if viewer and viewer.access.hidden.get(schema.folder.id):
        return schema_of(session, folder=schema.folder).fields
    return schema.fields


def _found(session: Session, query: Select[Any], record_id: str, *, follow: bool = True) -> Record:
    record: Record | None = session.scalar(query.where(col(Record.id) == record_id))
    if record is None and follow and (heir := heir_in(session, record_id)):
        record = session.scalar(query.where(col(Record.id) == heir))
    if record is None:
        raise NotFound("This record does not exist, or you have no access to it.")
    return record
