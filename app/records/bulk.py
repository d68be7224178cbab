"""Many new records at once, as rules and files make them: the same checks, keys and events as one by one."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlmodel import Session

from app.core.bulk import insert_rows, insert_texts, table_of
from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.core.events import emit_many, event_row
from app.core.ids import new_id
from app.records import lead_rules
from app.records.fields import as_json, parse_value
from app.records.first_touch import first_source, first_touches
from app.records.identity import KEYED, keys_of
from app.records.numbering import give_numbers
from app.records.relations import is_relation
from app.records.schema import Schema, folder_of_kind, schema_of
from app.records.search.index import insert_words
from app.records.uniqueness import unique_keys
from app.records.writing import first_values
from app.workspaces.access import Viewer
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
    drafter = Drafter(schema)
    return [_draft(drafter, schema, values) for values in many]


def insert_records(session: Session, drafts: Sequence[Draft], *, via: str = "mail") -> None:
    """Store drafts of one folder, in a fixed number of statements. `via`: see `first_touch.WAYS`."""
    if not drafts:
        return
    fields = schema_of(session, folder=session.get_one(Folder, drafts[0]["folder_id"])).fields
    for draft in drafts:
        draft["source"] = first_source(draft["kind"], draft["source"], via=via)
    give_numbers(session, fields=fields, datas=[draft["data"] for draft in drafts])
    insert_rows(session, Record, drafts)
    insert_texts(session, RecordKey, ("workspace_id", "kind", "value", "record_id", "original"), _keys(drafts, fields))
    insert_words(session, drafts, fields)
    touches = first_touches(drafts, via=via)
    emit_many(session, [_created(draft) for draft in drafts], beside={FirstTouch: touches})


class Drafter:
    """Makes drafts of one folder from values in their stored form, at a fraction of what `_draft` costs.

    With a viewer, the records are theirs until a value says otherwise, as those that they make by hand.
    """

    def __init__(self, schema: Schema, viewer: Viewer | None = None, *, asked: Schema | None = None) -> None:
        folder = schema.folder
        self._is_lead = folder.kind == "lead"
        self._blank = _BLANK | {"workspace_id": folder.workspace_id, "folder_id": folder.id, "kind": folder.kind}
        if viewer:
            territory = next(iter(viewer.access.territories), None)
            self._blank |= {
                "owner_id": viewer.member_id,
                "created_by": viewer.member_id,
                "territory_id": territory,
            }
        self._columns = {field.key: field.column for field in schema.fields if field.column}
        self._links = {field.key for field in schema.fields if is_relation(field)}
        first = first_values(schema, {}, asked=asked)
        self._defaults = {
            key: parse_value(schema.field(key), value) for key, value in first.items() if value is not None
        }
        self._required = [schema.field(key) for key, value in first.items() if value is None]

    def draft(self, values: Mapping[str, Any], *, id: str | None = None) -> Draft:
        """A draft, with an id that was given away before if there is one.

        Raises InvalidInput for required fields that are empty, and for what the folder's kind refuses.

        Values of fields that are links are left out: they are written once the record is stored.
        """
        data: dict[str, Any] = {}
        draft = self._blank.copy()
        now = utcnow()
        draft |= {"id": id or new_id(), "data": data, "created_at": now, "updated_at": now}
        given = {**self._defaults, **values} if self._defaults else values
        for field in self._required:
            if given.get(field.key) is None:
                raise InvalidInput(f"{field.name}: please fill this in.", field=field.key)
        follows = lead_rules.derived(None, given) if self._is_lead else {}
        for key, value in given.items():
            if column := self._columns.get(key):
                draft[column] = value
            elif key not in self._links:
                data[key] = as_json(value)
        for key, value in follows.items():
            (draft if key in lead_rules.COLUMNS else data)[key] = value
        return draft


def _draft(drafter: Drafter, schema: Schema, values: Mapping[str, object]) -> Draft | None:
    try:
        return drafter.draft({key: parse_value(schema.field(key), value) for key, value in values.items()})
    except InvalidInput:
        return None


def _keys(drafts: Sequence[Draft], fields: Sequence[FieldDef]) -> list[tuple[str, ...]]:
    keyed = [field for field in fields if field.type in KEYED]
    unique = [field for field in fields if field.unique]
    rows: list[tuple[str, ...]] = []
    for draft in drafts:
        keys = keys_of(draft["kind"], draft["name"], draft["data"], keyed)
        if unique:
            keys |= unique_keys(unique, partial(_value, draft))
        workspace_id, record_id = draft["workspace_id"], draft["id"]
        rows += [(workspace_id, kind, value, record_id, text) for (kind, value), text in keys.items()]
    return sorted(rows)


def _value(draft: Draft, field: FieldDef) -> Any:
    return draft[field.column] if field.column else draft["data"].get(field.key)


def _created(draft: Draft) -> dict[str, Any]:
    return event_row(
        "record.created",
        workspace_id=draft["workspace_id"],
        subject_id=draft["id"],
        actor_id=draft["created_by"],
        data={"kind": draft["kind"], "name": draft["name"]},
    )
