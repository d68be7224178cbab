"""What every form does: check its token, change something in one transaction, and say how it went."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Form, Request, Response
from sqlmodel import Session

from app.console import session as web_session
from app.console.pages import to
from app.core.context import Context
from app.core.database import transaction
from app.core.errors import Conflict, InvalidInput, SidenoteError
from app.workspaces.access import Viewer

FormText = Annotated[str, Form(max_length=2_000)]

Change = Callable[[Session, Viewer], object]
Redraw = Callable[[Session, Viewer, SidenoteError], Response]


def submit(context: Context, request: Request, token: str, change: Change, *, back: str, redraw: Redraw) -> Response:
    """Carry out `change` and send the browser `back`; what the person can put right, `redraw` shows with the reason."""
    try:
        with transaction(context.engine) as session:
            change(session, web_session.viewer_of_form(context, session, request, token))
    except (InvalidInput, Conflict) as error:
        with transaction(context.engine, read_only=True) as session:
            return redraw(session, web_session.viewer_of(context, session, request), error)
    return to(back)
