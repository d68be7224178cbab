"""Notes that members write on records."""

from collections.abc import Sequence

from sqlmodel import Session

from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.core.events import emit
from app.records.service import get_record
from app.timeline.entries import NewEntry, NewLink, add_entries, link_entries
from app.workspaces.access import Viewer, require_writer

MAX_NOTE = 10_000


def add_note(session: Session, *, viewer: Viewer, record_ids: Sequence[str], text: str) -> str:
    """Write a note on records that the viewer may see; returns the entry's id."""
    require_writer(viewer)
    body = text.replace("\0", "").strip()
    if not body:
        raise InvalidInput("Note: write something first.", field="note")
    if len(body) > MAX_NOTE:
        raise InvalidInput(f"Note: at most {MAX_NOTE:,} characters, please.", field="note")
    if not record_ids:
        raise InvalidInput("Note: choose a record to write it on.", field="record")
    records = [get_record(session, viewer=viewer, record_id=record_id) for record_id in dict.fromkeys(record_ids)]
    now = utcnow()
    entry = NewEntry(
        workspace_id=viewer.workspace_id,
        type="note",
        occurred_at=now,
        title="Note",
        summary=body,
        actor_id=viewer.member_id,
    )
    add_entries(session, [entry])
    link_entries(
        session,
        [NewLink(entry.id, record.id, now, viewer.workspace_id, "author", viewer.member_id) for record in records],
    )
    emit(
        session,
        "note.added",
        workspace_id=viewer.workspace_id,
        subject_id=entry.id,
        actor_id=viewer.member_id,
        data={"record_ids": list(record_ids)},
    )
    return entry.id
