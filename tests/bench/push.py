"""From a message's arrival at Gmail, through its push, to the row that a card shows."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import uvicorn
from sqlalchemy import Engine, select
from sqlmodel import col

import app.registry  # noqa: F401
from app.core.database import transaction
from app.demo.installation import install
from app.main import create_app
from models import MailboxMessage
from sync.engine import run_once
from tests.bench.measure import AT_MOST, Measure, percentile
from tests.bench.servers import free_port

MESSAGES = 60


def bench() -> Iterator[Measure]:
    port = free_port()
    with (
        TemporaryDirectory() as folder,
        install(data_dir=Path(folder), base_url=f"http://127.0.0.1:{port}") as installation,
    ):
        context = installation.context
        for mailbox_id in installation.mailbox_ids:
            run_once(context.engine, context.settings, mailbox_id)
        server = uvicorn.Server(
            uvicorn.Config(create_app(context, work=True), port=port, access_log=False, log_config=None)
        )
        thread = Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        address = installation.members[0].email
        waits = [_wait(installation.emulator, context.engine, address, number) for number in range(MESSAGES)]
        server.should_exit = True
        thread.join()
    yield Measure("push: received to row visible, p95, sqlite", percentile(waits, 0.95), "s", 1, AT_MOST)
    yield Measure("push: received to row visible, median, sqlite", percentile(waits, 0.5), "s")


def _wait(emulator: object, engine: Engine, address: str, number: int) -> float:
    raw = f"From: New <new{number}@arrival.example>\r\nTo: {address}\r\nSubject: {number}\r\n\r\nHello.\r\n".encode()
    started = time.perf_counter()
    message = emulator.deliver(address, raw)  # type: ignore[attr-defined]
    seen = select(MailboxMessage).where(col(MailboxMessage.gmail_id) == message)
    while time.perf_counter() - started < 30:
        with transaction(engine, read_only=True) as session:
            if session.scalar(seen):
                return time.perf_counter() - started
        time.sleep(0.01)
    raise AssertionError("the message never arrived")
