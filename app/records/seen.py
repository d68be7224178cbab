"""One record with all its columns, as a viewer may know it: what cards of any kind are drawn from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, and_, bindparam, exists, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.core.bulk import sieve
from app.core.hot import Listed, Reader
from app.records.merged import heir_of
from app.records.redact import redacted
from app.workspaces.access import ScopedQuery, Viewer
from models import Follow, Record


@dataclass(frozen=True, slots=True)
class Company:
    id: str
    name: str
    folder_id: str
    data: dict[str, Any]
    owner_id: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """The columns of models.Record, by their names; `data` holds the fields that are no columns."""

    id: str
    folder_id: str
    kind: str
    name: str
    owner_id: str | None
    territory_id: str | None
    company_id: str | None
    stage_id: str | None
    stage_entered_at: datetime | None
    status: str | None
    amount: int | None
    currency: str | None
    probability: int | None
    close_on: date | None
    priority: str | None
    score: int | None
    lifecycle: str | None
    source: str | None
    last_activity_at: datetime | None
    next_task_at: datetime | None
    last_email_in_at: datetime | None
    last_email_out_at: datetime | None
    emails_in: int
    emails_out: int
    open_deals: int
    open_amount: int
    data: dict[str, Any]
    created_by: str | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    version: int
    followed: bool
    """Whether the viewer follows it."""
    company: Company | None
    """The company that the viewer may see; None as well where there is none."""


COMPANY = aliased(Record)
_OWN = [field.name for field in fields(Seen) if field.name not in ("followed", "company")]
_followed = exists().where(
    col(Follow.record_id) == col(Record.id), col(Follow.member_id) == bindparam("viewer_member", type_=String)
)
SEEN_COLUMNS = [
    *(col(getattr(Record, name)) for name in _OWN),
    _followed,
    col(COMPANY.id),
    col(COMPANY.name),
    col(COMPANY.folder_id),
    col(COMPANY.data),
    col(COMPANY.owner_id),
]
"""What `seen_from` reads; a statement that selects them joins COMPANY to Record, as `with_company` does."""


def with_company(see: Any) -> Any:
    """The condition that joins COMPANY to Record, where `see` allows."""
    return and_(col(COMPANY.id) == col(Record.company_id), see(COMPANY))


def seen_by_id(reader: Reader, *, viewer: Viewer, record_id: str) -> Seen | None:
    """The record, archived or not; None when there is none that the viewer may see. One statement.

    The id of one that was merged gives the record that stays, by two more.
    """
    rows = _BY_ID(reader, viewer, id=record_id)
    if not rows and (heir := heir_of(reader, record_id)):
        rows = _BY_ID(reader, viewer, id=heir)
    return seen_from(viewer, rows[0]) if rows else None


def seen_from(viewer: Viewer, row: Sequence[Any]) -> Seen:
    """A record from the values of SEEN_COLUMNS, as far as the viewer may know it."""
    end = len(_OWN)
    company = redacted(viewer, Company(*row[end + 1 :])) if row[end + 1] else None
    return redacted(viewer, Seen(*(*row[:end], bool(row[end]), company)))


_BY_ID = ScopedQuery(
    lambda see: (
        select(*SEEN_COLUMNS)
        .outerjoin(COMPANY, with_company(see))
        .where(see(Record), col(Record.id) == bindparam("id"))
    )
)


@dataclass(frozen=True, slots=True)
class Named:
    id: str
    name: str
    kind: str
    folder_id: str


def named(reader: Reader, *, viewer: Viewer, ids: Collection[str]) -> list[Named]:
    """Those of these records that the viewer may see. One statement."""
    return [Named(*row) for row in _NAMED(reader, viewer, ids=reader.listed(ids))] if ids else []


def names_of(reader: Reader, *, viewer: Viewer, ids: Collection[str]) -> dict[str, str]:
    """The names of those records that the viewer may see. One statement."""
    return {one.id: one.name for one in named(reader, viewer=viewer, ids=ids)}


_NAMED = ScopedQuery(
    lambda see: select(*(col(getattr(Record, one.name)) for one in fields(Named))).where(
        sieve(see(Record)), Listed(col(Record.id), "ids")
    )
)
