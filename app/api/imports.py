"""Taking files in: sent once, planned, checked, run, undone."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from app.api.caller import Called, Caller
from app.api.import_shape import IMPORT_EXAMPLES, ImportOut, ImportRowOut, row_shown, shown
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, Page, refusals
from app.core.cursor import cursor_of, place_at
from app.core.database import transaction
from app.transfer.importing import (
    change_plan,
    check_import,
    get_import,
    imports_of,
    rejects_csv,
    rows_of,
    stage_file,
    start_import,
    stop_import,
    undo_import,
)

ImportId = Annotated[str, Path(examples=[EXAMPLE_ID])]
Cursor = Annotated[str | None, Query(description="`next` of the page before.", examples=["WyIyIl0"])]
Limit = Annotated[int, Query(ge=1, le=200)]
FolderId = Annotated[str, Query(description="The folder that the rows go into.", examples=[EXAMPLE_ID])]
FileName = Annotated[
    str, Query(min_length=1, max_length=200, description="What the file is called.", examples=["people.csv"])
]
_FILE = {
    "requestBody": {
        "required": True,
        "description": "The file itself: CSV of any kind, an Excel workbook (.xlsx) or vCards.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}, **IMPORT_EXAMPLES}},
    }
}


class PlanChange(Body):
    """The whole plan, as the import shows it, with what is to be different."""

    plan: dict[str, Any] = Field(examples=[{"columns": [], "match": ["email"], "on_match": "update"}])


async def received(request: Request, caller: Called) -> AsyncIterator[FilePath]:
    """The body as a file that is gone after the answer; who may not write sends it in vain."""
    await run_in_threadpool(_admit, caller)
    with tempfile.TemporaryDirectory(prefix="sidenote-import-") as folder:
        path = FilePath(folder) / "file"
        with path.open("wb") as file:
            async for chunk in request.stream():
                await run_in_threadpool(file.write, chunk)
        yield path


Received = Annotated[FilePath, Depends(received)]


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1/imports", tags=["imports"])
    _add_reading(routes)
    _add_doing(routes)

    @routes.post("", operation_id="send_import", status_code=201, responses=refusals(403, 404), openapi_extra=_FILE)
    def send(caller: Called, folder_id: FolderId, name: FileName, file: Received) -> ImportOut:
        """Send a file, as the body of the request. Nothing is imported yet: look at the plan, change it, check it."""
        with caller.write() as asked:
            return shown(stage_file(asked.session, viewer=asked.viewer, folder_id=folder_id, path=file, name=name))

    @routes.patch("/{import_id}", operation_id="change_import", responses=refusals(403, 404, 409))
    def change(caller: Called, import_id: ImportId, body: PlanChange) -> ImportOut:
        """Say what columns mean, how their cells are written, and what happens to records that are there already."""
        with caller.write() as asked:
            return shown(change_plan(asked.session, viewer=asked.viewer, import_id=import_id, plan=body.plan))

    return routes


def _add_doing(routes: APIRouter) -> None:
    @routes.post("/{import_id}/check", operation_id="check_import", status_code=202, responses=refusals(403, 404, 409))
    def check(caller: Called, import_id: ImportId) -> ImportOut:
        """Have it said of each row what would become of it and why. Nothing is written. Read it again to follow it."""
        with caller.write() as asked:
            return shown(check_import(asked.session, viewer=asked.viewer, import_id=import_id))

    @routes.post("/{import_id}/run", operation_id="run_import", status_code=202, responses=refusals(403, 404, 409))
    def run(caller: Called, import_id: ImportId) -> ImportOut:
        """Take the rows in, in the background. Read the import again to see how far it is."""
        with caller.write() as asked:
            return shown(start_import(asked.session, viewer=asked.viewer, import_id=import_id))

    @routes.post("/{import_id}/stop", operation_id="stop_import", responses=refusals(404, 409))
    def stop(caller: Called, import_id: ImportId) -> ImportOut:
        """End it before its next rows. What was taken in stays, and can be undone."""
        with caller.write() as asked:
            return shown(stop_import(asked.session, viewer=asked.viewer, import_id=import_id))

    @routes.post("/{import_id}/undo", operation_id="undo_import", status_code=202, responses=refusals(403, 404, 409))
    def undo(caller: Called, import_id: ImportId) -> ImportOut:
        """Take it back: what was created goes, what was changed gets its old values; what people did since stays."""
        with caller.write() as asked:
            return shown(undo_import(asked.session, viewer=asked.viewer, import_id=import_id))


def _add_reading(routes: APIRouter) -> None:
    @routes.get("", operation_id="list_imports", responses=refusals())
    def listing(caller: Called, cursor: Cursor = None, limit: Limit = 50) -> Page[ImportOut]:
        """The caller's imports, last first; to admins everybody's."""
        with caller.read() as asked:
            before = place_at(cursor, str)[0] if cursor else None
            found = imports_of(asked.session, viewer=asked.viewer, limit=limit + 1, before=before)
            more = cursor_of(found[limit - 1].id) if len(found) > limit else None
            return Page(items=[shown(one) for one in found[:limit]], next=more)

    @routes.get("/{import_id}", operation_id="get_import", responses=refusals(404))
    def get(caller: Called, import_id: ImportId) -> ImportOut:
        """How far an import is, and its plan."""
        with caller.read() as asked:
            return shown(get_import(asked.session, viewer=asked.viewer, import_id=import_id))

    @routes.get("/{import_id}/rows", operation_id="list_import_rows", responses=refusals(404))
    def rows(
        caller: Called,
        import_id: ImportId,
        action: Annotated[Literal["create", "update", "skip", "reject"] | None, Query(examples=["reject"])] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[ImportRowOut]:
        """The rows of the file in order, each with what becomes or became of it, and why."""
        with caller.read() as asked:
            after = place_at(cursor, int)[0] if cursor else 0
            viewer, most = asked.viewer, limit + 1
            found = rows_of(asked.session, viewer=viewer, import_id=import_id, limit=most, after=after, action=action)
            more = cursor_of(found[limit - 1].number) if len(found) > limit else None
            return Page(items=[row_shown(row) for row in found[:limit]], next=more)

    @routes.get(
        "/{import_id}/rejects.csv",
        operation_id="get_import_rejects",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, **refusals(404)},
    )
    def rejects(caller: Called, import_id: ImportId) -> StreamingResponse:
        """The rows that were refused, as they were, with the reason in a column of its own: mend them and send them."""
        with caller.read() as asked:
            get_import(asked.session, viewer=asked.viewer, import_id=import_id)
        headers = {"Content-Disposition": 'attachment; filename="rejects.csv"', "X-Content-Type-Options": "nosniff"}
        return StreamingResponse(_rejects(caller, asked.viewer, import_id), media_type="text/csv", headers=headers)


def _rejects(caller: Caller, viewer: Any, import_id: str) -> Iterator[str]:
    """Line by line, in a transaction of its own: the answer begins before it ends."""
    with transaction(caller.context.engine, read_only=True) as session:
        yield from rejects_csv(session, viewer=viewer, import_id=import_id)


def _admit(caller: Caller) -> None:
    with caller.read():
        pass
