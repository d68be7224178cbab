"""Signing in with Google, and connecting a mailbox: from the web pages or from the add-on's card."""

from fastapi import APIRouter, Response

from app.console import session as web_session
from app.console.pages import page, to
from app.core.context import Context
from app.core.database import transaction
from app.core.errors import Forbidden
from app.workspaces.signin import Identity, sign_in
from sync import oauth
from sync.mailboxes import connect_mailbox


def router(context: Context) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/signin")
    def start_signin() -> Response:
        return to(oauth.begin(context.settings, context.vault, purpose=oauth.SIGN_IN))

    @routes.get("/connect")
    def connect(ticket: str = "") -> Response:
        """Connect a mailbox. `ticket`, from the add-on's card, binds the consent to the account that clicked."""
        if not ticket:
            return to(oauth.begin(context.settings, context.vault, purpose=oauth.CONNECT))
        claim = context.vault.unsign("connect", ticket)
        assert isinstance(claim, dict)
        hint, sub = str(claim["email"]), str(claim["sub"])
        return to(oauth.begin(context.settings, context.vault, purpose=oauth.CONNECT, login_hint=hint, addon_sub=sub))

    @routes.get("/oauth/callback")
    def callback(state: str = "", code: str | None = None, error: str | None = None) -> Response:
        with transaction(context.engine) as session:
            signed_in = oauth.finish(
                session, context.settings, context.vault, context.certs, state=state, code=code, error=error
            )
            _check_account(signed_in)
            member = sign_in(session, Identity(signed_in.sub, signed_in.email, signed_in.name))
            if signed_in.purpose == oauth.CONNECT:
                connect_mailbox(session, member, signed_in, vault=context.vault)
        response = page("connected.html", address=signed_in.email) if signed_in.addon_sub else to("/")
        web_session.begin(context, response, member.id)
        return response

    @routes.post("/signout")
    def sign_out() -> Response:
        response = to("/")
        web_session.end(response)
        return response

    return routes


def _check_account(signed_in: oauth.SignedIn) -> None:
    if signed_in.addon_sub and signed_in.addon_sub != signed_in.sub:
        raise Forbidden(f"You chose {signed_in.email}, but Gmail is open with another account: choose that one.")
