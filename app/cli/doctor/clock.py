"""The clock: signatures and tokens are refused when it is wrong."""

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx
from sqlalchemy.exc import SQLAlchemyError

from app.cli.doctor.findings import Finding, ok, problem, warning
from app.core.clock import utcnow
from app.core.context import Context
from app.core.database import transaction
from app.core.jobs.liveness import database_time

OFF_SECONDS = 30
PATIENCE_SECONDS = 5


def examine(context: Context) -> Iterator[Finding]:
    if context.engine.dialect.name == "postgresql":
        yield from _compared("clock of the database", _of_the_database(context))
    google = _of_google(context.settings.google_certs_url)
    if google is None:
        yield warning(
            "clock", "Google cannot be reached from here: not compared", "Nothing, on a machine without network."
        )
    else:
        yield from _compared("clock", google)


def _compared(check: str, theirs: datetime | None) -> Iterator[Finding]:
    if theirs is None:
        return
    off = abs((utcnow() - theirs).total_seconds())
    if off > OFF_SECONDS:
        yield problem(check, f"differs from this machine's by {off:,.0f} seconds", "Set both by NTP.")
    else:
        yield ok(check, "agrees with this machine's")


def _of_the_database(context: Context) -> datetime | None:
    try:
        with transaction(context.engine, read_only=True) as session:
            return database_time(session)
    except SQLAlchemyError:
        return None


def _of_google(url: str) -> datetime | None:
    """By the Date header of an answer (RFC 9110, section 6.6.1)."""
    try:
        told = httpx.head(url, timeout=PATIENCE_SECONDS).headers.get("Date")
        return parsedate_to_datetime(told) if told else None
    except (httpx.HTTPError, ValueError):
        return None
