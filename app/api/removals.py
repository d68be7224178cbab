"""Members who leave: what they hold, who gets it, and letting them back in."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, refusals
from app.workspaces.holdings import holdings
from app.workspaces.removal import let_back_in, remove_member

MemberId = Annotated[str, Path(examples=[EXAMPLE_ID])]


class HeldOut(BaseModel):
    """So many things of one sort. `key` names them in a removal's `reassign_to`: a folder's id for its records."""

    key: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Deals · Owner"])
    count: int = Field(examples=[12])


class HoldingsOut(BaseModel):
    """What somebody else has to get before this member goes."""

    total: int = Field(examples=[12])
    items: list[HeldOut]


class Removal(Body):
    """Who gets what the member holds: one colleague, or several by the keys of their holdings (`*`: all the rest)."""

    reassign_to: str | dict[str, str] | None = Field(
        default=None, examples=[EXAMPLE_ID, {"tasks": EXAMPLE_ID, "*": EXAMPLE_ID}]
    )


class RemovalOut(BaseModel):
    """`left` counts what is still being handed over in the background."""

    member_id: str = Field(examples=[EXAMPLE_ID])
    left: int = Field(examples=[0])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/members/{member_id}", tags=["members"])

    @routes.get("/holdings", operation_id="get_holdings", responses=refusals(403, 404))
    def held(caller: Called, member_id: MemberId) -> HoldingsOut:
        """What a member holds: records by folder and field, open tasks, shared views, territories, reports."""
        with caller.read() as asked:
            found = holdings(asked.session, viewer=asked.viewer, member_id=member_id)
            items = [HeldOut(key=one.key, name=one.name, count=one.count) for one in found]
            return HoldingsOut(total=sum(one.count for one in found), items=items)

    @routes.put("/removal", operation_id="remove_member", responses=refusals(403, 404, 409))
    def remove(caller: Called, member_id: MemberId, body: Removal) -> RemovalOut:
        """Shut a member out at once and hand over what they hold; 409 names what would be left to nobody."""
        with caller.write() as asked:
            remove_member(asked.session, viewer=asked.viewer, member_id=member_id, reassign_to=body.reassign_to)
            left = holdings(asked.session, viewer=asked.viewer, member_id=member_id)
            return RemovalOut(member_id=member_id, left=sum(one.count for one in left))

    @routes.delete("/removal", operation_id="restore_member", status_code=204, responses=refusals(403, 404, 409))
    def restore(caller: Called, member_id: MemberId) -> None:
        """Let a removed member sign in again; what was handed over stays where it is."""
        with caller.write() as asked:
            let_back_in(asked.session, viewer=asked.viewer, member_id=member_id)

    return routes
