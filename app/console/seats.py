"""A member's seat on a page of its own: roles, team, manager and territory."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import select
from sqlmodel import Session, col

from app.console import session as web_session
from app.console.forms import FormText, submit
from app.console.pages import page
from app.core.context import Context
from app.core.database import transaction
from app.core.errors import SidenoteError
from app.workspaces.access import Viewer, require_power
from app.workspaces.members import members
from app.workspaces.roles import roles, roles_held
from app.workspaces.seating import change_seat, get_member
from app.workspaces.teams import create_team, teams
from models import Territory

FormChoices = Annotated[list[str], Form(max_length=100)]


def router(context: Context) -> APIRouter:
    routes = APIRouter(prefix="/members", include_in_schema=False)

    @routes.get("/{member_id}")
    def show(member_id: str, request: Request) -> Response:
        with transaction(context.engine, read_only=True) as session:
            viewer = web_session.viewer_of(context, session, request)
            return _page(context, session, viewer, None, member_id=member_id)

    @routes.post("/{member_id}/seat")
    def save(
        member_id: str,
        request: Request,
        role: FormChoices = [],  # noqa: B006
        team: FormText = "",
        manager: FormText = "",
        territory: FormText = "",
        token: FormText = "",
    ) -> Response:
        def change(session: Session, viewer: Viewer) -> None:
            change_seat(
                session,
                viewer=viewer,
                member_id=member_id,
                changes={
                    "role_ids": role,
                    "team_id": team or None,
                    "manager_id": manager or None,
                    "territory_id": territory or None,
                },
            )

        redraw = partial(_page, context, member_id=member_id)
        return submit(context, request, token, change, back="/members?done=saved", redraw=redraw)

    @routes.post("/{member_id}/team")
    def new_team(member_id: str, request: Request, name: FormText = "", token: FormText = "") -> Response:
        def change(session: Session, viewer: Viewer) -> None:
            team = create_team(session, viewer=viewer, name=name)
            change_seat(session, viewer=viewer, member_id=member_id, changes={"team_id": team.id})

        redraw = partial(_page, context, member_id=member_id)
        return submit(context, request, token, change, back=f"/members/{member_id}", redraw=redraw)

    return routes


def _page(
    context: Context, session: Session, viewer: Viewer, error: SidenoteError | None, *, member_id: str
) -> Response:
    require_power(viewer, "members")
    territories = select(Territory).where(col(Territory.workspace_id) == viewer.workspace_id)
    return page(
        "seat.html",
        error=error,
        viewer=viewer,
        token=web_session.form_token(context, viewer),
        member=get_member(session, viewer=viewer, member_id=member_id),
        held={role.id for holder, role in roles_held(session, viewer=viewer) if holder == member_id},
        roles=roles(session, viewer=viewer),
        teams=teams(session, viewer=viewer),
        colleagues=[one for one in members(session, viewer=viewer) if one.active and one.id != member_id],
        territories=session.scalars(territories.order_by(col(Territory.name))).all(),
    )
