"""What holds for the whole workspace: everybody may read it, admins change it."""

import re
from functools import partial

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from app.console import session as web_session
from app.console.forms import FormText, submit
from app.console.pages import page
from app.core.context import Context
from app.core.database import transaction
from app.core.errors import SidenoteError
from app.workspaces.access import Viewer
from app.workspaces.policy import set_contact_policy, set_internal_domains
from models import Workspace

POLICIES = {
    "sent": "People we wrote to",
    "sent_and_received": "People we wrote to, and people who wrote to us",
    "none": "Nobody: contacts are only made by hand",
}


def router(context: Context) -> APIRouter:
    routes = APIRouter(prefix="/workspace", include_in_schema=False)

    @routes.get("")
    def show(request: Request, done: str = "") -> Response:
        with transaction(context.engine, read_only=True) as session:
            viewer = web_session.viewer_of(context, session, request)
            return _page(context, session, viewer, None, done="Saved." if done else None)

    @routes.post("/contact-policy")
    def contact_policy(request: Request, policy: FormText = "", token: FormText = "") -> Response:
        def change(session: Session, viewer: Viewer) -> None:
            set_contact_policy(session, viewer=viewer, policy=policy)

        return submit(context, request, token, change, back="/workspace?done=saved", redraw=partial(_page, context))

    @routes.post("/internal-domains")
    def internal_domains(request: Request, domains: FormText = "", token: FormText = "") -> Response:
        def change(session: Session, viewer: Viewer) -> None:
            set_internal_domains(session, viewer=viewer, domains=re.split(r"[\s,;]+", domains))

        redraw = partial(_page, context, typed=domains)
        return submit(context, request, token, change, back="/workspace?done=saved", redraw=redraw)

    return routes


def _page(
    context: Context,
    session: Session,
    viewer: Viewer,
    error: SidenoteError | None,
    *,
    typed: str | None = None,
    done: str | None = None,
) -> Response:
    workspace = session.get_one(Workspace, viewer.workspace_id)
    return page(
        "workspace.html",
        error=error,
        done=done,
        viewer=viewer,
        token=web_session.form_token(context, viewer),
        workspace=workspace,
        policies=POLICIES,
        domains=", ".join(workspace.internal_domains) if typed is None else typed,
    )
