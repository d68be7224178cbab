"""What happened on a record: reading its timeline, and writing on it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlmodel import Session

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Moment, Page, refusals
from app.api.timeline_shape import (
    ENTRY_ID,
    EntryEdit,
    EntryOut,
    NewActivity,
    NewComment,
    NewFile,
    NewNote,
    entries_out,
)
from app.timeline.activities import log_activity
from app.timeline.notes import add_comment, add_file, add_note
from app.timeline.pages import Wanted, one_entry, timeline_page
from app.timeline.pins import set_pin
from app.timeline.rewriting import change_entry, delete_entry
from app.workspaces.access import Viewer

RecordId = Annotated[str, Path(examples=[EXAMPLE_ID])]
EntryId = Annotated[str, Path(examples=[ENTRY_ID])]
OfRecord = Annotated[str, Query(description="The record on whose timeline it is pinned.", examples=[EXAMPLE_ID])]


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["timeline"])
    _add_reading(routes)
    _add_writing(routes)
    _add_changing(routes)
    return routes


def _add_reading(routes: APIRouter) -> None:
    @routes.get("/records/{record_id}/timeline", operation_id="list_timeline", responses=refusals(404))
    def list_timeline(
        caller: Called,
        record_id: RecordId,
        type: Annotated[list[str] | None, Query(description="Only these types.", examples=[["call", "email"]])] = None,
        person: Annotated[
            str | None, Query(description="A member or contact who acted or took part.", examples=[EXAMPLE_ID])
        ] = None,
        since: Annotated[Moment | None, Query(alias="from", examples=["2026-03-01T00:00:00Z"])] = None,
        until: Annotated[Moment | None, Query(alias="to", examples=["2026-04-01T00:00:00Z"])] = None,
        cursor: Annotated[str | None, Query(description="`next` of the page before.", examples=["WyJhIl0"])] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Page[EntryOut]:
        """A record's timeline, newest first; pinned entries come before all others, on the first page."""
        with caller.read() as asked:
            wanted = Wanted(types=type or (), person=person, since=since, until=until)
            page = timeline_page(
                asked.session, viewer=asked.viewer, record_id=record_id, wanted=wanted, cursor=cursor, limit=limit
            )
            items = entries_out(asked.session, viewer=asked.viewer, entries=page.entries)
            return Page(items=items, next=page.next)

    @routes.get("/timeline/{entry_id}", operation_id="get_entry", responses=refusals(404))
    def get_entry(caller: Called, entry_id: EntryId) -> EntryOut:
        """One entry, with what it said before it was changed."""
        with caller.read() as asked:
            return _shown(asked.session, asked.viewer, entry_id)


def _add_writing(routes: APIRouter) -> None:
    @routes.post(
        "/records/{record_id}/activities", operation_id="log_activity", status_code=201, responses=refusals(403, 404)
    )
    def log(caller: Called, record_id: RecordId, body: NewActivity) -> EntryOut:
        """Log a call or meeting. It also shows on its participants, their open deal and their companies."""
        with caller.write() as asked:
            entry_id = log_activity(
                asked.session,
                viewer=asked.viewer,
                type=body.type,
                record_ids=[record_id],
                outcome=body.outcome,
                minutes=body.minutes,
                at=body.at,
                text=body.text,
                participant_ids=body.participants,
            )
            return _shown(asked.session, asked.viewer, entry_id)

    @routes.post("/records/{record_id}/notes", operation_id="add_note", status_code=201, responses=refusals(403, 404))
    def note(caller: Called, record_id: RecordId, body: NewNote) -> EntryOut:
        """Write a note on a record."""
        with caller.write() as asked:
            entry_id = add_note(asked.session, viewer=asked.viewer, record_ids=[record_id], text=body.text)
            return _shown(asked.session, asked.viewer, entry_id)

    @routes.post(
        "/records/{record_id}/comments", operation_id="add_comment", status_code=201, responses=refusals(403, 404)
    )
    def comment(caller: Called, record_id: RecordId, body: NewComment) -> EntryOut:
        """Comment on a record; colleagues it mentions are notified, if they may see the record."""
        with caller.write() as asked:
            entry_id = add_comment(
                asked.session, viewer=asked.viewer, record_id=record_id, text=body.text, mentions=body.mentions
            )
            return _shown(asked.session, asked.viewer, entry_id)

    @routes.post("/records/{record_id}/files", operation_id="add_file", status_code=201, responses=refusals(403, 404))
    def file(caller: Called, record_id: RecordId, body: NewFile) -> EntryOut:
        """Put a link to a file on a record."""
        with caller.write() as asked:
            entry_id = add_file(asked.session, viewer=asked.viewer, record_id=record_id, url=body.url, name=body.name)
            return _shown(asked.session, asked.viewer, entry_id)


def _add_changing(routes: APIRouter) -> None:
    @routes.patch("/timeline/{entry_id}", operation_id="change_entry", responses=refusals(403, 404))
    def change(caller: Called, entry_id: EntryId, body: EntryEdit) -> EntryOut:
        """Change a note, comment, call or meeting of one's own; what it said before is kept."""
        with caller.write() as asked:
            values = body.model_dump(exclude_unset=True)
            change_entry(asked.session, viewer=asked.viewer, entry_id=entry_id, values=values)
            return _shown(asked.session, asked.viewer, entry_id)

    @routes.delete("/timeline/{entry_id}", operation_id="delete_entry", status_code=204, responses=refusals(403, 404))
    def delete(caller: Called, entry_id: EntryId) -> None:
        """Delete an entry of one's own; an admin deletes any that a member wrote."""
        with caller.write() as asked:
            delete_entry(asked.session, viewer=asked.viewer, entry_id=entry_id)

    @routes.put(
        "/timeline/{entry_id}/pin", operation_id="pin_entry", status_code=204, responses=refusals(403, 404, 409)
    )
    def pin(caller: Called, entry_id: EntryId, record_id: OfRecord) -> None:
        """Keep an entry first on a record's timeline."""
        with caller.write() as asked:
            set_pin(asked.session, viewer=asked.viewer, entry_id=entry_id, record_id=record_id, pinned=True)

    @routes.delete(
        "/timeline/{entry_id}/pin", operation_id="unpin_entry", status_code=204, responses=refusals(403, 404)
    )
    def unpin(caller: Called, entry_id: EntryId, record_id: OfRecord) -> None:
        """Put an entry back to its place in time."""
        with caller.write() as asked:
            set_pin(asked.session, viewer=asked.viewer, entry_id=entry_id, record_id=record_id, pinned=False)


def _shown(session: Session, viewer: Viewer, entry_id: str) -> EntryOut:
    entry = one_entry(session, viewer=viewer, entry_id=entry_id)
    return entries_out(session, viewer=viewer, entries=[entry])[0]
