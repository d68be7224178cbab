"""A Gmail emulator on a loopback port, under a clock that only the test moves."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import httpx
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document

from sync.emulator import GmailEmulator, Quota, Server
from tests.stage import Stage

ADDRESS = "alice@fairfield.example"
GMAIL = "https://www.googleapis.com/auth/gmail."
MODIFY = f"{GMAIL}modify"
FULL_ACCESS = "https://mail.google.com/"
START = 1_795_000_000.0


@dataclass
class Clock:
    """Epoch seconds that stand still until moved."""

    now: float = START

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def emulator(clock: Clock) -> GmailEmulator:
    """Alice's empty mailbox, without limits."""
    emulator = GmailEmulator(clock=clock, quota=Quota.unlimited())
    emulator.add_mailbox(ADDRESS, name="Alice Fairfield", aliases=["sales@fairfield.example"])
    return emulator


@pytest.fixture
def server(stage: tuple[Stage, Server], emulator: GmailEmulator) -> Iterator[Server]:
    stage[0].emulator = emulator
    yield stage[1]
    emulator.close()


@pytest.fixture
def http(server: Server, emulator: GmailEmulator) -> Iterator[httpx.Client]:
    """Plain HTTP as Alice, with full access."""
    token = lasting_token(emulator)
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


@pytest.fixture
def users(server: Server, emulator: GmailEmulator) -> Iterator[Any]:
    """The users resource of Google's own client, as Alice."""
    with gmail_service(server.url, lasting_token(emulator)) as service:
        yield service.users()


@pytest.fixture
def gmail(stage: tuple[Stage, Server]) -> Iterator[Callable[[str], Any]]:
    """Google's own client for any access token."""
    services = []

    def connect(token: str) -> Any:
        services.append(gmail_service(stage[1].url, token))
        return services[-1]

    yield connect
    for service in services:
        service.close()


@pytest.fixture
def users_of(stage: tuple[Stage, Server], gmail: Callable[[str], Any]) -> Callable[[GmailEmulator], Any]:
    """Google's own client, as Alice, of an emulator that the test made itself."""

    def connect(emulator: GmailEmulator) -> Any:
        stage[0].emulator = emulator
        return gmail(lasting_token(emulator)).users()

    return connect


def lasting_token(emulator: GmailEmulator) -> str:
    """Full access for Alice, for longer than any test's clock runs."""
    return emulator.tokens.issue(ADDRESS, [FULL_ACCESS], lifetime=10**9)


def gmail_service(url: str, token: str) -> Any:
    """Google's client aimed at the emulator: REST, batch and upload alike."""
    document = json.loads((files("googleapiclient") / "discovery_cache" / "documents" / "gmail.v1.json").read_bytes())
    document["rootUrl"] = document["baseUrl"] = f"{url}/"
    document["batchPath"] = "batch/gmail/v1"
    del document["mtlsRootUrl"]
    return build_from_document(document, credentials=Credentials(token))
