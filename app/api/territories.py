"""`/api/v1/territories`: accounts that belong together, and the rules that place them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.api.access_shape import RULE, TerritoryOut, territory_out
from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, Page, refusals
from app.records.territories import moves, service
from app.records.territories.service import TerritoryChanges

TerritoryId = Annotated[str, Path(examples=[EXAMPLE_ID])]


class NewTerritory(Body):
    """`rule` is a filter over companies; without one, accounts come by hand. `owner_id` gets what a rule brings."""

    name: str = Field(examples=["DACH Enterprise"], min_length=1, max_length=100)
    rule: dict[str, Any] | None = Field(default=None, examples=[RULE])
    owner_id: str | None = Field(default=None, examples=[None])


class TerritoryEdit(Body):
    name: str = Field(default="", examples=["DACH Enterprise"], min_length=1, max_length=100)
    rule: dict[str, Any] | None = Field(default=None, examples=[RULE])
    owner_id: str | None = Field(default=None, examples=[None])
    position: int = Field(default=0, ge=0, le=10_000, examples=[0], description="Place in the order, from 0.")


class MoveOut(BaseModel):
    """So many accounts from one territory (null: from none) to another."""

    from_id: str | None = Field(examples=[None])
    to_id: str | None = Field(examples=[EXAMPLE_ID])
    accounts: int = Field(examples=[120])


class MovingAccount(BaseModel):
    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Quarry GmbH"])
    from_id: str | None = Field(examples=[None])
    to_id: str | None = Field(examples=[EXAMPLE_ID])


class SimulationOut(BaseModel):
    """What applying the rules would do."""

    accounts: int = Field(examples=[120])
    moves: list[MoveOut]
    examples: list[MovingAccount]


class ApplicationOut(BaseModel):
    """`running`: a job moves the accounts; a simulation tells how many are left."""

    state: Literal["done", "running"]
    accounts: int = Field(examples=[120])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/territories", tags=["territories"])
    _add_territories(routes)
    _add_rules(routes)
    return routes


def _add_territories(routes: APIRouter) -> None:
    @routes.get("", operation_id="list_territories", responses=refusals())
    def list_territories(caller: Called) -> Page[TerritoryOut]:
        """The territories of the workspace, in the order of their priority."""
        with caller.read() as asked:
            found = service.territories(asked.session, viewer=asked.viewer)
            return Page(items=[territory_out(territory) for territory in found])

    @routes.post("", operation_id="create_territory", status_code=201, responses=refusals(403, 409))
    def create_territory(caller: Called, body: NewTerritory) -> TerritoryOut:
        """Draw a territory. It moves nothing until the rules are applied."""
        with caller.write() as asked:
            made = service.create_territory(asked.session, viewer=asked.viewer, **body.model_dump())
            return territory_out(made)

    @routes.get("/{territory_id}", operation_id="get_territory", responses=refusals(404))
    def get_territory(caller: Called, territory_id: TerritoryId) -> TerritoryOut:
        """One territory."""
        with caller.read() as asked:
            found = service.get_territory(asked.session, viewer=asked.viewer, territory_id=territory_id)
            return territory_out(found)

    @routes.patch("/{territory_id}", operation_id="update_territory", responses=refusals(403, 404, 409))
    def update_territory(caller: Called, territory_id: TerritoryId, body: TerritoryEdit) -> TerritoryOut:
        """Change a territory. It moves nothing until the rules are applied."""
        changes: TerritoryChanges = body.model_dump(exclude_unset=True)  # type: ignore[assignment]
        with caller.write() as asked:
            changed = service.change_territory(
                asked.session, viewer=asked.viewer, territory_id=territory_id, changes=changes
            )
            return territory_out(changed)

    @routes.delete("/{territory_id}", operation_id="delete_territory", status_code=204, responses=refusals(403, 404))
    def delete_territory(caller: Called, territory_id: TerritoryId) -> None:
        """Dissolve a territory; its records and members are in none afterwards."""
        with caller.write() as asked:
            service.delete_territory(asked.session, viewer=asked.viewer, territory_id=territory_id)


def _add_rules(routes: APIRouter) -> None:
    @routes.post("/simulations", operation_id="simulate_territories", responses=refusals(403))
    def simulate(caller: Called) -> SimulationOut:
        """How many accounts the rules would move, from where to where. Changes nothing."""
        with caller.read() as asked:
            return SimulationOut.model_validate(
                moves.simulate(asked.session, viewer=asked.viewer), from_attributes=True
            )

    @routes.post("/applications", operation_id="apply_territories", responses=refusals(403))
    def apply(caller: Called) -> ApplicationOut:
        """Move every account where the rules put it, with its contacts, leads and deals."""
        with caller.write() as asked:
            return ApplicationOut.model_validate(moves.apply(asked.session, viewer=asked.viewer), from_attributes=True)
