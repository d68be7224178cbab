"""Bringing a database to the current schema."""

import warnings
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SAWarning

import models
from models.base import metadata

EXPRESSION_INDEXES = frozenset({"ix_record_name"})
"""Indexes that only a migration knows: Alembic cannot compare them."""
MIGRATIONS = Path(models.__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Run the migrations that this database has not seen. Safe to call at every start."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), "head")


def is_current(engine: Engine) -> bool:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head()


def head() -> str | None:
    """The revision that the tables in code are at."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def drift(engine: Engine) -> list[object]:
    """Differences between the tables in code and in the database: empty when the migrations are complete."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_ours})
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index", SAWarning)
            return list(compare_metadata(context, metadata))


def write_revision(engine: Engine, message: str, revision: str) -> None:
    """Write a migration from what `drift` finds; read it before it is committed."""
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return name in metadata.tables if kind == "table" else name not in EXPRESSION_INDEXES
