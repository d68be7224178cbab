"""A running add-on over each database, with Gmail beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import httpx
import orjson
import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI

import app.registry  # noqa: F401
from app.core.clock import utcnow
from app.core.context import Context
from app.core.database import transaction
from app.core.google_certs import GoogleCerts
from app.core.security import Vault
from app.core.settings import Settings
from app.workspaces.access import Viewer
from gmail_addon.context import addon_of
from gmail_addon.routes import routes
from models import Mailbox
from sync.emulator import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, GmailEmulator, serve
from sync.emulator.render import full_json
from sync.ingest import store
from sync.oauth import CONNECT, SCOPES
from sync.parse import parse_message
from tests.addon.sidebar import BASE_URL, CLIENT_ID, METADATA_SCOPE, SERVICE_ACCOUNT, Sidebar
from tests.cast import ALICE, BOB, CAROL, MALLORY, Cast, gather
from tests.conftest import Copy, Database
from tests.stage import AppStage

SUBJECTS = {identity.email: identity.sub for identity in (ALICE, BOB, CAROL, MALLORY)}


@dataclass(frozen=True)
class Google:
    emulator: GmailEmulator
    url: str


@dataclass
class Desk:
    """The add-on, its store and its people."""

    context: Context
    client: httpx.Client
    google: Google
    cast: Cast

    def sit(self, viewer: Viewer) -> Sidebar:
        """This person's Gmail."""
        token = self.google.emulator.tokens.issue(viewer.email, [METADATA_SCOPE])
        return Sidebar(self.client, self.google.emulator.signer, SUBJECTS[viewer.email], viewer.email, token)

    def receive(self, viewer: Viewer, mail: EmailMessage, *, synced: bool = True, thread: str | None = None) -> str:
        """Put mail into this person's mailbox, and unless `synced` is false into the store; returns its Gmail id."""
        emulator = self.google.emulator
        gmail_id = emulator.deliver(viewer.email, mail.as_bytes(), thread_id=thread)
        if synced:
            self.sync(viewer, gmail_id)
        return gmail_id

    def connect(self, viewer: Viewer) -> None:
        """Have Sidenote hold a grant for this person's mailbox, so that it can fetch by itself."""
        grant = self.google.emulator.grant(viewer.email, SCOPES[CONNECT])
        with transaction(self.context.engine) as session:
            mailbox = session.get_one(Mailbox, self.cast.mailboxes[viewer.member_id])
            mailbox.grant, mailbox.scopes = self.context.vault.encrypt(grant), list(SCOPES[CONNECT])

    def sync(self, viewer: Viewer, gmail_id: str, *, forced: bool = False) -> None:
        message = parse_message(orjson.loads(full_json(self.google.emulator.mailbox(viewer.email).messages[gmail_id])))
        with transaction(self.context.engine) as session:
            mailbox = session.get_one(Mailbox, self.cast.mailboxes[viewer.member_id])
            asked = frozenset({gmail_id}) if forced else frozenset()
            store(session, mailbox, [message], vault=self.context.vault, backfill=False, forced=asked)


@pytest.fixture(scope="session")
def google() -> Iterator[Google]:
    emulator = GmailEmulator()
    with serve(emulator) as server:
        yield Google(emulator, server.url)


@pytest.fixture(scope="session")
def house() -> Iterator[AppStage]:
    """Where the add-on of the running test answers."""
    stage = AppStage()
    with serve(stage) as server:
        stage.url = server.url
        yield stage


@pytest.fixture
def desk(database: Database, google: Google, house: AppStage) -> Iterator[Desk]:
    with seated(database, google, house) as desk:
        yield desk


@pytest.fixture
def door(sqlite_copy: Copy, tmp_path: Path, google: Google, house: AppStage) -> Iterator[Desk]:
    """A desk for what is decided before the store is asked: one database is enough."""
    with sqlite_copy(tmp_path) as database, seated(database, google, house) as desk:
        yield desk


@contextmanager
def seated(database: Database, google: Google, house: AppStage) -> Iterator[Desk]:
    for address in SUBJECTS:
        google.emulator.add_mailbox(address)
    settings = Settings(
        database_url=database.url,
        base_url=BASE_URL,
        secret_keys=[Fernet.generate_key().decode()],
        oauth_client_id=DEFAULT_CLIENT_ID,
        oauth_client_secret=DEFAULT_CLIENT_SECRET,
        oauth_token_url=f"{google.url}/token",
        google_certs_url=f"{google.url}/oauth2/v1/certs",
        gmail_api_root=google.url,
        gmail_quota="none",
        addon_service_account=SERVICE_ACCOUNT,
        addon_client_id=CLIENT_ID,
    )
    context = Context(settings, database.engine, Vault(settings.keys()), GoogleCerts(settings.google_certs_url))
    addon = addon_of(context)
    house.show = FastAPI(routes=routes(addon))
    with addon.http, httpx.Client(base_url=house.url, timeout=30) as client:
        yield Desk(context, client, google, gather(database.engine))
    house.rest()


def letter(
    sender: str, *to: str, subject: str = "Hello", body: str = "Hi there,\nlet us talk.\n", cc: str = ""
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = ", ".join(to)
    if cc:
        mail["Cc"] = cc
    mail["Subject"] = subject
    mail["Date"] = format_datetime(utcnow())
    mail.set_content(body)
    return mail
