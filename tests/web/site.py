"""Sidenote's web side for tests: the application on a database, Google played by the emulator, people with browsers."""

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
from cryptography.fernet import Fernet
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from app.core import jobs
from app.core.context import Context
from app.core.database import transaction
from app.core.google_certs import GoogleCerts
from app.core.security import Vault
from app.core.settings import Settings
from app.main import create_app
from app.workspaces.access import Viewer
from models import Event
from sync.emulator import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, GmailEmulator
from sync.emulator.consent import CALLBACK_PATH
from tests.conftest import Database

PUSH_ACCOUNT = "push@fairfield-crm.iam.gserviceaccount.example"
KEY = Fernet.generate_key().decode()


@dataclass
class Site:
    """A running Sidenote without background jobs, and the Gmail at `google_url`."""

    context: Context
    emulator: GmailEmulator
    google_url: str
    app: FastAPI = field(init=False)
    client: httpx.Client = field(init=False)
    _clients: list[httpx.Client] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = create_app(self.context, work=False)
        self.client = self._new_client()

    @property
    def url(self) -> str:
        return self.context.settings.base_url

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def browser(self, viewer: Viewer | None = None) -> "Browser":
        """A browser of its own; with a viewer, one in which they are signed in."""
        browser = Browser(self, self._new_client())
        if viewer:
            session = self.context.vault.sign("session", viewer.member_id, seconds=600)
            browser.client.cookies.set("sidenote_session", session)
        return browser

    def events(self, prefix: str) -> list[str]:
        with transaction(self.context.engine, read_only=True) as session:
            types = session.scalars(select(col(Event.type)).order_by(col(Event.id)))
            return [type for type in types if type.startswith(prefix)]

    def _new_client(self) -> httpx.Client:
        self._clients.append(httpx.Client(base_url=self.url, timeout=20))
        return self._clients[-1]


def open_site(database: Database, emulator: GmailEmulator, *, google_url: str, url: str, **changes: object) -> Site:
    jobs.migrate(database.url)
    values: dict[str, object] = {
        "database_url": database.url,
        "base_url": url,
        "secret_keys": [KEY],
        "oauth_client_id": DEFAULT_CLIENT_ID,
        "oauth_client_secret": DEFAULT_CLIENT_SECRET,
        "oauth_auth_url": f"{google_url}/o/oauth2/v2/auth",
        "oauth_token_url": f"{google_url}/token",
        "oauth_revoke_url": f"{google_url}/revoke",
        "google_certs_url": f"{google_url}/oauth2/v1/certs",
        "gmail_api_root": google_url,
        "push_service_account": PUSH_ACCOUNT,
    }
    settings = Settings(_env_file=None, **(values | changes))
    certs = GoogleCerts(settings.google_certs_url)
    return Site(Context(settings, database.engine, Vault(settings.keys()), certs), emulator, google_url)


@dataclass
class Browser:
    """One person's cookies, at Sidenote and through Google's consent page."""

    site: Site
    client: httpx.Client

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def text(self, path: str) -> str:
        """What the page says, without tags."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return words(answer)

    def post(self, path: str, *, on: str = "/", **form: str) -> httpx.Response:
        """Send a form with the token of the page `on` which it stands."""
        token = re.search(r'name="token" value="([^"]+)"', self.get(on).text)
        assert token, f"{on} shows no form"
        return self.client.post(path, data={"token": token[1], **form})

    def to_google(self, path: str = "/signin") -> str:
        """The URL of the consent page."""
        answer = self.get(path)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def consent(self, url: str, address: str, *, untick: str = "", decision: str = "allow") -> str:
        """Answer Google's consent page; returns the path at Sidenote to which Google sends the browser."""
        asked = parse_qs(urlsplit(url).query)["scope"][0].split()
        with httpx.Client(base_url=self.site.google_url) as google:
            page = google.get(url)
            assert page.status_code == 200, page.text
            request = re.search(r'name="request" value="([^"]+)"', page.text)
            assert request
            scopes = [scope for scope in asked if not untick or untick not in scope]
            form = {"request": request[1], "account": address, "scope": scopes, "decision": decision}
            back = urlsplit(google.post(CALLBACK_PATH, data=form).headers["location"])
        assert f"{back.scheme}://{back.netloc}" == self.site.url
        return f"{back.path}?{back.query}"

    def sign_in(self, address: str, path: str = "/signin", **consent: str) -> httpx.Response:
        """All the way through Google and back; returns the callback's answer."""
        return self.get(self.consent(self.to_google(path), address, **consent))


def words(answer: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
