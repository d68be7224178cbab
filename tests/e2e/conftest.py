"""A mailbox at an emulator written by others, and a Sidenote beside it; both new for every test."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet

from app.core.context import Context
from app.core.google_certs import GoogleCerts
from app.core.security import Vault
from app.core.settings import Settings
from app.main import create_app
from tests.conftest import Database
from tests.e2e.google import CLIENT_ID, CLIENT_SECRET, HOME, OWN_TOKEN, Google, running
from tests.e2e.mail import Letter, mailbox, seed
from tests.e2e.sidenote import Sidenote
from tests.e2e.site import free_port, serving, url_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.node)


@pytest.fixture(scope="session")
def installed() -> None:
    if not shutil.which("node"):
        pytest.skip("needs Node.js: the independent Gmail emulator runs on it")
    if not (HOME / "node_modules" / "@emulators").exists():
        pytest.skip("needs the independent Gmail emulator: run `make node-emulator`")


@pytest.fixture
def letters() -> list[Letter]:
    return mailbox()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Where Sidenote will be: Google wants to know it first."""
    with free_port() as listener:
        yield listener


@pytest.fixture
def google(installed: None, letters: list[Letter], listener: socket.socket, tmp_path: Path) -> Iterator[Google]:
    client = (CLIENT_ID, CLIENT_SECRET)
    content = seed(letters, token=OWN_TOKEN, client=client, redirect_uri=f"{url_of(listener)}/oauth/callback")
    with running(content, tmp_path) as google:
        yield google


@pytest.fixture
def sidenote(google: Google, database: Database, listener: socket.socket) -> Iterator[Sidenote]:
    """Nobody has signed in yet."""
    settings = settings_for(google.url, database.url, url_of(listener))
    context = Context(settings, database.engine, Vault(settings.keys()), GoogleCerts(settings.google_certs_url))
    with (
        serving(create_app(context, work=False), listener),
        httpx.Client(base_url=settings.base_url, follow_redirects=True, timeout=30) as browser,
    ):
        yield Sidenote(context, browser, google)


@pytest.fixture
def synced(sidenote: Sidenote) -> Sidenote:
    """Alice has connected her mailbox, and it has been imported."""
    sidenote.connect()
    sidenote.sync()
    return sidenote


def settings_for(google_url: str, database_url: str, base_url: str) -> Settings:
    return Settings(
        _env_file=None,
        database_url=database_url,
        base_url=base_url,
        secret_keys=[Fernet.generate_key().decode()],
        oauth_client_id=CLIENT_ID,
        oauth_client_secret=CLIENT_SECRET,
        oauth_auth_url=f"{google_url}/o/oauth2/v2/auth",
        oauth_token_url=f"{google_url}/oauth2/token",
        oauth_revoke_url=f"{google_url}/oauth2/revoke",
        google_certs_url=f"{google_url}/oauth2/v3/certs",
        google_issuers=frozenset({google_url}),
        gmail_api_root=google_url,
        gmail_quota="none",
    )
