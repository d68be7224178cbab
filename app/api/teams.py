"""`/api/v1/teams`: members who see each other's records under a `team` scope."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, Page, refusals
from app.workspaces import teams

TeamId = Annotated[str, Path(examples=[EXAMPLE_ID])]


class TeamOut(BaseModel):
    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Key accounts"])


class TeamIn(Body):
    name: str = Field(examples=["Key accounts"], min_length=1, max_length=100)


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/teams", tags=["members"])

    @routes.get("", operation_id="list_teams", responses=refusals())
    def list_teams(caller: Called) -> Page[TeamOut]:
        """The teams of the workspace by name. Who is in one, its members tell."""
        with caller.read() as asked:
            found = teams.teams(asked.session, viewer=asked.viewer)
            return Page(items=[TeamOut(id=team.id, name=team.name) for team in found])

    @routes.post("", operation_id="create_team", status_code=201, responses=refusals(403, 409))
    def create_team(caller: Called, body: TeamIn) -> TeamOut:
        """Make a team. It needs the power `members`."""
        with caller.write() as asked:
            team = teams.create_team(asked.session, viewer=asked.viewer, name=body.name)
            return TeamOut(id=team.id, name=team.name)

    @routes.patch("/{team_id}", operation_id="update_team", responses=refusals(403, 404, 409))
    def update_team(caller: Called, team_id: TeamId, body: TeamIn) -> TeamOut:
        """Rename a team."""
        with caller.write() as asked:
            team = teams.rename_team(asked.session, viewer=asked.viewer, team_id=team_id, name=body.name)
            return TeamOut(id=team.id, name=team.name)

    @routes.delete("/{team_id}", operation_id="delete_team", status_code=204, responses=refusals(403, 404))
    def delete_team(caller: Called, team_id: TeamId) -> None:
        """Dissolve a team; its members are in none afterwards."""
        with caller.write() as asked:
            teams.delete_team(asked.session, viewer=asked.viewer, team_id=team_id)

    return routes
