"""The demo page on real HTTP: the emulated Gmail with the demo's mail, and the sample add-on at its side."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI

from app.demo.context import DemoContext, DemoMember, SyncProgress
from app.demo.mailbox import COLLEAGUES, demo_messages
from app.demo.mailbox.people import people
from app.demo.routes import router
from sync.emulator import GmailEmulator, Quota, serve
from tests.demo.sample_addon import SampleAddon

SCOPES = (
    "https://www.googleapis.com/auth/gmail.addons.execute",
    "https://www.googleapis.com/auth/gmail.addons.current.message.metadata",
    "https://www.googleapis.com/auth/userinfo.email",
)


@dataclass
class DemoSite:
    """A running demo: where it is, what the add-on has received, and the Gmail behind it."""

    url: str
    addon: SampleAddon
    gmail: GmailEmulator
    gmail_url: str
    progress: SyncProgress = field(default_factory=lambda: SyncProgress(stored=64, total=64, done=True))


@contextmanager
def running_demo() -> Iterator[DemoSite]:
    """Serve everything on loopback until the block ends."""
    gmail = GmailEmulator(quota=Quota.unlimited())
    fill(gmail)
    with socket.socket() as listener, serve(gmail, port=0) as mail_server:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        site = DemoSite(url, SampleAddon(url), gmail, mail_server.url)
        app = FastAPI()
        app.include_router(router(context(site)))
        site.addon.add_to(app)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        yield site
        server.should_exit = True
        thread.join(10)


def fill(gmail: GmailEmulator) -> None:
    """Deliver the demo's mail to everybody."""
    for key in COLLEAGUES:
        gmail.add_mailbox(people()[key].email, name=people()[key].name)
    threads: dict[tuple[str, str], str] = {}
    for message in demo_messages(datetime.now(UTC)):
        place = (message.mailbox, message.thread_key)
        message_id = gmail.deliver(
            message.mailbox,
            message.raw,
            labels=list(message.labels),
            internal_date=message.internal_date,
            thread_id=threads.get(place),
        )
        threads[place] = gmail.mailbox(message.mailbox).messages[message_id].thread.id


def context(site: DemoSite) -> DemoContext:
    def access_token(email: str, scopes: Sequence[str]) -> str:
        return site.gmail.tokens.issue(email, list(scopes))

    return DemoContext(
        base_url=site.url,
        home_url=f"{site.url}/addon/gmail/home",
        message_url=f"{site.url}/addon/gmail/message",
        compose_url=f"{site.url}/addon/gmail/compose",
        settings_url=f"{site.url}/addon/gmail/settings",
        gmail_url=site.gmail_url,
        members=tuple(
            DemoMember(key, people()[key].name, people()[key].email, people()[key].title, f"10000000{number}")
            for number, key in enumerate(COLLEAGUES)
        ),
        access_token=access_token,
        message_token=site.gmail.open_message,
        sign=site.gmail.signer.sign,
        addon_client_id="addon-client.apps.googleusercontent.example",
        service_account="addon@sidenote-demo.iam.gserviceaccount.example",
        scopes=SCOPES,
        granted_scopes=SCOPES[:2],
        progress=lambda: site.progress,
    )


def wait_until(condition, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met in time"
        time.sleep(0.02)
