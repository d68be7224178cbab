"""Who is in the workspace, and letting colleagues in."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session

from app.console import session as web_session
from app.console.pages import page, to
from app.core.context import Context
from app.core.database import transaction
from app.core.errors import InvalidInput, SidenoteError
from app.workspaces import members
from app.workspaces.access import Viewer
from models import Workspace

FormText = Annotated[str, Form()]


def router(context: Context) -> APIRouter:
    routes = APIRouter(prefix="/members", include_in_schema=False)

    @routes.get("")
    def show(request: Request) -> Response:
        with transaction(context.engine, read_only=True) as session:
            viewer = web_session.viewer_of(context, session, request)
            return _page(context, session, viewer, None)

    @routes.post("/invitations")
    def invite(request: Request, email: FormText = "", role: FormText = "", token: FormText = "") -> Response:
        try:
            with transaction(context.engine) as session:
                viewer = web_session.viewer_of_form(context, session, request, token)
                members.invite(session, viewer=viewer, email=email, role_id=role)
        except InvalidInput as error:
            return _again(context, request, error)
        return to("/members")

    @routes.post("/join-domains")
    def join_domains(request: Request, open: FormText = "", token: FormText = "") -> Response:
        try:
            with transaction(context.engine) as session:
                viewer = web_session.viewer_of_form(context, session, request, token)
                own = [viewer.email.partition("@")[2]] if open else []
                members.set_join_domains(session, viewer=viewer, domains=own)
        except InvalidInput as error:
            return _again(context, request, error)
        return to("/members")

    return routes


def _again(context: Context, request: Request, error: SidenoteError) -> Response:
    """The same page with the reason on top."""
    with transaction(context.engine, read_only=True) as session:
        viewer = web_session.viewer_of(context, session, request)
        return _page(context, session, viewer, error)


def _page(context: Context, session: Session, viewer: Viewer, error: SidenoteError | None) -> Response:
    return page(
        "members.html",
        status=error.status if error else 200,
        viewer=viewer,
        notice=error.message if error else None,
        token=web_session.form_token(context, viewer),
        members=members.members(session, viewer=viewer),
        roles=members.roles(session, viewer=viewer),
        invitations=members.open_invitations(session, viewer=viewer),
        workspace=session.get_one(Workspace, viewer.workspace_id),
        domain=viewer.email.partition("@")[2],
    )
