"""A first import: emulated Gmail in one process, Sidenote in another, on two cores."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.databases import KINDS, empty
from tests.bench.mail import ADDRESS, write_mail
from tests.bench.measure import Measure

TARGETS = {"sqlite": 2000, "postgresql": 1500}
MESSAGES = 20_000


def bench() -> Iterator[Measure]:
    with TemporaryDirectory() as folder:
        mail = Path(folder) / "bench.mbox"
        write_mail(mail, MESSAGES)
        for kind in KINDS:
            with emulated_gmail(mail) as gmail, empty(kind, "syncing") as url:
                result = _sync(gmail, url)
            if result["stored"] != MESSAGES:
                raise AssertionError(f"{result['stored']} of {MESSAGES} messages were stored")
            name = f"sync: emulated Gmail to {kind}, {MESSAGES:,} messages"
            yield Measure(name, MESSAGES / result["seconds"], "messages/s", TARGETS[kind])


@contextmanager
def emulated_gmail(mail: Path) -> Iterator[dict[str, str]]:
    """The emulator in its own process; gives its first line: url, refresh_token, …"""
    command = [sys.executable, "-m", "sync.emulator", "--port", "0", "--mbox", str(mail), "--address", ADDRESS]
    process = subprocess.Popen([*command, "--quota", "unlimited", "--warm"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(20)


def _sync(gmail: dict[str, str], database_url: str) -> dict[str, float]:
    """Run the import in a process of its own, which prints what it did."""
    command = [sys.executable, "-m", "tests.bench.importer", gmail["url"], gmail["refresh_token"]]
    done = subprocess.run(command, env={**os.environ, "DATABASE_URL": database_url}, check=True, capture_output=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result
