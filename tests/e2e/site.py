"""The web application on a loopback port, in a thread of this process."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from fastapi import FastAPI

from tests.core.waiting import wait_for


@contextmanager
def free_port() -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        yield listener


def url_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def serving(application: FastAPI, listener: socket.socket) -> Iterator[None]:
    """Serve until the block ends."""
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    wait_for(lambda: server.started)
    yield
    server.should_exit = True
    thread.join(10)
