"""How tickets stand with what was promised, and what is promised."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID, Named
from app.api.shapes import Body, Page, refusals
from app.timeline.tickets.promises import MAX_MINUTES, service_promises, set_promises
from app.timeline.tickets.standing import Standing, open_tickets, standing_of

State = Literal["ok", "due_soon", "breached"]
Minutes = Annotated[int, Field(ge=1, le=MAX_MINUTES, examples=[240])]


class SideOut(BaseModel):
    """A clock. `at` is when it stopped, after `seconds`; `due_soon` is its last hour."""

    due_at: datetime
    at: datetime | None
    seconds: int | None = Field(examples=[1860])
    state: State


class ClockOut(BaseModel):
    """The clocks of a ticket; they stand still from `paused_at` on."""

    ticket: Named
    started_at: datetime
    paused_at: datetime | None
    first_response: SideOut
    resolution: SideOut


class BusinessHours(Body):
    days: list[Annotated[int, Field(ge=0, le=6)]] = Field(
        min_length=1, max_length=7, examples=[[0, 1, 2, 3, 4]], description="Monday is 0."
    )
    opens: str = Field(pattern=r"^\d{2}:\d{2}$", examples=["09:00"])
    closes: str = Field(pattern=r"^\d{2}:\d{2}$", examples=["17:00"])
    time_zone: str = Field(max_length=64, examples=["Europe/Berlin"])


class Promise(Body):
    """How soon tickets of a priority are answered and solved; with `hours`, only business time counts."""

    priority: str = Field(max_length=100, examples=["High"])
    first_response_minutes: Minutes
    resolution_minutes: Minutes
    hours: BusinessHours | None = None


class Promises(Body):
    items: list[Promise] = Field(min_length=1, max_length=20)


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["tickets"])
    _add_clocks(routes)
    _add_promises(routes)
    return routes


def _add_clocks(routes: APIRouter) -> None:
    @routes.get("/records/{record_id}/clock", operation_id="get_clock", responses=refusals(404))
    def clock(caller: Called, record_id: Annotated[str, Path(examples=[EXAMPLE_ID])]) -> ClockOut:
        """When a ticket is to be answered and solved, and when it was."""
        with caller.read() as asked:
            return _out(standing_of(asked.session, viewer=asked.viewer, record_id=record_id))

    @routes.get("/clocks", operation_id="list_clocks", responses=refusals())
    def clocks(
        caller: Called,
        state: Annotated[State | None, Query(description="The worse of a ticket's two clocks.")] = None,
        cursor: Annotated[str | None, Query(description="`next` of the page before.", examples=["WyJhIl0"])] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Page[ClockOut]:
        """The clocks of unsolved tickets, the one due first before the others."""
        with caller.read() as asked:
            found, more = open_tickets(asked.session, viewer=asked.viewer, state=state, cursor=cursor, limit=limit)
            return Page(items=[_out(one) for one in found], next=more)


def _add_promises(routes: APIRouter) -> None:
    @routes.get("/service-promises", operation_id="list_service_promises", responses=refusals())
    def promises(caller: Called) -> Page[Promise]:
        """How soon tickets are answered and solved, by priority."""
        with caller.read() as asked:
            rows = service_promises(asked.session, workspace_id=asked.viewer.workspace_id)
            return Page(items=[Promise.model_validate(row.model_dump(exclude={"workspace_id"})) for row in rows])

    @routes.put("/service-promises", operation_id="replace_service_promises", responses=refusals(403))
    def replace(caller: Called, body: Promises) -> Page[Promise]:
        """Promise anew for all priorities. Tickets that run keep their due times."""
        with caller.write() as asked:
            given = [promise.model_dump() for promise in body.items]
            rows = set_promises(asked.session, viewer=asked.viewer, promises=given)
            return Page(items=[Promise.model_validate(row.model_dump(exclude={"workspace_id"})) for row in rows])


def _out(standing: Standing) -> ClockOut:
    return ClockOut(
        ticket=Named(id=standing.record_id, name=standing.name),
        started_at=standing.started_at,
        paused_at=standing.paused_at,
        first_response=SideOut.model_validate(standing.first_response, from_attributes=True),
        resolution=SideOut.model_validate(standing.resolution, from_attributes=True),
    )
