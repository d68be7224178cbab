"""Records as files at 1,000,000 contacts, in bounded memory; backup, restore and digest at 100,000."""

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import app.registry  # noqa: F401
from app.core.database import make_engine
from app.records.schema import folder_of_kind
from app.transfer.backup import restore, save
from app.transfer.exporting import of_folder, write_export
from app.transfer.rows.digest import digests
from app.transfer.rows.snapshot import snapshot
from app.workspaces.access import viewer_by_sub
from tests.bench import store
from tests.bench.databases import KINDS, empty, filled
from tests.bench.measure import AT_MOST, Measure

MEBIBYTE = 1024
"""In kibibytes, which Linux counts memory in."""
MOST_MEMORY = 400
SOME = {"field": "email", "op": "contains", "value": "9@company"}
"""A tenth of the contacts: a workbook takes longer."""


def bench() -> Iterator[Measure]:
    for kind in KINDS:
        with filled(kind, "lists", store.LISTS) as url:
            yield from _exports(kind, url)
        with filled(kind, "engine", store.ENGINE) as url:
            yield from _backups(kind, url)


def _exports(kind: str, url: str) -> Iterator[Measure]:
    for format, filter in (("csv", None), ("xlsx", SOME)):
        records, seconds, memory = _alone(_export, url, format, filter)
        yield Measure(f"exports: {format} of {records:,} contacts, {kind}", records / seconds, "rows/s")
        yield Measure(
            f"exports: memory of the process, {format}, {kind}", memory / MEBIBYTE, "MiB", MOST_MEMORY, AT_MOST
        )


def _export(url: str, format: str, filter: dict[str, object] | None) -> tuple[int, float, int]:
    engine = make_engine(url)
    with tempfile.TemporaryFile() as file, snapshot(engine) as session:
        admin = viewer_by_sub(session, "sub0")
        assert admin is not None
        folder = folder_of_kind(session, workspace_id=admin.workspace_id, kind="contact")
        wanted = of_folder(session, viewer=admin, folder_id=folder.id).narrowed(filter=filter)
        sizes: list[int] = []
        started = time.perf_counter()
        exported = write_export(
            session,
            file,
            viewer=admin,
            selection=wanted,
            format=format,
            progress=lambda _count: sizes.append(_memory()),
        )
        seconds = time.perf_counter() - started
    return exported.records, seconds, max(sizes)


def _memory() -> int:
    """Of this process, without the pages of SQLite's file that the kernel lends it; see proc(5)."""
    found = re.search(r"RssAnon:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


def _backups(kind: str, url: str) -> Iterator[Measure]:
    with tempfile.TemporaryDirectory() as folder, empty(kind, "restored") as other:
        path = Path(folder) / "sidenote.backup"
        for what, work in (
            ("backup", lambda: save(make_engine(url), path)),
            ("digest", lambda: _digest(url)),
            ("restore, with the search index", lambda: restore(make_engine(other), path)),
        ):
            started = time.perf_counter()
            work()
            yield Measure(f"exports: {what}, 100,000 contacts with mail, {kind}", time.perf_counter() - started, "s")
        yield Measure(f"exports: size of the backup, {kind}", path.stat().st_size / 2**20, "MiB")


def _digest(url: str) -> None:
    with snapshot(make_engine(url)) as session:
        digests(session)


def _alone(work: Callable[..., tuple[int, float, int]], *arguments: object) -> tuple[int, float, int]:
    """Done by a process of its own, whose memory nothing else has used."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *arguments).result()
