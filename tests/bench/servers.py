"""Sidenote as it is served: web processes of their own, on a loopback port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from app.core.settings import Settings

SERVICE_ACCOUNT = "addon@bench.iam.gserviceaccount.example"
CLIENT_ID = "bench.apps.googleusercontent.example"


@contextmanager
def web(database_url: str, *, processes: int, certs_url: str = "http://127.0.0.1:9/") -> Iterator[list[int]]:
    """Serve this database with so many processes, as behind a proxy that shares out connections; gives their ports.

    All of them believe to be reached at the first port.
    """
    ports = [free_port() for _ in range(processes)]
    made = settings(database_url, ports[0], certs_url).model_dump(exclude_unset=True)
    environment = {f"SIDENOTE_{name.upper()}": str(value) for name, value in made.items()}
    started = [_start(port, environment) for port in ports]
    try:
        for process, port in zip(started, ports, strict=True):
            _wait(process, f"http://127.0.0.1:{port}/healthz")
        yield ports
    finally:
        for process in started:
            _end(process)


def settings(database_url: str, port: int, certs_url: str) -> Settings:
    return Settings(
        database_url=database_url,
        base_url=f"http://127.0.0.1:{port}",
        web_only=True,
        api_rate=1e6,
        log_level="WARNING",
        addon_service_account=SERVICE_ACCOUNT,
        addon_client_id=CLIENT_ID,
        google_certs_url=certs_url,
    )


def _start(port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory", "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning"]
    return subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The server with all its processes; those that do not listen are killed."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            time.sleep(1)
            return
    raise RuntimeError("the server did not start")
