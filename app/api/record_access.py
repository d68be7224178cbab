"""`/api/v1/records/{id}/shares` and `/access`: to whom a record is open, and why."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from app.api.access_shape import Level, Right, ShareOut, share_out
from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, Page, refusals
from app.records import sharing
from app.workspaces.explain import explain

RecordId = Annotated[str, Path(examples=[EXAMPLE_ID])]
MemberId = Annotated[str, Path(examples=[EXAMPLE_ID])]


class ShareIn(Body):
    level: Level = Field(examples=["read"])


class AccessOut(BaseModel):
    """Whether a member has a right to a record, and which rule decides."""

    right: Right = Field(examples=["edit"])
    allowed: bool
    rule: str = Field(
        examples=["scope"],
        description="inactive, bin, admin, share, all, unassigned, owner, team, territory, scope or none.",
    )
    reasons: list[str] = Field(examples=[["Carol Chen owns it: `own` of Bob Berg does not reach it."]])
    hidden: list[str] = Field(examples=[["Amount"]], description="Fields that the member may not know of.")
    locked: list[str] = Field(examples=[["Closes on"]], description="Fields that the member may not change.")


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/records/{record_id}", tags=["records"])

    @routes.get("/shares", operation_id="list_shares", responses=refusals(404))
    def list_shares(caller: Called, record_id: RecordId) -> Page[ShareOut]:
        """With whom the record is shared."""
        with caller.read() as asked:
            found = sharing.shares_of(asked.session, viewer=asked.viewer, record_id=record_id)
            return Page(items=[share_out(share) for share in found])

    @routes.put("/shares/{member_id}", operation_id="share_record", responses=refusals(403, 404, 409))
    def share_record(caller: Called, record_id: RecordId, member_id: MemberId, body: ShareIn) -> ShareOut:
        """Open a record, which the caller may change, to a colleague. What hangs on it stays closed."""
        with caller.write() as asked:
            share = sharing.share_record(
                asked.session, viewer=asked.viewer, record_id=record_id, member_id=member_id, level=body.level
            )
            return share_out(share)

    @routes.delete("/shares/{member_id}", operation_id="unshare_record", status_code=204, responses=refusals(403, 404))
    def unshare_record(caller: Called, record_id: RecordId, member_id: MemberId) -> None:
        """Close it to this colleague again, as far as their roles do not let them in."""
        with caller.write() as asked:
            sharing.stop_sharing(asked.session, viewer=asked.viewer, record_id=record_id, member_id=member_id)

    @routes.get("/access", operation_id="explain_access", responses=refusals(403, 404))
    def explain_access(
        caller: Called,
        record_id: RecordId,
        member: Annotated[str | None, Query(examples=[EXAMPLE_ID], description="Id; the caller if left out.")] = None,
        right: Right = "read",
    ) -> AccessOut:
        """Why a member may, or may not, do this with the record. About others: for those with the power `members`."""
        with caller.read() as asked:
            verdict = explain(
                asked.session,
                viewer=asked.viewer,
                member_id=member or asked.viewer.member_id,
                record_id=record_id,
                right=right,
            )
            return AccessOut.model_validate(verdict, from_attributes=True)

    return routes
