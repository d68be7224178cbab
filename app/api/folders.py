"""`/api/v1/folders`: what a workspace keeps records of."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from app.api.caller import Called
from app.api.folder_shape import FolderEdit, FolderOut, NewFolder, Order, folder_out
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Page, refusals
from app.records import folders
from app.records.schema import folder_seen, folders_seen

FolderId = Annotated[str, Path(examples=[EXAMPLE_ID])]


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["folders"])
    _add_reading(routes)
    _add_changing(routes)
    return routes


def _add_reading(routes: APIRouter) -> None:
    @routes.get("/folders", operation_id="list_folders", responses=refusals(403))
    def list_folders(
        caller: Called,
        archived: Annotated[bool, Query(description="Also those put aside; for those who configure.")] = False,
    ) -> Page[FolderOut]:
        """The folders that the caller's roles reach, in the workspace's order."""
        with caller.read() as asked:
            read = folders.all_folders if archived else folders_seen
            return Page(items=[folder_out(folder) for folder in read(asked.session, viewer=asked.viewer)])

    @routes.get("/folders/{folder_id}", operation_id="get_folder", responses=refusals(404))
    def get_folder(caller: Called, folder_id: FolderId) -> FolderOut:
        """One folder."""
        with caller.read() as asked:
            return folder_out(folder_seen(asked.session, viewer=asked.viewer, folder_id=folder_id))


def _add_changing(routes: APIRouter) -> None:
    @routes.post("/folders", operation_id="create_folder", status_code=201, responses=refusals(403, 409))
    def create_folder(caller: Called, body: NewFolder) -> FolderOut:
        """Make a folder. Members reach it as their roles reach folders without rights of their own."""
        with caller.write() as asked:
            made = folders.create_folder(asked.session, viewer=asked.viewer, **body.model_dump())
            return folder_out(made)

    @routes.patch("/folders/{folder_id}", operation_id="change_folder", responses=refusals(403, 404))
    def change_folder(caller: Called, folder_id: FolderId, body: FolderEdit) -> FolderOut:
        """Rename a folder wherever people read its name; ids and kinds stay."""
        changes = folders.FolderChanges(**body.model_dump(exclude_unset=True))  # type: ignore[typeddict-item]
        with caller.write() as asked:
            folder = folders.change_folder(asked.session, viewer=asked.viewer, folder_id=folder_id, changes=changes)
            return folder_out(folder)

    @routes.put("/folder-order", operation_id="order_folders", responses=refusals(403))
    def order_folders(caller: Called, body: Order) -> Page[FolderOut]:
        """Put the folders in another order, by their ids."""
        with caller.write() as asked:
            ordered = folders.order_folders(asked.session, viewer=asked.viewer, folder_ids=body.order)
            return Page(items=[folder_out(folder) for folder in ordered])

    @routes.put("/folders/{folder_id}/archive", operation_id="archive_folder", responses=refusals(403, 404, 409))
    def archive_folder(caller: Called, folder_id: FolderId) -> FolderOut:
        """Put a folder aside with everything in it."""
        with caller.write() as asked:
            return folder_out(folders.archive_folder(asked.session, viewer=asked.viewer, folder_id=folder_id))

    @routes.delete("/folders/{folder_id}/archive", operation_id="restore_folder", responses=refusals(403, 404))
    def restore_folder(caller: Called, folder_id: FolderId) -> FolderOut:
        """Bring a folder back."""
        with caller.write() as asked:
            return folder_out(folders.restore_folder(asked.session, viewer=asked.viewer, folder_id=folder_id))
