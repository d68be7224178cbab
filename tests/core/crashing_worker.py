"""A worker process for tests that kill it: `python -m tests.core.crashing_worker URL SLOT FOLDER`.

What it does it writes to FOLDER/log, a line per effect. Jobs and events wait in the middle until FOLDER/go exists.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from app.core import events, jobs
from app.core.database import make_engine
from app.core.settings import Settings
from models import Event, UsedState

OUTWARD = {"socket.connect", "socket.getaddrinfo"}
SILENCE = timedelta(seconds=2)


@jobs.workflow("test.three-steps", queue="sync")
def three_steps(context: jobs.JobContext, number: int, folder: str) -> None:
    jobs.step("one", write, folder, f"{number} one")
    jobs.step("two", write_and_wait, folder, f"{number} two")
    jobs.step("three", write, folder, f"{number} three")


@events.subscribe("test.once", "test.happened")
def hear(session: Session, event: Event) -> None:
    """Fails on the second delivery of an event: nonces are unique."""
    session.add(UsedState(nonce=event.id, used_at=event.occurred_at))
    session.flush()
    write_and_wait(event.data["folder"], "heard")


def write(folder: str, line: str) -> None:
    with open(f"{folder}/log", "a") as log:
        log.write(f"{line}\n")


def write_and_wait(folder: str, line: str) -> None:
    write(folder, line)
    while not Path(folder, "go").exists():
        time.sleep(0.01)


def main(url: str, slot: str, folder: str) -> None:
    sys.addaudithook(
        lambda event, _: write(folder, event) if event in ("socket.connect", "socket.getaddrinfo") else None
    )
    settings = Settings(database_url=url)
    worker = jobs.Worker(settings, make_engine(url), slot=slot, heartbeat_seconds=0.2, silence=SILENCE)
    worker.start()
    while os.getppid() != 1:
        time.sleep(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
