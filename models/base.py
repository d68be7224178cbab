"""Column types and the base that every table shares."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import JSON, TypeDecorator
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING
metadata: MetaData = SQLModel.metadata


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC: timestamptz on PostgreSQL, sortable ISO text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")


def id_field() -> Any:
    """A ULID primary key; the service that makes the row sets it."""
    return Field(primary_key=True, max_length=26)


def ref(target: str, *, index: bool = False, primary_key: bool = False, cascade: bool = False) -> Any:
    """A foreign key, e.g. `ref("workspace.id")`."""
    options: dict[str, Any] = {"ondelete": "CASCADE"} if cascade else {}
    return Field(foreign_key=target, index=index, primary_key=primary_key, max_length=26, **options)


def part_of(*, primary_key: bool = False) -> Any:
    """The id of a row's parent in a table of great volume, written in the transaction that writes the parent.

    No foreign key: checking each row of mail again costs PostgreSQL more than a third of its time in an import.
    See docs/decisions/0006-volume-tables-without-foreign-keys.md.
    """
    return Field(primary_key=primary_key, max_length=26)
