"""The page itself, its static files, the people who can sign in, and the tokens of the add-on's calls."""

from dataclasses import asdict
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel, Field

from app.core.errors import Forbidden
from app.demo import assets
from app.demo.desk import MEMBER_COOKIE, Desk
from app.demo.tokens import event_tokens
from app.demo.views import Json

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
FOR_EVER = "public, max-age=31536000, immutable"
TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


class TokenRequest(BaseModel):
    """The absolute add-on URL that the page is about to call, and the Gmail id (hex) of the message it shows."""

    url: str = Field(max_length=2_000)
    message_id: str | None = Field(None, alias="messageId", max_length=50)


class Consent(BaseModel):
    """Scopes that the person has just allowed."""

    scopes: list[str] = Field(max_length=50)


class MemberChoice(BaseModel):
    """Key of the member to sign in as."""

    key: str = Field(max_length=50)


class PageRoutes:
    """Handlers as methods, so that they share the desk without global state."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.demo = desk.demo

    def add_to(self, routes: APIRouter) -> None:
        routes.get("")(self.page)
        routes.get("/static/{version}/{path:path}")(self.static)
        routes.get("/addon")(self.addon)
        routes.get("/members")(self.members)
        routes.post("/member")(self.sign_in)
        routes.post("/tokens")(self.tokens)
        routes.post("/consent")(self.consent)
        routes.get("/api/progress")(self.progress)

    def page(self) -> HTMLResponse:
        html = TEMPLATES.get_template("page.html").render(
            static=f"/demo/static/{assets.version()}", modules=assets.modules()
        )
        headers = {
            "Content-Security-Policy": PAGE_POLICY,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return HTMLResponse(html, headers=headers)

    def static(self, version: str, path: str) -> FileResponse:
        """An older version in the address gets today's file, but may not be kept."""
        file, media_type = assets.find(path)
        caching = FOR_EVER if version == assets.version() else "no-store"
        headers = {"Cache-Control": caching, "X-Content-Type-Options": "nosniff"}
        return FileResponse(file, media_type=media_type, headers=headers)

    def addon(self) -> Json:
        """What Gmail knows of the add-on from its manifest."""
        demo = self.demo
        return {
            "name": "Sidenote",
            "baseUrl": demo.base_url,
            "homeUrl": demo.home_url,
            "messageUrl": demo.message_url,
            "composeUrl": demo.compose_url,
            "menu": [{"label": "Settings", "url": demo.settings_url}],
            "scopes": demo.scopes,
        }

    def members(self, request: Request) -> Json:
        members = [
            {"key": member.key, "name": member.name, "email": member.email, "title": member.title}
            for member in self.demo.members
        ]
        return {"members": members, "signedIn": self.desk.signed_in(request.cookies).key}

    def sign_in(self, choice: MemberChoice, response: Response) -> Json:
        member = self.demo.member(choice.key)
        response.set_cookie(MEMBER_COOKIE, member.key, path="/demo", httponly=True, samesite="strict")
        return {"signedIn": member.key}

    def tokens(self, wanted: TokenRequest, request: Request) -> Json:
        """Tokens for a call to our own add-on; other services' audiences are refused."""
        if not wanted.url.startswith(f"{self.demo.base_url}/"):
            raise Forbidden(f"Tokens are made for URLs under {self.demo.base_url}/ only.", field="url")
        member = self.desk.signed_in(request.cookies)
        granted = self.desk.granted[member.key]
        return event_tokens(self.demo, member=member, url=wanted.url, message_id=wanted.message_id, granted=granted)

    def consent(self, consent: Consent, request: Request) -> Json:
        member = self.desk.signed_in(request.cookies)
        self.desk.grant(member, consent.scopes)
        return {"granted": sorted(self.desk.granted[member.key])}

    def progress(self) -> Json:
        return asdict(self.demo.progress())
