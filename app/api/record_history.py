"""What a record was: who changed what, and taking a change back."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID, Named
from app.api.records import RecordId, WrittenRecord, written
from app.api.shapes import Body, Page, refusals
from app.core.cursor import cursor_of, moment_place
from app.records.saves import Save, saves_of
from app.records.undo import undo_batch


class ChangedOut(BaseModel):
    """A value that changed: as stored, and as the caller reads it in their language."""

    key: str = Field(examples=["amount"])
    name: str = Field(examples=["Amount"])
    old: Any = Field(examples=[10_000])
    new: Any = Field(examples=[25_000])
    old_text: str = Field(examples=["€100.00"])
    new_text: str = Field(examples=["€250.00"])


class SaveOut(BaseModel):
    """What was changed at once, and by whom; null where a rule did it. `batch` names it to an undo."""

    batch: str = Field(examples=[EXAMPLE_ID])
    at: datetime
    member: Named | None
    changes: list[ChangedOut]


class NewUndo(Body):
    batch: str = Field(description="Of the save to take back, from the record's history.", examples=[EXAMPLE_ID])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/records/{record_id}", tags=["records"])

    @routes.get("/history", operation_id="list_history", responses=refusals(404))
    def history(
        caller: Called,
        record_id: RecordId,
        cursor: Annotated[str | None, Query(description="`next` of the page before.", examples=["WyIyIl0"])] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Page[SaveOut]:
        """The saves of a record, last first, without fields that are hidden from the caller."""
        with caller.read() as asked:
            before = moment_place(cursor) if cursor else None
            saves = saves_of(asked.session, viewer=asked.viewer, record_id=record_id, limit=limit + 1, before=before)
            last = saves[limit - 1] if len(saves) > limit else None
            return Page(items=[_save(save) for save in saves[:limit]], next=last and cursor_of(last.at, last.batch))

    @routes.post("/undos", operation_id="undo_change", status_code=201, responses=refusals(403, 404, 409))
    def undo(caller: Called, response: Response, record_id: RecordId, body: NewUndo) -> WrittenRecord:
        """Take one save back, if its values still stand; 409 names what was changed again since."""
        with caller.write() as asked:
            record = undo_batch(asked.session, viewer=asked.viewer, record_id=record_id, batch=body.batch)
            return written(asked, response, record)

    return routes


def _save(save: Save) -> SaveOut:
    member = Named(id=save.member_id, name=save.member or "") if save.member_id else None
    changes = [
        ChangedOut(**{name: getattr(change, name) for name in ChangedOut.model_fields}) for change in save.changes
    ]
    return SaveOut(batch=save.batch, at=save.at, member=member, changes=changes)
