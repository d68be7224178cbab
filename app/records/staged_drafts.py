"""Many new records in a folder with a pipeline: where each of them begins."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from app.records.bulk import Draft
from app.records.catalog import session_catalog
from app.records.deals import StageEntry, enter_stage, require_stage, stage_entry
from app.records.stage_entry import first_stage, lost_reason, require_fields, stage_to_enter
from app.workspaces.access import Viewer
from models import Folder, Record, Stage

_BROUGHT = ("stage_id", "stage_entered_at", "updated_at", "status", "probability", "close_on", "currency", "data")
"""Columns that a stage brings something into."""


class Beginnings:
    """Puts drafts of one folder into their first stages, within one transaction; a folder may have none."""

    def __init__(self, session: Session, *, viewer: Viewer, folder: Folder) -> None:
        self._session, self._viewer, self._folder = session, viewer, folder
        self._first = first_stage(session, folder=folder)
        self._stages: dict[str, Stage] = {}

    def begin(self, draft: Draft, given: Mapping[str, Any]) -> StageEntry | None:
        """Enter `given["stage"]` or the first stage, to be told of by `deals.tell_entries` once the draft is stored.

        Raises Forbidden, InvalidInput, FieldsMissing when the stage asks for more.
        """
        if given.get("stage"):
            require_stage(self._viewer, self._folder.id)
        stage_id = given.get("stage") or self._first
        if stage_id is None:
            return None
        stage = self._stage(str(stage_id))
        told = {"reason": given.get("lost_reason"), "note": given.get("lost_note")}
        reason, note = lost_reason(self._session, stage=stage, folder=self._folder, **told)
        record = Record(**draft)
        record.stage_id = None
        if record.amount is not None or record.kind == "deal":
            record.currency = session_catalog(self._session, workspace_id=record.workspace_id).currency
        require_fields(self._session, viewer=self._viewer, record=record, stage=stage, values=given)
        now = record.created_at
        enter_stage(self._viewer, record, stage, reason=reason, note=note, given=given, now=now)
        draft |= {column: getattr(record, column) for column in _BROUGHT}
        return stage_entry(self._viewer, record.id, record.kind, stage, before=None, was=None, reason=reason, now=now)

    def _stage(self, stage_id: str) -> Stage:
        if stage_id not in self._stages:
            self._stages[stage_id] = stage_to_enter(self._session, folder_id=self._folder.id, stage_id=stage_id)
        return self._stages[stage_id]
