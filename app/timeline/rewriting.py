"""Changing and deleting what a member wrote: notes, comments, calls, meetings, files."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.core.events import emit
from app.timeline.activities import OUTCOMES, activity_facts, activity_title, checked_time
from app.timeline.entries import recount_last_activity, unlink_entry
from app.timeline.entry_types import FILE, entry_type
from app.timeline.mentions import mentioned, tell_mentioned
from app.timeline.placing import AUTHOR
from app.timeline.text import written
from app.workspaces.access import Viewer, visible
from models import Record, TimelineEntry, TimelineLink

MAX_EDITS = 20
"""Earlier versions that an entry keeps."""


def change_entry(session: Session, *, viewer: Viewer, entry_id: str, values: Mapping[str, Any]) -> TimelineEntry:
    """Change the `text` of one's own note, comment, call or meeting; of the latter also `outcome`, `minutes`, `at`.

    What it said before stays in `data["edits"]`. NotFound for what is out of sight, Forbidden for others' entries.
    """
    entry = _written_entry(session, viewer, entry_id)
    if entry.actor_id != viewer.member_id:
        raise Forbidden("Only its author may change this.")
    _check_changeable(entry, values)
    before = {"at": utcnow().isoformat(), "title": entry.title, "text": entry.summary, **_facts(entry)}
    if values.get("text") is not None:
        entry.summary = written(values["text"], name="Text", field="text", required=entry.type not in OUTCOMES)
    data = {**entry.data, "edits": [*entry.data.get("edits", []), before][-MAX_EDITS:]}
    if entry.type in OUTCOMES:
        facts = {**_facts(entry), **{key: values[key] for key in ("outcome", "minutes") if key in values}}
        data |= activity_facts(entry.type, outcome=facts["outcome"] or "", minutes=facts["minutes"])
        entry.title = activity_title(entry.type, data["outcome"])
    if entry.type == "comment":
        data["mentions"] = _mention_anew(session, viewer, entry)
    entry.data = data
    session.add(entry)
    if values.get("at"):
        _move(session, entry, values["at"])
    _emit(session, "entry.changed", viewer, entry)
    return entry


def delete_entry(session: Session, *, viewer: Viewer, entry_id: str) -> None:
    """Delete one's own entry, or as an admin anybody's that a member wrote."""
    entry = _written_entry(session, viewer, entry_id)
    if entry.actor_id != viewer.member_id and not viewer.is_admin:
        raise Forbidden("Only its author or an admin may delete this.")
    _emit(session, "entry.deleted", viewer, entry)
    unlink_entry(session, entry_id=entry.id)
    session.delete(entry)
    session.flush()


def _written_entry(session: Session, viewer: Viewer, entry_id: str) -> TimelineEntry:
    """An entry on a record that the viewer may see, locked until the transaction ends."""
    homes = (
        select(col(TimelineLink.entry_id))
        .join(Record, col(Record.id) == col(TimelineLink.record_id))
        .where(col(TimelineLink.entry_id) == entry_id, visible(viewer))
    )
    query = select(TimelineEntry).where(col(TimelineEntry.id).in_(homes)).with_for_update()
    entry: TimelineEntry | None = session.scalar(query)
    if entry is None:
        raise NotFound("This entry does not exist, or you have no access to it.")
    if not entry_type(entry.type).is_written:
        raise Forbidden("Sidenote wrote this itself: it stays as it is.")
    return entry


def _check_changeable(entry: TimelineEntry, values: Mapping[str, Any]) -> None:
    if entry.type == FILE.name:
        raise InvalidInput("A file's link is deleted and added anew, not changed.", field="text")
    beyond = set(values) - {"text"}
    if beyond and entry.type not in OUTCOMES:
        raise InvalidInput(f"{min(beyond)}: only calls and meetings have this.", field=min(beyond))


def _facts(entry: TimelineEntry) -> dict[str, Any]:
    return {key: entry.data.get(key) for key in ("outcome", "minutes")} if entry.type in OUTCOMES else {}


def _mention_anew(session: Session, viewer: Viewer, entry: TimelineEntry) -> list[dict[str, str]]:
    """Who is mentioned now; those who were not before are told."""
    before = {mention["id"] for mention in entry.data.get("mentions", [])}
    members = mentioned(session, viewer=viewer, text=entry.summary)
    homes = select(col(TimelineLink.record_id)).where(col(TimelineLink.entry_id) == entry.id)
    written_on = session.scalars(homes.order_by(col(TimelineLink.rule) != AUTHOR, col(TimelineLink.record_id)).limit(1))
    record_id = written_on.one()
    new = [member.id for member in members if member.id not in before]
    tell_mentioned(session, viewer=viewer, entry_id=entry.id, record_id=record_id, member_ids=new)
    return [{"id": member.id, "name": member.name} for member in members]


def _move(session: Session, entry: TimelineEntry, at: Any) -> None:
    """To another time, on all its timelines."""
    entry.occurred_at = checked_time(at)
    session.flush()
    links = col(TimelineLink.entry_id) == entry.id
    session.execute(update(TimelineLink).where(links).values(occurred_at=entry.occurred_at))
    recount_last_activity(session, session.scalars(select(col(TimelineLink.record_id)).where(links)).all())


def _emit(session: Session, type: str, viewer: Viewer, entry: TimelineEntry) -> None:
    emit(
        session,
        type,
        workspace_id=entry.workspace_id,
        subject_id=entry.id,
        actor_id=viewer.member_id,
        data={"type": entry.type},
    )
