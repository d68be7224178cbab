"""Files of contacts taken in, with validation, a look for duplicates, history and search; in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator

from tests.bench.databases import KINDS, passing
from tests.bench.measure import AT_MOST, Measure

SECONDS = {10_000: 1.0, 100_000: 12.0}
"""Rows of a file, and how long they may take from the start of the run to its end."""
LARGE, MOST_MEGABYTES = 1_000_000, 400


def bench() -> Iterator[Measure]:
    for kind in KINDS:
        for rows, target in SECONDS.items():
            took = _run(kind, rows)
            name = f"imports: {rows:,} contacts, {kind}"
            yield Measure(name, took["seconds"], "s", target, AT_MOST)
            yield Measure(f"{name}, speed", rows / took["seconds"], "rows/s")
            yield Measure(f"{name}, putting the file in its place", took["staging"], "s")
    took = _run("sqlite", LARGE)
    yield Measure(f"imports: memory for {LARGE:,} rows, sqlite", took["megabytes"], "MB", MOST_MEGABYTES, AT_MOST)
    yield Measure(f"imports: {LARGE:,} contacts, sqlite, speed", LARGE / took["seconds"], "rows/s")


def _run(kind: str, rows: int) -> dict[str, float]:
    with passing(kind, "imports") as url:
        command = [sys.executable, "-m", "tests.bench.importing", url, str(rows)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        took: dict[str, float] = json.loads(answer.stdout)
        return took
