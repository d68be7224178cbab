"""The emulator over HTTP: a bare ASGI application, and uvicorn in a thread."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, MutableMapping
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

import uvicorn

from sync.emulator.wire import Reply, Request

if TYPE_CHECKING:
    from sync.emulator.emulator import GmailEmulator

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

START_SECONDS = 10


class App:
    """The ASGI application; everything it answers is computed synchronously by the emulator."""

    def __init__(self, emulator: GmailEmulator) -> None:
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
        path = path.removeprefix(scope.get("root_path", ""))
        request = Request(scope["method"], path, scope["query_string"].decode("latin-1"), headers, b"")
        with self._emulator.running(request.bearer) as running:
            request.body, request.running = await _read_body(receive), running
            reply = self._emulator.answer(request)
            if wait := reply.delay + self._emulator.latency:
                await asyncio.sleep(wait)
            await _send_reply(reply, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    for answer in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
        await receive()
        await send({"type": answer})


async def _read_body(receive: Receive) -> bytes:
    pieces: list[bytes] = []
    while True:
        event = await receive()
        pieces.append(event.get("body", b""))
        if not event.get("more_body"):
            return b"".join(pieces)


async def _send_reply(reply: Reply, send: Send) -> None:
    """Sends a reply; a dropped one promises a byte more than it sends, so that the server breaks the connection."""
    length = str(len(reply.body) + reply.drop)
    headers = {"content-type": reply.content_type, "content-length": length, **reply.headers}
    if reply.status == 204:
        del headers["content-type"], headers["content-length"]
    encoded = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    await send({"type": "http.response.body", "body": reply.body})


class Server:
    """The emulator on a loopback port, in a thread of this process: `with serve(emulator) as server: server.url`."""

    def __init__(self, emulator: GmailEmulator, port: int = 0, host: str = "127.0.0.1") -> None:
        self._emulator = emulator
        self._socket = socket.create_server((host, port))
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            emulator.asgi,
            interface="asgi3",
            log_level="error",
            access_log=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, args=([self._socket],), name="emulator", daemon=True)

    def start(self) -> Self:
        """Starts serving; returns once requests are accepted. Raises TimeoutError if that takes too long."""
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline:
                raise TimeoutError("the emulator did not start in time")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        """Stops serving and delivering push; the emulator's contents stay."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
        self._emulator.close()

    def join(self) -> None:
        """Waits until the server ends by itself."""
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve(emulator: GmailEmulator, port: int = 0) -> Server:
    """A server for the emulator on 127.0.0.1, port 0 meaning any free one; not started yet."""
    return Server(emulator, port)
