"""HTTP servers that outlive tests: the running test says what answers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sync.emulator import GmailEmulator, Server, serve


class Stage:
    """The server of an emulated Gmail; each test puts its own emulator on it and closes that itself."""

    emulator: GmailEmulator

    async def asgi(self, scope, receive, send):
        await self.emulator.asgi(scope, receive, send)

    def close(self) -> None:
        """There is nothing of its own to close."""


class AppStage:
    """The same for any application: `show` is its ASGI callable."""

    def __init__(self) -> None:
        self.url = ""
        self.show: Any = None
        self._answering = 0

    async def asgi(self, scope, receive, send):
        self._answering += 1
        try:
            await self.show(scope, receive, send)
        finally:
            self._answering -= 1

    def rest(self) -> None:
        """Until every request is answered, and done what follows an answer: then the show may go."""
        deadline = time.monotonic() + 10
        while self._answering and time.monotonic() < deadline:
            time.sleep(0.001)

    def close(self) -> None:
        """There is nothing of its own to close."""


@contextmanager
def open_stage() -> Iterator[tuple[Stage, Server]]:
    stage = Stage()
    stage.emulator = GmailEmulator()
    with serve(stage) as server:
        yield stage, server
