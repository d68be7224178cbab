"""The database, its tables, and the work that is done behind the scenes."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.cli.doctor.findings import Finding, ok, problem, warning
from app.core import jobs
from app.core.context import Context
from app.core.database import transaction
from app.core.schema import head, is_current
from app.core.settings import Settings

OLDEST = {"postgresql": (13, 0), "sqlite": (3, 38)}
WAITING = 1_000
"""Deliveries of events that a healthy worker makes within seconds."""


def find(settings: Settings) -> Iterator[Finding]:
    """Nothing where all is well: SQLite would make a file that is not there."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield problem("database", f"there is no file {url.database}", "Check DATABASE_URL, or run `sidenote migrate`.")


def examine(context: Context) -> Iterator[Finding]:
    engine = context.engine
    name, where = engine.dialect.name, engine.url.render_as_string(hide_password=True)
    try:
        version = _version(engine)
        current = is_current(engine)
    except SQLAlchemyError as error:
        yield problem(
            "database",
            f"{where}: {type(error.__cause__ or error).__name__}",
            "Check DATABASE_URL, and that the server runs.",
        )
        return
    shown = ".".join(map(str, version))
    if version < OLDEST[name]:
        least = ".".join(map(str, OLDEST[name]))
        yield problem("database", f"{name} {shown} at {where}", f"Update it to {least} or newer.")
    else:
        yield ok("database", f"{name} {shown} at {where}")
    if current:
        yield ok("tables", f"at revision {head()}")
    else:
        yield problem("tables", "of another version of Sidenote, or none", "Run `sidenote migrate`.")


def examine_work(context: Context) -> Iterator[Finding]:
    """For a database with current tables."""
    try:
        with transaction(context.engine, read_only=True) as session:
            health = jobs.health(session)
    except SQLAlchemyError:
        yield problem("background work", "its tables are not there", "Run `sidenote migrate`.")
        return
    seen = health.last_heartbeat.isoformat(timespec="seconds") if health.last_heartbeat else "never"
    if health.ok:
        yield ok("background work", f"a worker is alive; {sum(health.queues.values()):,} jobs wait or run")
    else:
        yield problem(
            "background work",
            f"no worker runs; last sign of life: {seen}",
            "Start `sidenote serve`, or `sidenote worker` beside it on PostgreSQL.",
        )
    if health.overdue_events > WAITING:
        yield warning(
            "events",
            f"{health.overdue_events:,} deliveries are still to be made",
            "If this number grows, look into the log of the worker.",
        )


def _version(engine: Engine) -> tuple[int, ...]:
    with engine.connect() as connection:
        asked = "SELECT sqlite_version()" if engine.dialect.name == "sqlite" else "SHOW server_version"
        told = str(connection.scalar(text(asked))).split()[0]
    return tuple(int(part) for part in told.split(".") if part.isdigit())
