"""Asking to read mail that is closed, and the answers of those who hold it."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, Page, refusals
from app.api.timeline_shape import ENTRY_ID
from app.timeline.asking import access_requests, answer, ask_to_read

EntryId = Annotated[str, Path(examples=[ENTRY_ID])]
MemberId = Annotated[str, Path(examples=[EXAMPLE_ID])]


class AccessRequest(BaseModel):
    entry_id: str = Field(examples=[ENTRY_ID])
    member_id: str = Field(examples=[EXAMPLE_ID], description="Who asks.")
    state: Literal["asked", "granted", "refused"] = Field(examples=["asked"])
    asked_at: datetime
    answered_by: str | None
    answered_at: datetime | None


class Answer(Body):
    state: Literal["granted", "refused"] = Field(examples=["granted"])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/timeline/{entry_id}/access-requests", tags=["timeline"])

    @routes.get("", operation_id="list_access_requests", responses=refusals(403, 404))
    def list_access_requests(caller: Called, entry_id: EntryId) -> Page[AccessRequest]:
        """Who asked to read an email that the caller's mailbox holds."""
        with caller.read() as asked:
            rows = access_requests(asked.session, viewer=asked.viewer, entry_id=entry_id)
            return Page(items=[AccessRequest.model_validate(row, from_attributes=True) for row in rows])

    @routes.post("", operation_id="request_access", status_code=201, responses=refusals(404, 409))
    def request_access(caller: Called, entry_id: EntryId) -> AccessRequest:
        """Ask the holders of a locked email to open it to the caller."""
        with caller.write() as asked:
            row = ask_to_read(asked.session, viewer=asked.viewer, entry_id=entry_id)
            return AccessRequest.model_validate(row, from_attributes=True)

    @routes.put("/{member_id}", operation_id="answer_access_request", responses=refusals(403, 404))
    def answer_request(caller: Called, entry_id: EntryId, member_id: MemberId, body: Answer) -> AccessRequest:
        """Open an email that the caller's mailbox holds to who asked for it, or refuse."""
        with caller.write() as asked:
            row = answer(asked.session, viewer=asked.viewer, entry_id=entry_id, member_id=member_id, state=body.state)
            return AccessRequest.model_validate(row, from_attributes=True)

    return routes
