"""The first page, and a member's mailboxes: their state in plain words."""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlmodel import Session, col

from app.console import session as web_session
from app.console.forms import FormText, submit
from app.console.pages import page
from app.core.context import Context
from app.core.database import transaction
from app.core.errors import NotFound, NotSignedIn, SidenoteError
from app.workspaces.access import Viewer
from models import Mailbox
from sync import by_hand
from sync.exclusions import exclusions_of, lift
from sync.grants import revoke
from sync.mailboxes import disconnect
from sync.status import MailboxStatus, status

DONE = {
    "disconnected": "The mailbox is disconnected. The mail that was stored stays.",
    "excluded": "Coming mail with that address or domain stays out.",
    "lifted": "Mail with that address or domain is let in again; past mail follows in a moment.",
}


def router(context: Context) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    def home(request: Request, done: str = "") -> Response:
        with transaction(context.engine, read_only=True) as session:
            try:
                viewer = web_session.viewer_of(context, session, request)
            except NotSignedIn:
                return page("welcome.html")
            return _page(context, session, viewer, None, done=DONE.get(done))

    @routes.post("/mailboxes/{mailbox_id}/disconnect")
    def disconnect_mailbox(mailbox_id: str, request: Request, token: FormText = "") -> Response:
        with transaction(context.engine, read_only=True) as session:
            owner = web_session.viewer_of_form(context, session, request, token)
            grant = _own_mailbox(session, owner, mailbox_id).grant
        revoke(context.settings, context.vault, grant=grant)

        def change(session: Session, viewer: Viewer) -> None:
            disconnect(session, mailbox=_own_mailbox(session, viewer, mailbox_id), revoked=grant)

        return submit(context, request, token, change, back="/?done=disconnected", redraw=partial(_page, context))

    @routes.post("/exclusions")
    def exclude(request: Request, value: FormText = "", everyone: FormText = "", token: FormText = "") -> Response:
        def change(session: Session, viewer: Viewer) -> None:
            kind = "address" if "@" in value.strip().lstrip("@") else "domain"
            plain = value.strip().lstrip("@")
            by_hand.exclude(session, viewer=viewer, kind=kind, value=plain, workspace_wide=bool(everyone))

        redraw = partial(_page, context, typed=value)
        return submit(context, request, token, change, back="/?done=excluded", redraw=redraw)

    @routes.post("/exclusions/{exclusion_id}/removal")
    def remove_exclusion(exclusion_id: str, request: Request, token: FormText = "") -> Response:
        def change(session: Session, viewer: Viewer) -> None:
            lift(session, viewer=viewer, exclusion_id=exclusion_id)

        return submit(context, request, token, change, back="/?done=lifted", redraw=partial(_page, context))

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
    return page(
        "home.html",
        error=error,
        done=done,
        viewer=viewer,
        token=web_session.form_token(context, viewer),
        mailboxes=_own(context, session, viewer),
        exclusions=exclusions_of(session, viewer=viewer),
        typed=typed,
    )


def _own_mailbox(session: Session, viewer: Viewer, mailbox_id: str) -> Mailbox:
    mailbox = session.get(Mailbox, mailbox_id)
    if mailbox is None or mailbox.member_id != viewer.member_id:
        raise NotFound("This mailbox does not exist, or is not yours.")
    return mailbox


def _own(context: Context, session: Session, viewer: Viewer) -> list[MailboxStatus]:
    mine = set(session.scalars(select(col(Mailbox.id)).where(col(Mailbox.member_id) == viewer.member_id)))
    boxes = status(session, context.settings, workspace_id=viewer.workspace_id)
    return [box for box in boxes if box.mailbox_id in mine]
