"""The engine's own tables: beside the application's, in schema `dbos` on PostgreSQL."""

import logging
from functools import cache
from typing import Any

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, error
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

from app.core.database import SQLITE_PRAGMAS, make_engine
from app.core.jobs.registry import JobFailed

APPLICATION = "sidenote"
VERSION = "1"
"""Never changes: the engine strands the jobs of any other version. See `patched` for changes of code."""
SERIALIZER = DBOSPortableJSONSerializer()


def migrate(database_url: str) -> None:
    """Create the tables, or bring them up to date. Workers do it at their start."""
    _quiet_logs()
    DBOS.migrate(database_url)


def system_engine(database_url: str) -> Engine:
    """Connections for the engine alone.

    On SQLite its readers must not take the write lock, and its migrations begin transactions by themselves, so the
    driver begins IMMEDIATE before the first write instead of SQLAlchemy before each statement.
    """
    if make_url(database_url).get_backend_name() != "sqlite":
        return make_engine(database_url)
    engine = create_engine(database_url, pool_size=5, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


@cache
def client(engine: Engine) -> DBOSClient:
    """A client that opens no connection: it writes through those of its callers, or of `engine`."""
    return DBOSClient(system_database_engine=engine, serializer=SERIALIZER, application_name=APPLICATION, lazy=True)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.isolation_level = "IMMEDIATE"


def _quiet_logs() -> None:
    """The engine's warnings go where ours go; failures of jobs are logged by us, without their content."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.WARNING)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
        logger.addFilter(_is_not_a_failed_job)


def _is_not_a_failed_job(record: logging.LogRecord) -> bool:
    failure = record.exc_info[1] if record.exc_info else None
    return not isinstance(failure, JobFailed | error.DBOSMaxStepRetriesExceeded)
