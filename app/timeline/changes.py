"""Changed fields on the timeline: one compact entry for each save, told to each viewer without what is hidden."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from app.records.catalog import session_catalog
from app.records.fields import type_of
from app.records.fields.formats import Formats
from app.records.schema import folder_of, schema_of
from app.timeline.titles import TOLD
from app.workspaces.access import Viewer
from models import FieldDef, Record

SHOWN = ("owner", "amount", "close_on", "lifecycle", "status", "priority")
"""Keys of the fields whose changes are worth a line. A status that follows from something else is not: that is told."""


def change_data(session: Session, *, record: Record, changes: Mapping[str, list[Any]]) -> dict[str, Any] | None:
    """What a `change` entry keeps of a save, old and new values as text; None when nothing in it is worth a line."""
    wanted = [key for key in SHOWN if key in changes and not (key == "status" and record.kind == "ticket")]
    if not wanted:
        return None
    schema = schema_of(session, folder=folder_of(session, record))
    fields = [field for field in schema.fields if field.key in wanted and not field.computed]
    formats = _formats(session, record, [value for key in wanted for value in changes[key] if isinstance(value, str)])
    lines = [
        {"key": field.key, "name": field.name, "old": _text(field, old, formats), "new": _text(field, new, formats)}
        for field, (old, new) in ((field, changes[field.key]) for field in fields)
    ]
    return {"folder_id": record.folder_id, "changes": lines} if lines else None


def changes_seen(viewer: Viewer, data: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The title and the data of a `change` entry for this viewer: fields hidden from them are left out."""
    seen = [change for change in data["changes"] if not viewer.access.hides(data["folder_id"], change["key"])]
    title = "; ".join(f"{change['name']}: {change['old'] or '–'} → {change['new'] or '–'}" for change in seen)
    return title, {**data, "changes": seen}


def reason_seen(viewer: Viewer, summary: str, data: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The summary and the data of a `stage` entry for this viewer: with why a deal was lost, unless that is hidden."""
    if "reason" not in data:
        return summary, dict(data)
    if viewer.access.hides(data["folder_id"], "lost_reason"):
        return summary, {key: kept for key, kept in data.items() if key == TOLD}
    return f"{summary}: {data['reason']}", dict(data)


def _formats(session: Session, record: Record, texts: list[str]) -> Formats:
    here = session_catalog(session, workspace_id=record.workspace_id)
    named = {id: here.members[id].name for id in texts if id in here.members}
    return Formats(currency=record.currency or here.currency, names=named)


def _text(field: FieldDef, value: Any, formats: Formats) -> str:
    return "" if value is None else type_of(field).show(field, value, formats)
