"""The REST API for tests: the application on a database, and a client for each of the cast."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from cryptography.fernet import Fernet
from fastapi import FastAPI
from sqlalchemy import Engine

from app.core.context import Context
from app.core.database import transaction
from app.core.google_certs import GoogleCerts
from app.core.security import Vault
from app.core.settings import Settings
from app.main import create_app
from app.records.schema import folder_of_kind
from app.workspaces.access import Viewer
from app.workspaces.api_keys import create_api_key
from tests.cast import Cast, gather
from tests.conftest import Database

KEY = Fernet.generate_key().decode()


@dataclass
class Office:
    """`alice`, `bob`, `carol` and `mallory` are clients that send the API key of each; `nobody` sends none.

    The JSON of answers comes from `httpx`; `made` checks that something was created and gives its JSON.
    """

    url: str
    engine: Engine
    cast: Cast
    app: FastAPI
    _clients: ExitStack
    alice: httpx.Client = field(init=False)
    bob: httpx.Client = field(init=False)
    carol: httpx.Client = field(init=False)
    mallory: httpx.Client = field(init=False)
    nobody: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        for name in ("alice", "bob", "carol", "mallory"):
            setattr(self, name, self.client(getattr(self.cast, name)))
        self.nobody = self.client(None)

    def client(self, viewer: Viewer | None, *, scopes: tuple[str, ...] = ("read", "write")) -> httpx.Client:
        """A client for a member, with a key of its own."""
        client = self._clients.enter_context(httpx.Client(base_url=self.url, timeout=30))
        if viewer:
            with transaction(self.engine) as session:
                _, secret = create_api_key(session, viewer=viewer, name="test", scopes=scopes)
            client.headers["Authorization"] = f"Bearer {secret}"
        return client

    def folder(self, kind: str, viewer: Viewer | None = None) -> str:
        """The id of the folder of this kind, in Alice's workspace if nobody else's is asked for."""
        workspace_id = (viewer or self.cast.alice).workspace_id
        with transaction(self.engine, read_only=True) as session:
            return folder_of_kind(session, workspace_id=workspace_id, kind=kind).id


def made(answer: httpx.Response) -> Any:
    assert answer.status_code == 201, answer.text
    return answer.json()


@contextmanager
def open_office(database: Database, url: str) -> Iterator[Office]:
    settings = Settings(
        _env_file=None,
        database_url=database.url,
        base_url=url,
        secret_keys=[KEY],
        api_rate=100_000,
        api_burst=100_000,
    )
    certs = GoogleCerts(settings.google_certs_url)
    context = Context(settings, database.engine, Vault(settings.keys()), certs)
    with ExitStack() as clients:
        yield Office(url, context.engine, gather(context.engine), create_app(context, work=False), clients)
