"""Many new records at once, as a rule makes them: the same checks, keys and events as one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from app.core.bulk import insert_rows, table_of
from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.core.events import emit_many, event_row
from app.core.ids import new_id
from app.records import lead_rules
from app.records.fields import as_json, parse_value
from app.records.first_touch import first_source, first_touches
from app.records.identity import keys_of
from app.records.numbering import give_numbers
from app.records.schema import Schema, folder_of_kind, schema_of
from app.records.search.index import insert_words
from app.records.uniqueness import unique_keys
from app.records.writing import first_values
from models import FieldDef, FirstTouch, Folder, Record, RecordKey

Draft = dict[str, Any]
"""A row of `record`: all its columns by name."""

_BLANK: Draft = {column.name: getattr(column.default, "arg", None) for column in table_of(Record).columns}
_BLANK["name"] = ""


def draft_records(
    session: Session, *, workspace_id: str, kind: str, many: Sequence[Mapping[str, object]]
) -> list[Draft | None]:
    """Records made of field keys and values, not stored yet; None where the folder's fields refuse the values.

    The caller may set columns (`owner_id`, `company_id`, …) before `insert_records`, and vouches for them.
    Raises NotFound when the workspace has no folder of this kind.
    """
    if not many:
        return []
    folder = folder_of_kind(session, workspace_id=workspace_id, kind=kind)
    schema = schema_of(session, folder=folder)
    return [_draft(schema, values) for values in many]


def insert_records(session: Session, drafts: Sequence[Draft], *, via: str = "mail") -> None:
    """Store drafts of one kind, in a fixed number of statements. `via`: see `first_touch.WAYS`."""
    if not drafts:
        return
    fields = schema_of(session, folder=session.get_one(Folder, drafts[0]["folder_id"])).fields
    for draft in drafts:
        draft["source"] = first_source(draft["kind"], draft["source"], via=via)
    give_numbers(session, fields=fields, datas=[draft["data"] for draft in drafts])
    insert_rows(session, Record, drafts)
    insert_rows(session, RecordKey, [row for draft in drafts for row in _key_rows(draft, fields)])
    insert_words(session, drafts, fields)
    insert_rows(session, FirstTouch, first_touches(drafts, via=via))
    emit_many(session, [_created(draft) for draft in drafts])


def _draft(schema: Schema, values: Mapping[str, object]) -> Draft | None:
    now, folder = utcnow(), schema.folder
    data: dict[str, Any] = {}
    draft = {**_BLANK, "id": new_id(), "workspace_id": folder.workspace_id, "folder_id": folder.id}
    draft |= {"kind": folder.kind, "data": data, "created_at": now, "updated_at": now}
    try:
        fields = [(schema.field(key), given) for key, given in first_values(schema, values).items()]
        parsed = [(field, parse_value(field, given)) for field, given in fields]
        follows = lead_rules.derived(None, {f.key: value for f, value in parsed}) if folder.kind == "lead" else {}
    except InvalidInput:
        return None
    for field, value in parsed:
        if field.column:
            draft[field.column] = value
        else:
            data[field.key] = as_json(value)
    for key, value in follows.items():
        (draft if key in lead_rules.COLUMNS else data)[key] = value
    return draft


def _key_rows(draft: Draft, fields: Sequence[FieldDef]) -> list[dict[str, str]]:
    owned = {"workspace_id": draft["workspace_id"], "record_id": draft["id"]}
    keys = keys_of(draft["kind"], draft["name"], draft["data"], fields)
    keys |= unique_keys(fields, lambda field: draft[field.column] if field.column else draft["data"].get(field.key))
    return [{**owned, "kind": kind, "value": value, "original": text} for (kind, value), text in keys.items()]


def _created(draft: Draft) -> dict[str, Any]:
    facts = {"kind": draft["kind"], "name": draft["name"]}
    return event_row("record.created", workspace_id=draft["workspace_id"], subject_id=draft["id"], data=facts)
