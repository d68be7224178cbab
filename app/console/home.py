"""The first page, and a member's mailboxes: their state in plain words."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import select
from sqlmodel import Session, col

from app.console import session as web_session
from app.console.pages import page, to
from app.core.context import Context
from app.core.database import transaction
from app.core.errors import NotFound, NotSignedIn
from app.workspaces.access import Viewer
from models import Exclusion, Mailbox
from sync import by_hand
from sync.mailboxes import disconnect
from sync.status import MailboxStatus, status

FormText = Annotated[str, Form()]


def router(context: Context) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    def home(request: Request) -> Response:
        with transaction(context.engine, read_only=True) as session:
            try:
                viewer = web_session.viewer_of(context, session, request)
            except NotSignedIn:
                return page("welcome.html")
            return page(
                "home.html",
                viewer=viewer,
                token=web_session.form_token(context, viewer),
                mailboxes=_own(context, session, viewer),
                exclusions=_exclusions(session, viewer),
            )

    @routes.post("/mailboxes/{mailbox_id}/disconnect")
    def disconnect_mailbox(mailbox_id: str, request: Request, token: FormText = "") -> Response:
        with transaction(context.engine) as session:
            viewer = web_session.viewer_of_form(context, session, request, token)
            mailbox = session.get(Mailbox, mailbox_id)
            if mailbox is None or mailbox.member_id != viewer.member_id:
                raise NotFound("This mailbox does not exist, or is not yours.")
            disconnect(session, context.settings, context.vault, mailbox=mailbox)
        return to("/")

    @routes.post("/exclusions")
    def exclude(request: Request, value: FormText = "", everyone: FormText = "", token: FormText = "") -> Response:
        with transaction(context.engine) as session:
            viewer = web_session.viewer_of_form(context, session, request, token)
            by_hand.exclude(
                session,
                viewer=viewer,
                kind="address" if "@" in value else "domain",
                value=value.strip(),
                workspace_wide=bool(everyone),
            )
        return to("/")

    return routes


def _own(context: Context, session: Session, viewer: Viewer) -> list[MailboxStatus]:
    mine = set(session.scalars(select(col(Mailbox.id)).where(col(Mailbox.member_id) == viewer.member_id)))
    return [
        box for box in status(session, context.settings, workspace_id=viewer.workspace_id) if box.mailbox_id in mine
    ]


def _exclusions(session: Session, viewer: Viewer) -> list[Exclusion]:
    query = select(Exclusion).where(col(Exclusion.workspace_id) == viewer.workspace_id)
    theirs = col(Exclusion.member_id).is_(None) | (col(Exclusion.member_id) == viewer.member_id)
    return list(session.scalars(query.where(theirs).order_by(col(Exclusion.value))))
