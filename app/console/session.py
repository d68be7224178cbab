"""The signed cookie of a person who signed in on the web pages, and the token that guards their forms."""

import hmac

from fastapi import Request, Response
from sqlmodel import Session

from app.core.context import Context
from app.core.database import confine
from app.core.errors import Forbidden, NotSignedIn
from app.core.security import BadSignature
from app.workspaces.access import Viewer, viewer_by_id

COOKIE = "sidenote_session"
SECONDS = 14 * 86_400


def begin(context: Context, response: Response, member_id: str) -> None:
    keep(context, response, COOKIE, context.vault.sign("session", member_id, seconds=SECONDS), seconds=SECONDS)


def end(context: Context, response: Response) -> None:
    drop(context, response, COOKIE)


def keep(context: Context, response: Response, name: str, value: str, *, seconds: int, path: str = "/") -> None:
    """Set a cookie that scripts cannot read, that other sites' forms do not send, and that needs TLS in public."""
    secure = not context.settings.is_loopback
    response.set_cookie(name, value, max_age=seconds, path=path, httponly=True, samesite="lax", secure=secure)


def drop(context: Context, response: Response, name: str, *, path: str = "/") -> None:
    secure = not context.settings.is_loopback
    response.delete_cookie(name, path=path, httponly=True, samesite="lax", secure=secure)


def viewer_of(context: Context, session: Session, request: Request) -> Viewer:
    """The member behind the cookie, to whose workspace the session is confined from now on. Raises NotSignedIn."""
    viewer = known(context, session, request)
    confine(session, viewer.workspace_id)
    return viewer


def known(context: Context, session: Session, request: Request) -> Viewer:
    """The member behind the cookie, for those who look across workspaces. Raises NotSignedIn."""
    try:
        member_id = context.vault.unsign("session", request.cookies.get(COOKIE, ""))
    except BadSignature:
        raise NotSignedIn("Sign in first.") from None
    return viewer_by_id(session, str(member_id))


def form_token(context: Context, viewer: Viewer) -> str:
    """What a form carries to prove that it was drawn for this member."""
    return context.vault.sign("form", viewer.member_id, seconds=SECONDS)


def viewer_of_form(context: Context, session: Session, request: Request, token: str) -> Viewer:
    """The signed-in member, who must also be the one for whom the form was drawn."""
    viewer = viewer_of(context, session, request)
    try:
        drawn_for = str(context.vault.unsign("form", token))
    except BadSignature:
        drawn_for = ""
    if not hmac.compare_digest(drawn_for.encode(), viewer.member_id.encode()):
        raise Forbidden("This form is too old, or was drawn for someone else: reload the page and try again.")
    return viewer
