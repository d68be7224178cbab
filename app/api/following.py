"""`/api/v1/records/{record_id}/follow`: whether the caller is told what others do to a record."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.shapes import refusals
from app.api.timeline import RecordId
from app.timeline.following import follow, is_followed, unfollow


class FollowOut(BaseModel):
    following: bool = Field(examples=[True])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/records/{record_id}/follow", tags=["notifications"])

    @routes.get("", operation_id="get_follow", responses=refusals(404))
    def get(caller: Called, record_id: RecordId) -> FollowOut:
        """Whether the caller follows a record."""
        with caller.read() as asked:
            return FollowOut(following=is_followed(asked.session, viewer=asked.viewer, record_id=record_id))

    @routes.put("", operation_id="follow_record", responses=refusals(404))
    def put(caller: Called, record_id: RecordId) -> FollowOut:
        """Follow a record: a notification tells of notes, calls, mail, and changes of stage, owner, amount and date."""
        with caller.write() as asked:
            follow(asked.session, viewer=asked.viewer, record_id=record_id)
            return FollowOut(following=True)

    @routes.delete("", operation_id="unfollow_record", status_code=204, responses=refusals(404))
    def delete(caller: Called, record_id: RecordId) -> None:
        """Follow a record no more."""
        with caller.write() as asked:
            unfollow(asked.session, viewer=asked.viewer, record_id=record_id)

    return routes
