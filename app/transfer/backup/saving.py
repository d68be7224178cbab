"""Backing up while the service runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine
from sqlmodel import Session

from app.core import jobs
from app.transfer.rows.lines import lines_of
from app.transfer.rows.package import PackageWriter, Progress, writing
from app.transfer.rows.snapshot import snapshot
from app.transfer.rows.tables import kept_tables

KIND = "backup"
JOBS = "jobs.jsonl"


def save(engine: Engine, path: Path, *, progress: Progress = lambda _table, _rows: None) -> dict[str, Any]:
    """Write the database as it is at this moment into a file; gives its manifest.

    Everything but the search index goes along, with the jobs that wait. Secrets in it stay encrypted: without the keys
    of the installation nobody can use them.
    """
    with snapshot(engine) as session, writing(path, kind=KIND) as package:
        for table in kept_tables():
            for rows in package.add_table(table.name, lines_of(session, table)):
                progress(table.name, rows)
        return package.seal(jobs=_add_jobs(session, package), database=engine.dialect.name)


def _add_jobs(session: Session, package: PackageWriter) -> int:
    """They are not the engine's rows but what was asked of it, so that any version of it on any database takes them."""
    count = 0
    with package.opened(JOBS) as file:
        for line in _lines(session):
            file.write(line)
            count += 1
    return count


def _lines(session: Session) -> Iterator[bytes]:
    for job in jobs.waiting(session):
        yield orjson.dumps(job, option=orjson.OPT_APPEND_NEWLINE)
