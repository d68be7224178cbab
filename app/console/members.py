"""Who is in the workspace, and letting colleagues in and out."""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from app.console import session as web_session
from app.console.forms import FormText, submit
from app.console.pages import page
from app.core.context import Context
from app.core.database import transaction
from app.core.errors import SidenoteError
from app.workspaces import invitations, members, removal, roles
from app.workspaces.access import Viewer
from app.workspaces.policy import set_join_domains
from models import Member, Workspace

DONE = {
    "invited": "Invited. They join when they sign in with Google at that address: tell them where.",
    "removed": "Removed. What they held is with their successor, and their mailboxes are being disconnected; "
    "what they logged stays.",
    "restored": "They are back in. Their mailboxes wait to be connected again.",
    "saved": "Saved.",
}


def router(context: Context) -> APIRouter:
    routes = APIRouter(prefix="/members", include_in_schema=False)

    @routes.get("")
    def show(request: Request, done: str = "") -> Response:
        with transaction(context.engine, read_only=True) as session:
            viewer = web_session.viewer_of(context, session, request)
            return _page(context, session, viewer, None, done=DONE.get(done))

    @routes.post("/invitations")
    def invite(request: Request, email: FormText = "", role: FormText = "", token: FormText = "") -> Response:
        def change(session: Session, viewer: Viewer) -> None:
            invitations.invite(session, viewer=viewer, email=email, role_ids=[role])

        redraw = partial(_page, context, typed=email)
        return submit(context, request, token, change, back="/members?done=invited", redraw=redraw)

    @routes.post("/join-domains")
    def join_domains(request: Request, open: FormText = "", token: FormText = "") -> Response:
        def change(session: Session, viewer: Viewer) -> None:
            set_join_domains(session, viewer=viewer, domains=[_domain(viewer)] if open else [])

        return submit(context, request, token, change, back="/members?done=saved", redraw=partial(_page, context))

    @routes.post("/{member_id}/removal")
    def remove(member_id: str, request: Request, heir: FormText = "", token: FormText = "") -> Response:
        def change(session: Session, viewer: Viewer) -> None:
            removal.remove_member(session, viewer=viewer, member_id=member_id, reassign_to=heir or None)

        return submit(context, request, token, change, back="/members?done=removed", redraw=partial(_page, context))

    @routes.post("/{member_id}/return")
    def let_back_in(member_id: str, request: Request, token: FormText = "") -> Response:
        def change(session: Session, viewer: Viewer) -> None:
            removal.let_back_in(session, viewer=viewer, member_id=member_id)

        return submit(context, request, token, change, back="/members?done=restored", redraw=partial(_page, context))

    return routes


def _page(
    context: Context,
    session: Session,
    viewer: Viewer,
    error: SidenoteError | None,
    *,
    typed: str = "",
    done: str | None = None,
) -> Response:
    known = roles.roles(session, viewer=viewer)
    return page(
        "members.html",
        error=error,
        done=done,
        viewer=viewer,
        token=web_session.form_token(context, viewer),
        members=members.members(session, viewer=viewer),
        manages=viewer.is_admin or "members" in viewer.access.powers,
        roles=known,
        role_names={role.id: role.name for role in known},
        held=roles.role_names(session, viewer=viewer),
        invitations=invitations.open_invitations(session, viewer=viewer),
        workspace=session.get_one(Workspace, viewer.workspace_id),
        domain=_domain(viewer),
        can_open=session.get_one(Member, viewer.member_id).hosted_domain == _domain(viewer),
        base_url=context.settings.base_url,
        typed=typed,
    )


def _domain(viewer: Viewer) -> str:
    return viewer.email.partition("@")[2]
