"""Sidenote as it is served: web processes of their own, on a loopback port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.core.settings import Settings

SERVICE_ACCOUNT = "addon@bench.iam.gserviceaccount.example"
CLIENT_ID = "bench.apps.googleusercontent.example"


@dataclass(frozen=True)
class Served:
    """Web processes: where they listen, and their process ids."""

    ports: list[int]
    pids: list[int]


@contextmanager
def web(database_url: str, *, processes: int, certs_url: str = "http://127.0.0.1:9/") -> Iterator[list[int]]:
    """`served`, for those who need the ports alone."""
    with served(database_url, processes=processes, certs_url=certs_url) as site:
        yield site.ports


@contextmanager
def served(database_url: str, *, processes: int, certs_url: str = "http://127.0.0.1:9/") -> Iterator[Served]:
    """Serve this database with so many processes, as behind a proxy that shares out connections.

    All of them believe to be reached at the first port.
    """
    ports = [free_port() for _ in range(processes)]
    environment = _environment(settings(database_url, ports[0], certs_url))
    started = [_start(port, environment) for port in ports]
    try:
        for process, port in zip(started, ports, strict=True):
            _wait(process, f"http://127.0.0.1:{port}/healthz")
        yield Served(ports, [process.pid for process in started])
    finally:
        for process in started:
            _end(process)


@contextmanager
def worker(database_url: str) -> Iterator[int]:
    """A process that does the background jobs of this database; gives its process id."""
    environment = _environment(settings(database_url, free_port(), "http://127.0.0.1:9/"))
    command = [sys.executable, "-m", "app.cli", "worker"]
    process = subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True)
    try:
        yield process.pid
    finally:
        _end(process)


def peak_memory(pid: int) -> float:
    """The most memory that a process had in use at once, in MB: its own pages and those it shares."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


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


def _environment(made: Settings) -> dict[str, str]:
    return {f"SIDENOTE_{name.upper()}": str(value) for name, value in made.model_dump(exclude_unset=True).items()}


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
