"""HTTP servers that outlive tests: the running test says what answers."""

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

    async def asgi(self, scope, receive, send):
        await self.show(scope, receive, send)

    def close(self) -> None:
        """There is nothing of its own to close."""


@contextmanager
def open_stage() -> Iterator[tuple[Stage, Server]]:
    stage = Stage()
    stage.emulator = GmailEmulator()
    with serve(stage) as server:
        yield stage, server
