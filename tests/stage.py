"""One HTTP server for all tests of a process: the emulated Gmail of the running test answers."""

from collections.abc import Iterator
from contextlib import contextmanager

from sync.emulator import GmailEmulator, Server, serve


class Stage:
    """What the server shows; each test puts its own emulator on it and closes that itself."""

    emulator: GmailEmulator

    async def asgi(self, scope, receive, send):
        await self.emulator.asgi(scope, receive, send)

    def close(self) -> None:
        """There is nothing of its own to close."""


@contextmanager
def open_stage() -> Iterator[tuple[Stage, Server]]:
    stage = Stage()
    stage.emulator = GmailEmulator()
    with serve(stage) as server:
        yield stage, server
