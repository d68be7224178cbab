"""Records as files: what a folder, a view or a segment holds, as far as the caller may export it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from app.api.caller import Asked, Called, Caller
from app.api.json_query import json_object
from app.api.listing import Fields, Filter, Sort
from app.api.record_shape import EXAMPLE_ID, names_in
from app.api.shapes import refusals
from app.core.database import confine, transaction
from app.transfer.exporting import FORMATS, Selection, note_export, of_folder, of_segment, of_view, write_export

IN_MEMORY = 1_048_576
"""Bytes of a file that are kept out of the disk."""
CHUNK = 65_536

FolderId = Annotated[str, Path(examples=[EXAMPLE_ID])]
ViewId = Annotated[str, Path(examples=[EXAMPLE_ID])]
SegmentId = Annotated[str, Path(examples=[EXAMPLE_ID])]
Wanted = Annotated[
    Literal["csv", "xlsx"] | None, Query(alias="format", description="Without it, `Accept` decides; else csv.")
]
Accept = Annotated[str, Header(include_in_schema=False)]
Choose = Callable[[Asked], Selection]


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["exports"])
    _add_of_folders(routes)
    _add_of_views(routes)
    _add_of_segments(routes)
    return routes


def _add_of_folders(routes: APIRouter) -> None:
    @routes.get(
        "/folders/{folder_id}/export", operation_id="export_folder", response_class=StreamingResponse, responses=_FILE
    )
    def of_the_folder(
        caller: Called,
        folder_id: FolderId,
        filter: Filter = None,
        sort: Sort = None,
        fields: Fields = None,
        format: Wanted = None,
        accept: Accept = "",
    ) -> StreamingResponse:
        """The records of a folder that match, with all fields or those named."""

        def choose(asked: Asked) -> Selection:
            every = of_folder(asked.session, viewer=asked.viewer, folder_id=folder_id)
            return every.narrowed(
                filter=json_object("filter", filter), sort=names_in(sort) or (), keys=names_in(fields)
            )

        return _answer(caller, choose, format, accept)


def _add_of_views(routes: APIRouter) -> None:
    @routes.get(
        "/views/{view_id}/export", operation_id="export_view", response_class=StreamingResponse, responses=_FILE
    )
    def of_the_view(caller: Called, view_id: ViewId, format: Wanted = None, accept: Accept = "") -> StreamingResponse:
        """The records of a view, with its columns and in its order."""
        return _answer(
            caller, lambda asked: of_view(asked.session, viewer=asked.viewer, view_id=view_id), format, accept
        )


def _add_of_segments(routes: APIRouter) -> None:
    @routes.get(
        "/segments/{segment_id}/export",
        operation_id="export_segment",
        response_class=StreamingResponse,
        responses=_FILE,
    )
    def of_the_segment(
        caller: Called,
        segment_id: SegmentId,
        sort: Sort = None,
        fields: Fields = None,
        format: Wanted = None,
        accept: Accept = "",
    ) -> StreamingResponse:
        """The records of a segment, with all fields or those named."""

        def choose(asked: Asked) -> Selection:
            members = of_segment(asked.session, viewer=asked.viewer, segment_id=segment_id)
            return members.narrowed(sort=names_in(sort) or (), keys=names_in(fields))

        return _answer(caller, choose, format, accept)


def _answer(caller: Caller, choose: Choose, format: str | None, accept: str) -> StreamingResponse:
    """The file, made before the first byte of it is sent.

    A refusal is therefore told as one, and however slowly a file is fetched, no transaction stays open for it.
    """
    kind = FORMATS[format or ("xlsx" if FORMATS["xlsx"].media_type in accept else "csv")]
    with ExitStack() as refused:
        file = refused.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        with caller.read() as asked:
            viewer, selection = asked.viewer, choose(asked)
            exported = write_export(asked.session, file, viewer=viewer, selection=selection, format=kind.name)
            name = f"{selection.schema.folder.kind}-{exported.folder_id}.{kind.name}"
        with transaction(caller.context.engine) as session:
            confine(session, viewer.workspace_id)
            note_export(session, viewer=viewer, exported=exported)
        refused.pop_all()
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(file.seek(0, SEEK_END)),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    sent = BackgroundTask(file.close)
    return StreamingResponse(_chunks(file), media_type=kind.media_type, headers=headers, background=sent)


def _chunks(file: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {kind.media_type: {"schema": {"type": "string", "format": "binary"}} for kind in FORMATS.values()},
        "description": "The file.",
    },
    **refusals(403, 404),
}
