"""What is held about one person: seeing how much it is, getting all of it, and erasing it."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.background import BackgroundTask

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, Page, refusals
from app.core.cursor import cursor_of, place_at
from app.core.database import confine, transaction
from app.privacy.erasing import erasures_of, get_erasure, start_erasure
from app.privacy.exporting import export_person, note_export
from app.privacy.holdings import count_held
from app.privacy.person import MAX_ADDRESSES, find_person
from app.privacy.receipts import NO_WAY_BACK, erasure_receipt
from models import Erasure

ErasureId = Annotated[str, Path(examples=[EXAMPLE_ID])]
Cursor = Annotated[str | None, Query(description="`next` of the page before.", examples=["WyIyIl0"])]
Limit = Annotated[int, Query(ge=1, le=200)]
IN_MEMORY, CHUNK = 1_000_000, 65_536


class Someone(Body):
    """A person, by any of their addresses, or by a contact or lead that is theirs. One leads to the others."""

    addresses: list[str] = Field(default_factory=list, max_length=MAX_ADDRESSES, examples=[["dana@customer.example"]])
    record_id: str = Field(default="", examples=[""])


class ErasureOrder(Someone):
    understood: Literal[True] = Field(description=f"{NO_WAY_BACK} Have people look at the preview first.")


class PersonOut(BaseModel):
    """Who is meant, and how many rows of what are held about them, before anything is done.

    `shared` are addresses that others answer at, too: they stay, unless you name them. `namesakes` bear the same name:
    where it is not certain who is meant, the name stays. If one of them is this person, name that address, too.
    """

    records: list[str] = Field(description="Ids of their contacts and leads.", examples=[[EXAMPLE_ID]])
    addresses: list[str] = Field(examples=[["dana@customer.example"]])
    names: list[str] = Field(examples=[["Dana Diaz"]])
    phones: list[str] = Field(examples=[["+4930123456"]])
    shared: list[str] = Field(examples=[["sales@customer.example"]])
    namesakes: list[str] = Field(examples=[["Dana Diaz <dana@other.example>"]])
    counts: dict[str, int] = Field(examples=[{"record": 1, "message": 24}])


class ErasureOut(BaseModel):
    """How far an erasure is: `handled` of `total` rows. Its `receipt` says nothing of whom it was about."""

    id: str = Field(examples=[EXAMPLE_ID])
    member_id: str = Field(examples=[EXAMPLE_ID])
    state: str = Field(description="`running` or `done`.", examples=["done"])
    total: int = Field(examples=[120])
    handled: int = Field(examples=[120])
    counts: dict[str, int] = Field(examples=[{"messages deleted": 24, "records deleted": 1}])
    receipt: str = Field(examples=["Personal data erased from Fairfield"])
    started_at: datetime
    finished_at: datetime | None


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["personal data"])
    _add_reading(routes)

    @routes.post("/erasures", operation_id="erase_person", status_code=202, responses=refusals(403, 404, 409))
    def erase(caller: Called, body: ErasureOrder) -> ErasureOut:
        """Erase everything about a person, for good. It goes on in the background; asking again changes nothing."""
        with caller.write() as asked:
            erasure = start_erasure(
                asked.session,
                viewer=asked.viewer,
                vault=caller.context.vault,
                addresses=body.addresses,
                record_id=body.record_id,
            )
            return _shown(asked.session, erasure)

    @routes.get("/erasures", operation_id="list_erasures", responses=refusals(403))
    def listing(caller: Called, cursor: Cursor = None, limit: Limit = 50) -> Page[ErasureOut]:
        """The erasures of the workspace, last first. Admins only."""
        with caller.read() as asked:
            before = place_at(cursor, str)[0] if cursor else None
            found = erasures_of(asked.session, viewer=asked.viewer, limit=limit + 1, before=before)
            more = cursor_of(found[limit - 1].id) if len(found) > limit else None
            return Page(items=[_shown(asked.session, erasure) for erasure in found[:limit]], next=more)

    @routes.get("/erasures/{erasure_id}", operation_id="get_erasure", responses=refusals(403, 404))
    def get(caller: Called, erasure_id: ErasureId) -> ErasureOut:
        """How far an erasure is, and once it is done, its receipt. Admins only."""
        with caller.read() as asked:
            return _shown(asked.session, get_erasure(asked.session, viewer=asked.viewer, erasure_id=erasure_id))

    return routes


def _add_reading(routes: APIRouter) -> None:
    @routes.post("/person-data", operation_id="preview_person_data", responses=refusals(403, 404, 409))
    def preview(caller: Called, body: Someone) -> PersonOut:
        """How much is held about a person. Admins only; nothing is changed."""
        with caller.read() as asked:
            person = find_person(asked.session, viewer=asked.viewer, addresses=body.addresses, record_id=body.record_id)
            counts = count_held(asked.session, workspace_id=asked.viewer.workspace_id, person=person)
            known = {name: getattr(person, name) for name in ("records", "names", "phones", "shared", "namesakes")}
            return PersonOut(**known, addresses=person.keys, counts=counts)

    @routes.post(
        "/person-data/archive",
        operation_id="export_person_data",
        response_class=StreamingResponse,
        responses=_ARCHIVE,
    )
    def archive(caller: Called, body: Someone) -> StreamingResponse:
        """Everything that is held about a person as a ZIP: HTML, CSV, JSON and a receipt. Admins only."""
        with ExitStack() as refused:
            file = refused.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
            with caller.read() as asked:
                viewer = asked.viewer
                exported = export_person(
                    asked.session, viewer=viewer, to=file, addresses=body.addresses, record_id=body.record_id
                )
            with transaction(caller.context.engine) as session:
                confine(session, viewer.workspace_id)
                note_export(session, viewer=viewer, exported=exported)
            refused.pop_all()
        headers = {
            "Content-Disposition": 'attachment; filename="personal-data.zip"',
            "Content-Length": str(file.seek(0, SEEK_END)),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        sent = BackgroundTask(file.close)
        return StreamingResponse(_chunks(file), media_type="application/zip", headers=headers, background=sent)


def _chunks(file: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def _shown(session: Session, erasure: Erasure) -> ErasureOut:
    values: dict[str, Any] = {name: getattr(erasure, name) for name in ErasureOut.model_fields if name != "receipt"}
    return ErasureOut(**values, receipt=erasure_receipt(session, erasure))


_ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The archive.",
    },
    **refusals(403, 404, 409),
}
