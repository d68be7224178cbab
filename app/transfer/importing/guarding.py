"""What keeps a new record out, or is worth telling: unique values that others have, and likely duplicates."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import String, bindparam, select
from sqlmodel import Session, col

from app.core.hot import HotQuery, Listed, reader_of
from app.core.locks import hold_all
from app.records.catalog import session_catalog
from app.records.identity import PEOPLE, name_key
from app.records.keys import domain_of, email_key
from app.records.schema import Schema
from app.records.uniqueness import FORBID, key_kind, unique_keys
from app.transfer.importing.deciding import Decision
from app.transfer.importing.lookups import Lookups
from app.workspaces.access import Viewer
from models import FieldDef, RecordKey

OFF, WARN, BLOCK = "off", "warn", "block"
_held: Any = select(col(RecordKey.value), col(RecordKey.record_id)).where(
    col(RecordKey.workspace_id) == bindparam("workspace", type_=String),
    col(RecordKey.kind) == bindparam("kind", type_=String),
    Listed(col(RecordKey.value), "values"),
)
_HOLDERS = HotQuery(_held)
_NORMAL: dict[str, Callable[[str], str]] = {"email": email_key, "phone": str, "domain": domain_of}


def guard_unique(session: Session, *, whole: Schema, decisions: Sequence[Decision], lock: bool) -> None:
    """Refuse decisions whose unique values another record has, or an earlier decision; tell of warnings."""
    fields = [one for one in whole.fields if one.unique]
    if not fields or not decisions:
        return
    asked = [(decision, field, _forms(field, decision)) for decision in decisions for field in fields]
    if lock:
        hold_all(session, sorted({f"{key_kind(field)}:{one}" for _, field, forms in asked for one in forms}))
    holders: dict[tuple[str, str], set[str]] = {}
    for field in fields:
        wanted = {one for _, other, forms in asked if other is field for one in forms}
        reader = reader_of(session)
        rows = _HOLDERS(reader, workspace=field.workspace_id, kind=key_kind(field), values=reader.listed(wanted))
        for value, record_id in rows:
            holders.setdefault((field.key, value), set()).add(record_id)
    for decision, field, forms in asked:
        mine = str(decision.record.id if decision.record else decision.draft["id"] if decision.draft else "")
        taken = any(holders.get((field.key, one), set()) - {mine} for one in forms)
        if taken and field.unique == FORBID:
            decision.refuse(f"{field.name}: another record has the same value already.")
            continue
        if taken:
            decision.verdict.reasons.append(f"{field.name}: another record has the same value.")
        for one in forms:
            holders.setdefault((field.key, one), set()).add(mine)


def guard_duplicates(
    session: Session, *, viewer: Viewer, schema: Schema, decisions: Sequence[Decision], policy: str
) -> None:
    """Tell of records that the viewer may see and that may be those to be made, or refuse these.

    The same address, phone number or domain is a likely duplicate; the same name is only told.
    """
    new = [decision for decision in decisions if decision.draft]
    kind = schema.folder.kind
    if policy == OFF or not new or kind not in (*PEOPLE, "company"):
        return
    kinds = PEOPLE if kind in PEOPLE else (kind,)
    folders = session_catalog(session, workspace_id=viewer.workspace_id).folders.values()
    look = Lookups(session, viewer, kind=kind, folder_ids=[one.id for one in folders if one.kind in kinds])
    fields = [(field.key, field.type, _NORMAL[field.type]) for field in schema.fields if field.type in _NORMAL]
    told = {decision.number: _telling(fields, decision.values) for decision in new}
    found = {
        (key, value)
        for key in ("email", "phone", "domain", "name")
        for value in look.by_key(key, {value for pairs in told.values() for kind, value in pairs if kind == key})
    }
    for decision in new:
        same = [key for key, value in told[decision.number] if (key, value) in found]
        if policy == BLOCK and set(same) - {"name"}:
            decision.refuse(f"A record with the same {same[0]} is there already.")
        elif same:
            decision.verdict.reasons.append(f"A record with the same {same[0]} is there already.")


def _forms(field: FieldDef, decision: Decision) -> list[str]:
    return [value for _, value in unique_keys([field], lambda one: decision.values.get(one.key))]


def _telling(
    fields: Sequence[tuple[str, str, Callable[[str], str]]], values: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """What another record may have in common with the one to be made, the surest first."""
    keys = [(type, normal(text)) for key, type, normal in fields for text in _texts(values.get(key))]
    return [*keys, ("name", name_key(values.get("name") or ""))]


def _texts(value: object) -> Iterable[str]:
    return value if isinstance(value, list) else [str(value)] if value else ()
