"""The signed cookie of a person who signed in on the web pages."""

import hmac

from fastapi import Request, Response
from sqlmodel import Session

from app.core.context import Context
from app.core.errors import Forbidden, NotSignedIn, SidenoteError
from app.workspaces.access import Viewer, viewer_by_id

COOKIE = "sidenote_session"
DAYS = 14


def begin(context: Context, response: Response, member_id: str) -> None:
    seconds = DAYS * 86_400
    response.set_cookie(
        COOKIE,
        context.vault.sign("session", member_id, seconds=seconds),
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=not context.settings.is_loopback,
    )


def end(response: Response) -> None:
    response.delete_cookie(COOKIE)


def viewer_of(context: Context, session: Session, request: Request) -> Viewer:
    """The member behind the cookie. Raises NotSignedIn."""
    try:
        member_id = context.vault.unsign("session", request.cookies.get(COOKIE, ""))
    except SidenoteError:
        raise NotSignedIn("Sign in first.") from None
    return viewer_by_id(session, str(member_id))


def form_token(context: Context, viewer: Viewer) -> str:
    """What a form carries to prove that it was drawn for this member."""
    return context.vault.sign("form", viewer.member_id, seconds=DAYS * 86_400)


def viewer_of_form(context: Context, session: Session, request: Request, token: str) -> Viewer:
    """The signed-in member, who must also be the one for whom the form was drawn."""
    viewer = viewer_of(context, session, request)
    if not hmac.compare_digest(str(context.vault.unsign("form", token)), viewer.member_id):
        raise Forbidden("This form was drawn for someone else: reload the page.")
    return viewer
