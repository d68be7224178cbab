"""Bringing a backup back, into an empty database or in place of what is in one."""

from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, text
from sqlmodel import Session

from app.core import jobs
from app.core.database import transaction
from app.core.errors import Conflict
from app.core.planning import note_sizes
from app.records import sql_views
from app.timeline.search.rebuilding import rebuild
from app.transfer.backup.saving import JOBS, KIND
from app.transfer.rows.digest import digests
from app.transfer.rows.loading import check_references_late, fill, is_empty
from app.transfer.rows.package import Package, Progress, reading
from app.transfer.rows.tables import kept_tables
from models.base import metadata


def restore(
    engine: Engine, path: Path, *, replace: bool = False, progress: Progress = lambda _table, _rows: None
) -> dict[str, Any]:
    """Fill a migrated database from a backup; gives the manifest. All of it comes back, or nothing changes.

    What was written is read again and must come to the backup's digest. Raises Conflict where a worker runs, or for a
    database that is not empty, unless its content is to be replaced; InvalidInput for a file that is damaged.
    """
    with reading(path, kind=KIND) as package:
        with transaction(engine) as session:
            _check(session, replace=replace)
            if replace:
                _clear(session)
            check_references_late(session)
            fill(session, package, kept_tables(), progress)
            package.check(digests(session))
            _ask_again(session, package)
            sql_views.rebuild(session)
        _make_index(engine, progress)
        return package.manifest


def _check(session: Session, *, replace: bool) -> None:
    if jobs.health(session).ok:
        raise Conflict("Sidenote is running on this database: stop it, and restore a minute later.")
    if not replace and not all(is_empty(session, table) for table in kept_tables()):
        raise Conflict("This database is not empty: restore into another, or say --replace to lose what is in it.")


def _clear(session: Session) -> None:
    names = [f'"{table.name}"' for table in reversed(metadata.sorted_tables)] + ["search_text"]
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"TRUNCATE {', '.join(names)}"))
    else:
        check_references_late(session)
        for name in names:
            session.execute(text(f"DELETE FROM {name}"))
    jobs.forget(session)


def _ask_again(session: Session, package: Package) -> None:
    for line in package.lines(JOBS):
        told = orjson.loads(line)
        due_at = told["due_at"] and datetime.fromisoformat(told["due_at"])
        jobs.enqueue_again(session, jobs.Waiting(**{**told, "due_at": due_at}))


def _make_index(engine: Engine, progress: Progress) -> None:
    """Should this be interrupted, `sidenote search reindex` does it again."""
    note_sizes(engine)
    for done in rebuild(engine):
        progress("search index", done)
