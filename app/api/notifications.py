"""What the caller should know: mentions, reminders, requests."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Page, refusals
from app.core.cursor import cursor_of, moment_place
from app.workspaces.notifications import mark_read, notifications


class NotificationOut(BaseModel):
    id: str = Field(examples=[EXAMPLE_ID])
    type: str = Field(examples=["mention"])
    title: str = Field(examples=["Bob Berg mentioned you"])
    record_id: str | None = Field(examples=[EXAMPLE_ID])
    record_name: str | None = Field(examples=["Quarry Ltd"])
    data: dict[str, Any] = Field(examples=[{"entry_id": EXAMPLE_ID}])
    created_at: datetime
    read_at: datetime | None


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/notifications", tags=["notifications"])

    @routes.get("", operation_id="list_notifications", responses=refusals())
    def list_notifications(
        caller: Called,
        unread: Annotated[bool, Query(description="Only those not read yet.")] = False,
        cursor: Annotated[str | None, Query(description="`next` of the page before.", examples=["WyJhIl0"])] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Page[NotificationOut]:
        """The caller's notifications, newest first. Those about records out of the caller's sight are not there."""
        with caller.read() as asked:
            before = moment_place(cursor) if cursor else None
            found = notifications(asked.session, viewer=asked.viewer, unread=unread, before=before, limit=limit + 1)
            page = found[:limit]
            more = cursor_of(page[-1].created_at, page[-1].id) if len(found) > limit else None
            return Page(items=[NotificationOut.model_validate(one, from_attributes=True) for one in page], next=more)

    @routes.put("/{notification_id}/read", operation_id="read_notification", status_code=204, responses=refusals(404))
    def read(caller: Called, notification_id: Annotated[str, Path(examples=[EXAMPLE_ID])]) -> None:
        """Note that the caller has read it."""
        with caller.write() as asked:
            mark_read(asked.session, viewer=asked.viewer, notification_id=notification_id)

    return routes
