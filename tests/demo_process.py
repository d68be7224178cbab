"""The demo as `make demo` starts it, in a process of its own, for scripts that look at it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.servers import free_port


@contextmanager
def demo(data_dir: Path | None = None) -> Iterator[str]:
    """A running demo whose first sync is done, with its database in `data_dir`; gives the address of its page."""
    port = free_port()
    command = [sys.executable, "-m", "app.cli", "demo", "--port", str(port)]
    if data_dir:
        command += ["--data-dir", str(data_dir)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if re.search(r"(\d+)/\1 messages", line):
                break
        yield f"http://127.0.0.1:{port}/demo"
    finally:
        process.terminate()
        process.wait(20)
