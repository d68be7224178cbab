"""What SQLite's planner knows of the sizes of tables. PostgreSQL's server sees to its own by itself."""

from sqlalchemy import Engine, text
from sqlmodel import Session

from app.core.database import transaction
from app.core.jobs import JobContext, scheduled
from models.base import metadata

GROWN = 10_000
"""Rows. Of smaller tables nothing is noted: the planner then takes them for large, and goes by their indexes. Noted as
small, they would be scanned for a whole day after an import has filled them."""
_LOOKED_AT = 1_000
"""Rows of each index: enough to tell how many share a value."""


@scheduled("core.note-sizes", cron="47 3 * * *")
def note_sizes_nightly(context: JobContext) -> None:
    """Connections that are opened from now on plan by it."""
    note_sizes(context.engine)


def note_sizes(engine: Engine) -> list[str]:
    """Have SQLite look at the tables that have grown (https://www.sqlite.org/lang_analyze.html); returns their names.

    It takes some milliseconds each, whatever their size.
    """
    if engine.dialect.name != "sqlite":
        return []
    with transaction(engine) as session:
        session.execute(text(f"PRAGMA analysis_limit={_LOOKED_AT}"))
        grown = [name for name in sorted(metadata.tables) if _has_grown(session, name)]
        for name in grown:
            session.execute(text(f'ANALYZE "{name}"'))
    return grown


def _has_grown(session: Session, table: str) -> bool:
    some = text(f'SELECT count(*) FROM (SELECT 1 FROM "{table}" LIMIT {GROWN})')
    return bool(session.scalar(some) == GROWN)
