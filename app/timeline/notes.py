"""What members write on records: notes, comments that mention colleagues, links to files."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.core.events import emit
from app.records.fields import parse_value
from app.records.service import get_record
from app.timeline.entries import NewEntry, put_entry
from app.timeline.mentions import mentioned, tell_mentioned
from app.timeline.placing import AUTHOR
from app.timeline.text import written
from app.workspaces.access import Viewer, require_writer
from models import FieldDef, Record


def add_note(session: Session, *, viewer: Viewer, record_ids: Sequence[str], text: str) -> str:
    """Write a note on records that the viewer may see; returns the entry's id."""
    require_writer(viewer)
    body = written(text, name="Note", field="note")
    if not record_ids:
        raise InvalidInput("Note: choose a record to write it on.", field="record")
    records = [get_record(session, viewer=viewer, record_id=record_id) for record_id in dict.fromkeys(record_ids)]
    return _add(session, viewer, "note", records, title="Note", summary=body)


def add_comment(session: Session, *, viewer: Viewer, record_id: str, text: str, mentions: Iterable[str] = ()) -> str:
    """Comment on a record; returns the entry's id.

    Colleagues named in the text as `@Name`, and those whose ids are in `mentions`, are notified, as far as they may
    see the record when they look.
    """
    require_writer(viewer)
    body = written(text, name="Comment", field="text")
    record = get_record(session, viewer=viewer, record_id=record_id)
    members = mentioned(session, viewer=viewer, text=body, ids=mentions)
    data = {"mentions": [{"id": member.id, "name": member.name} for member in members]}
    entry_id = _add(session, viewer, "comment", [record], title="Comment", summary=body, data=data)
    tell_mentioned(session, viewer=viewer, entry_id=entry_id, record_id=record.id, member_ids=[m.id for m in members])
    return entry_id


def add_file(session: Session, *, viewer: Viewer, record_id: str, url: str, name: str = "") -> str:
    """Put a link to a file on a record; returns the entry's id. Only http and https addresses are taken."""
    require_writer(viewer)
    record = get_record(session, viewer=viewer, record_id=record_id)
    (file,) = parse_value(_FILE, [{"url": url, "name": name}])
    return _add(session, viewer, "file", [record], title=file["name"], summary="", data={"url": file["url"]})


_FILE = FieldDef(id="", workspace_id="", folder_id="", key="url", name="File", type="file", required=True, position=0)


def _add(
    session: Session,
    viewer: Viewer,
    type: str,
    records: Sequence[Record],
    *,
    title: str,
    summary: str,
    data: Mapping[str, Any] | None = None,
) -> str:
    entry = NewEntry(
        workspace_id=viewer.workspace_id,
        type=type,
        occurred_at=utcnow(),
        title=title,
        summary=summary,
        actor_id=viewer.member_id,
        data=dict(data or {}),
    )
    homes = {record.id: AUTHOR for record in records}
    put_entry(session, entry, homes, member_id=viewer.member_id)
    emit(
        session,
        f"{type}.added",
        workspace_id=viewer.workspace_id,
        subject_id=entry.id,
        actor_id=viewer.member_id,
        data={"record_ids": list(homes)},
    )
    return entry.id
