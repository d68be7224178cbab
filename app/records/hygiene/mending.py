"""Carrying a fix out, by the services that do such things anyway."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from app.core.errors import InvalidInput, NotFound
from app.records.bulk_edits import start_bulk_edit
from app.records.fieldwork import archive_field
from app.records.hygiene.report import STALE_DAYS, findings_in
from app.records.schema import folder_seen
from app.workspaces.access import Viewer
from models import BulkEdit, FieldDef


def mend(
    session: Session,
    *,
    viewer: Viewer,
    folder_id: str,
    check: str,
    values: Mapping[str, Any] | None = None,
    stale_days: int = STALE_DAYS,
) -> BulkEdit | FieldDef:
    """Do what the finding of this check proposes, with other `values` if given; as far as the viewer may.

    Raises NotFound when the check finds nothing (any more), InvalidInput when it can only be mended by hand, or when
    a value has to be chosen.
    """
    folder = folder_seen(session, viewer=viewer, folder_id=folder_id)
    found = findings_in(session, viewer=viewer, folder=folder, stale_days=stale_days)
    finding = next((one for one in found if one.check == check), None)
    if finding is None:
        raise NotFound(f"check: {check} finds nothing in {folder.name}.", field="check")
    fix = finding.fix
    if fix is None:
        raise InvalidInput(f"check: what {check} finds is decided upon one by one.", field="check")
    if fix.action == "archive_field":
        return archive_field(session, viewer=viewer, field_id=fix.field_id)
    chosen = {**fix.values, **(values or {})}
    if fix.choose and chosen.get(fix.choose) is None:
        raise InvalidInput(f"values: choose a value for {fix.choose}.", field="values")
    return start_bulk_edit(
        session,
        viewer=viewer,
        folder_id=folder.id,
        action=fix.action,
        values=chosen,
        record_ids=fix.records,
        filter=fix.filter,
    )
