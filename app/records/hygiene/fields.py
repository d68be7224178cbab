"""Fields that nobody fills in, or that say the same of every record."""

from collections.abc import Iterator

from sqlalchemy import Text, and_, cast, func, select
from sqlmodel import Session, col

from app.records.fields.stored import value_of
from app.records.hygiene.finding import Finding, Fix
from app.records.schema import Schema
from app.workspaces.access import Viewer
from models import Record

FEWEST = 20
"""Records in the folder from which on one value for all of them means something."""


def field_findings(session: Session, *, viewer: Viewer, schema: Schema) -> Iterator[Finding]:
    """Of the workspace's own fields; for those who may put fields aside, and see every record of the folder."""
    folder = schema.folder
    if not _may_judge(viewer, folder.id):
        return
    fields = [field for field in schema.fields if not (field.fixed or field.computed) and field.type != "checkbox"]
    if not fields:
        return
    here = and_(
        col(Record.workspace_id) == viewer.workspace_id,
        col(Record.folder_id) == folder.id,
        col(Record.deleted_at).is_(None),
    )
    values = [cast(value_of(field), Text) for field in fields]
    columns = [part for value in values for part in (func.count(value), func.min(value), func.max(value))]
    total, *told = session.execute(select(func.count(), *columns).select_from(Record).where(here)).one()
    for index, field in enumerate(fields):
        count, least, most = told[3 * index : 3 * index + 3]
        fix = Fix("archive_field", f"Archive the field {field.name}; its values stay", field_id=field.id)
        if total and not count:
            yield Finding(f"unused_field:{field.key}", folder.id, f"{field.name} is never filled in", total, (), fix)
        elif count >= FEWEST and count == total and least == most:
            says = f"{field.name} has the same value in all of them"
            yield Finding(f"single_value_field:{field.key}", folder.id, says, count, (), fix)


def _may_judge(viewer: Viewer, folder_id: str) -> bool:
    may_configure = viewer.is_admin or "config" in viewer.access.powers
    return may_configure and (viewer.is_admin or viewer.access.scope("read", folder_id) == "all")
