"""Room on the disk."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from app.cli.doctor.findings import Finding, ok, problem, warning
from app.core.settings import Settings

TIGHT = 0.10
FULL = 0.02
"""Shares of the disk that are free."""


def examine(settings: Settings) -> Iterator[Finding]:
    """Where the database is; on PostgreSQL, whose disk is its server's, where this process works."""
    url = make_url(settings.database_url)
    sqlite = url.get_backend_name() == "sqlite"
    place = Path(url.database or ".").resolve().parent if sqlite else Path.cwd()
    if not place.exists():
        yield problem("disk", f"{place} does not exist", "Make this folder, or name another in DATABASE_URL.")
        return
    room = shutil.disk_usage(place)
    share, told = room.free / room.total, f"{room.free / 2**30:,.1f} GiB free at {place}"
    if share < FULL:
        yield problem("disk", told, "Make room now: a full disk stops all writing.")
    elif share < TIGHT:
        yield warning("disk", told, "Make room; a backup needs some, too.")
    else:
        yield ok("disk", told)
