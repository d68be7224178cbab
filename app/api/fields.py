"""`/api/v1/folders/{id}/fields` and `/api/v1/fields`: what records of a folder hold."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from app.api.caller import Called
from app.api.folder_shape import (
    FIELD_ID,
    FieldEdit,
    FieldOut,
    NewFieldIn,
    NewTypeChange,
    Order,
    TypeChangeOut,
    field_out,
    type_change_out,
)
from app.api.folders import FolderId
from app.api.shapes import Page, refusals
from app.records import fieldwork
from app.records.schema import folder_seen, schema_of

FieldId = Annotated[str, Path(examples=[FIELD_ID])]


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["fields"])
    _add_reading(routes)
    _add_of_folder(routes)
    _add_changing(routes)
    return routes


def _add_reading(routes: APIRouter) -> None:
    @routes.get("/folders/{folder_id}/fields", operation_id="list_fields", responses=refusals(403, 404))
    def list_fields(
        caller: Called,
        folder_id: FolderId,
        archived: Annotated[bool, Query(description="Also those put aside; for those who configure.")] = False,
    ) -> Page[FieldOut]:
        """The fields of a folder that the caller may know of, in order."""
        with caller.read() as asked:
            folder = folder_seen(asked.session, viewer=asked.viewer, folder_id=folder_id)
            if archived:
                found = fieldwork.all_fields(asked.session, viewer=asked.viewer, folder=folder)
            else:
                found = schema_of(asked.session, folder=folder, viewer=asked.viewer).fields
            return Page(items=[field_out(asked.viewer, field) for field in found])

    @routes.get("/fields/{field_id}", operation_id="get_field", responses=refusals(404))
    def get_field(caller: Called, field_id: FieldId) -> FieldOut:
        """One field."""
        with caller.read() as asked:
            field = fieldwork.field_seen(asked.session, viewer=asked.viewer, field_id=field_id)
            return field_out(asked.viewer, field)


def _add_of_folder(routes: APIRouter) -> None:
    @routes.post(
        "/folders/{folder_id}/fields", operation_id="create_field", status_code=201, responses=refusals(403, 404, 409)
    )
    def create_field(caller: Called, folder_id: FolderId, body: NewFieldIn) -> FieldOut:
        """Give the records of a folder another field."""
        plan = fieldwork.NewField(**body.model_dump())
        with caller.write() as asked:
            field = fieldwork.create_field(asked.session, viewer=asked.viewer, folder_id=folder_id, plan=plan)
            return field_out(asked.viewer, field)

    @routes.put("/folders/{folder_id}/field-order", operation_id="order_fields", responses=refusals(403, 404))
    def order_fields(caller: Called, folder_id: FolderId, body: Order) -> Page[FieldOut]:
        """Put the fields of a folder in another order, by their keys."""
        with caller.write() as asked:
            folder = folder_seen(asked.session, viewer=asked.viewer, folder_id=folder_id)
            ordered = fieldwork.order_fields(asked.session, viewer=asked.viewer, folder=folder, keys=body.order)
            return Page(items=[field_out(asked.viewer, field) for field in ordered])


def _add_changing(routes: APIRouter) -> None:
    @routes.patch("/fields/{field_id}", operation_id="change_field", responses=refusals(403, 404, 409))
    def change_field(caller: Called, field_id: FieldId, body: FieldEdit) -> FieldOut:
        """Change what a field is called, asks for and offers. Its key stays, and with it filters and formulas."""
        changes = fieldwork.FieldChanges(**body.model_dump(exclude_unset=True))  # type: ignore[typeddict-item]
        with caller.write() as asked:
            field = fieldwork.change_field(asked.session, viewer=asked.viewer, field_id=field_id, changes=changes)
            return field_out(asked.viewer, field)

    @routes.post("/fields/{field_id}/type-changes", operation_id="change_field_type", responses=refusals(403, 404, 409))
    def change_field_type(caller: Called, field_id: FieldId, body: NewTypeChange) -> TypeChangeOut:
        """Give a field another type or stricter options, or see what would become of its values."""
        change = fieldwork.preview_type_change if body.dry_run else fieldwork.change_type
        with caller.write() as asked:
            outcome = change(
                asked.session, viewer=asked.viewer, field_id=field_id, type=body.type, options=body.options
            )
            return type_change_out(outcome)

    @routes.put("/fields/{field_id}/archive", operation_id="archive_field", responses=refusals(403, 404, 409))
    def archive_field(caller: Called, field_id: FieldId) -> FieldOut:
        """Put a field aside; its values wait there."""
        with caller.write() as asked:
            field = fieldwork.archive_field(asked.session, viewer=asked.viewer, field_id=field_id)
            return field_out(asked.viewer, field)

    @routes.delete("/fields/{field_id}/archive", operation_id="restore_field", responses=refusals(403, 404, 409))
    def restore_field(caller: Called, field_id: FieldId) -> FieldOut:
        """Bring a field back with its values."""
        with caller.write() as asked:
            field = fieldwork.restore_field(asked.session, viewer=asked.viewer, field_id=field_id)
            return field_out(asked.viewer, field)
