"""Fields that no two records of a folder should share a value of: `warn` tells of another one, `forbid` refuses.

Values are compared in a normal form, which stands in `record_key` under a kind of the field's own. Two records saved at
once with the same value are kept apart by a lock on it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import Conflict
from app.core.locks import hold
from app.records.fields import as_json, type_of
from app.records.keys import MAX_KEY_LENGTH, email_key
from app.workspaces.access import Viewer, visible
from models import FieldDef, Record, RecordKey

WARN, FORBID = "warn", "forbid"
FAMILIES = ("text", "texts", "number", "date", "moment", "choice", "member", "record")
"""Of the fields that can be unique, beside files and computed ones."""
_NOTICED = "values that other records have, too"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A value that another record has. `record_id` is None where the viewer may not see that record."""

    key: str
    message: str
    record_id: str | None


class Taken(Conflict):
    """Another record has this value of a field that forbids it; `details["record_id"]` is it, if it may be seen."""

    code = "duplicate_value"

    def __init__(self, duplicate: Duplicate) -> None:
        super().__init__(duplicate.message, field=duplicate.key)
        self.details = {"record_id": duplicate.record_id} if duplicate.record_id else {}


def can_be_unique(field: FieldDef) -> bool:
    return type_of(field).family in FAMILIES and field.type != "file" and not field.computed


def check_unique(
    session: Session, *, viewer: Viewer | None, record: Record, values: Iterable[tuple[FieldDef, Any]]
) -> None:
    """Raises Taken for a forbidden value; others are noted for `duplicates_noticed`."""
    for field, value in sorted(values, key=lambda pair: pair[0].id):
        for normal in sorted(_normal_forms(field, value)):
            if found := _holder(session, viewer, record, field, normal):
                if field.unique == FORBID:
                    raise Taken(found)
                session.info.setdefault(_NOTICED, {}).setdefault(record.id, []).append(found)


def duplicates_noticed(session: Session, *, record: Record) -> list[Duplicate]:
    """The warnings about what was written to a record in this transaction."""
    noticed: dict[str, list[Duplicate]] = session.info.get(_NOTICED, {})
    return noticed.get(record.id, [])


def unique_keys(fields: Iterable[FieldDef], value_of: Callable[[FieldDef], Any]) -> dict[tuple[str, str], str]:
    """What `record_key` holds of the unique values of a record: (kind, normal form) -> a value for display."""
    return {
        (key_kind(field), normal): text[:MAX_KEY_LENGTH]
        for field in fields
        if field.unique
        for normal, text in _normal_forms(field, value_of(field)).items()
    }


def key_kind(field: FieldDef) -> str:
    """The kind of a unique field's rows in `record_key`."""
    return f"field:{field.id}"


def is_unique_kind(kind: str) -> bool:
    return kind.startswith("field:")


def _holder(session: Session, viewer: Viewer | None, record: Record, field: FieldDef, normal: str) -> Duplicate | None:
    kind = key_kind(field)
    hold(session, f"{kind}:{normal}")
    keyed = col(RecordKey.kind) == kind, col(RecordKey.value) == normal, col(RecordKey.record_id) != record.id
    others = select(col(RecordKey.record_id)).where(col(RecordKey.workspace_id) == record.workspace_id, *keyed)
    ids = session.scalars(others).all()
    if not ids:
        return None
    seen = select(col(Record.id), col(Record.name)).where(col(Record.id).in_(ids))
    shown = session.execute(seen.where(visible(viewer)).order_by(col(Record.id))).first() if viewer else None
    who = f"{shown.name} has" if shown else "another record has"
    return Duplicate(field.key, f"{field.name}: {who} the same value already.", shown.id if shown else None)


def _normal_forms(field: FieldDef, value: Any) -> dict[str, str]:
    """Normal form -> as written."""
    return {_bounded(normal): text for normal, text in _forms(field, value) if normal}


def _forms(field: FieldDef, value: Any) -> Iterator[tuple[str, str]]:
    for one in value if isinstance(value, list) else [value]:
        text = str(as_json(one)) if one is not None else ""
        yield (email_key(text) if field.type == "email" else _folded(text)), text


def _folded(text: str) -> str:
    return " ".join(normalize("NFKC", text).casefold().split())


def _bounded(normal: str) -> str:
    """What is too long for an index, as its hash."""
    return normal if len(normal) <= MAX_KEY_LENGTH else hashlib.sha256(normal.encode()).hexdigest()
