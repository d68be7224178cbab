"""Signing in with Google, and connecting a mailbox: from the web pages or from the add-on's card."""

import hmac
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from app.console import session as web_session
from app.console.forms import FormText
from app.console.pages import page, to
from app.core.context import Context
from app.core.database import transaction
from app.core.errors import Forbidden, NotSignedIn
from app.core.security import BadSignature, token_hash
from app.workspaces.access import Viewer, viewer_by_sub
from app.workspaces.signin import DECLINE, Identity, InvitationToAnswer, sign_in
from models import Member
from sync import oauth
from sync.mailboxes import connect_mailbox

STATE_COOKIE, CHOICE_COOKIE = "sidenote_signin", "sidenote_choice"
CALLBACK = "/oauth"


def router(context: Context) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/signin")
    def start_signin(choice: str = "") -> Response:
        return _set_out(context, oauth.begin(context.settings, context.vault, purpose=oauth.SIGN_IN), choice)

    @routes.get("/connect")
    def connect(ticket: str = "") -> Response:
        """Connect a mailbox. `ticket`, from the add-on's card, binds the consent to the account that clicked."""
        claim: Any = context.vault.unsign("connect", ticket) if ticket else {"email": None, "sub": None}
        url = oauth.begin(
            context.settings,
            context.vault,
            purpose=oauth.CONNECT,
            login_hint=claim["email"],
            addon_sub=claim["sub"],
        )
        return _set_out(context, url)

    @routes.get("/oauth/callback")
    def callback(request: Request, state: str = "", code: str | None = None, error: str | None = None) -> Response:
        return _come_back(context, request, state, code, error)

    @routes.post("/signout")
    def sign_out(request: Request, token: FormText = "") -> Response:
        with transaction(context.engine, read_only=True) as session:
            web_session.viewer_of_form(context, session, request, token)
        response = to("/")
        web_session.end(context, response)
        return response

    return routes


def _set_out(context: Context, url: str, choice: str = "") -> Response:
    """To Google; the browser keeps what proves on its way back that this sign-in was begun in it (RFC 6749, 10.12)."""
    response = to(url)
    state = parse_qs(urlsplit(url).query)["state"][0]
    web_session.keep(context, response, STATE_COOKIE, token_hash(state), seconds=oauth.STATE_SECONDS, path=CALLBACK)
    if choice:
        web_session.keep(context, response, CHOICE_COOKIE, choice, seconds=oauth.STATE_SECONDS, path=CALLBACK)
    else:
        web_session.drop(context, response, CHOICE_COOKIE, path=CALLBACK)
    return response


def _come_back(context: Context, request: Request, state: str, code: str | None, error: str | None) -> Response:
    """From Google: into the seat that the account has, takes or founds, and on to the pages or back to Gmail."""
    _check_browser(request, state)
    with transaction(context.engine) as session:
        begun = oauth.use_up(session, context.vault, state=state)
    signed_in = oauth.finish(context.settings, context.certs, begun=begun, code=code, error=error)
    try:
        with transaction(context.engine) as session:
            member_id = _enter(context, session, request, signed_in)
    except InvitationToAnswer as question:
        return _ask(context, question)
    response = page("connected.html", address=signed_in.email) if signed_in.addon_sub else to("/")
    web_session.begin(context, response, member_id)
    for cookie in (STATE_COOKIE, CHOICE_COOKIE):
        web_session.drop(context, response, cookie, path=CALLBACK)
    return response


def _check_browser(request: Request, state: str) -> None:
    begun = request.cookies.get(STATE_COOKIE, "")
    if not hmac.compare_digest(begun.encode(), token_hash(state).encode()):
        raise BadSignature("This sign-in was begun in another browser, or too long ago: start again.")


def _enter(context: Context, session: Session, request: Request, signed_in: oauth.SignedIn) -> str:
    """The id of the member who came back, with their mailbox connected if they went out for that."""
    member = _member(context, session, request, signed_in)
    if signed_in.purpose == oauth.CONNECT:
        connect_mailbox(session, member, signed_in, vault=context.vault)
    return member.id


def _member(context: Context, session: Session, request: Request, signed_in: oauth.SignedIn) -> Member:
    """Whoever is signed in here connects a mailbox to their own seat; else the Google account says who it is."""
    if signed_in.addon_sub and signed_in.addon_sub != signed_in.sub:
        raise Forbidden(f"You chose {signed_in.email}, but Gmail is open with another account: choose that one.")
    viewer = _signed_in_here(context, session, request)
    if viewer and signed_in.purpose == oauth.CONNECT and not signed_in.addon_sub:
        owner = viewer_by_sub(session, signed_in.sub)
        if owner and owner.member_id != viewer.member_id:
            raise Forbidden(f"{signed_in.email} is another member's account: choose one of your own.")
        return session.get_one(Member, viewer.member_id)
    identity = Identity(signed_in.sub, signed_in.email, signed_in.name, signed_in.hosted_domain)
    return sign_in(session, identity, choice=_choice(context, request, signed_in))


def _signed_in_here(context: Context, session: Session, request: Request) -> Viewer | None:
    try:
        return web_session.known(context, session, request)
    except NotSignedIn:
        return None


def _choice(context: Context, request: Request, signed_in: oauth.SignedIn) -> str | None:
    """The answer to an invitation, if this very account was asked."""
    try:
        answer: Any = context.vault.unsign("choice", request.cookies.get(CHOICE_COOKIE, ""))
    except BadSignature:
        return None
    return str(answer["choice"]) if answer["sub"] == signed_in.sub else None


def _ask(context: Context, question: InvitationToAnswer) -> Response:
    """A page with one link per answer: each goes through Google once more, which proves the account again."""
    identity = question.identity

    def link(choice: str) -> str:
        answer = {"choice": choice, "sub": identity.sub}
        return f"/signin?choice={context.vault.sign('choice', answer, seconds=oauth.STATE_SECONDS)}"

    offers = [(offer, link(offer.invitation_id)) for offer in question.offers]
    return page("choice.html", address=identity.email, offers=offers, decline=link(DECLINE))
