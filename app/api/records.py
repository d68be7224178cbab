"""Records: making, reading, changing, archiving and deleting one."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from app.api.caller import Asked, Called
from app.api.etags import IfMatch, give_etag, matched
from app.api.record_shape import EXAMPLE_ID, RecordOut, names_in, record_out
from app.api.related_shape import RelatedOut, related_out
from app.api.shapes import Body, Moment, refusals
from app.core.errors import InvalidInput
from app.records.deals import create_staged
from app.records.duplicates import Likely
from app.records.duplicates.policy import likely_noticed
from app.records.past import record_as_of
from app.records.schema import folder_seen
from app.records.service import get_record, update_record
from app.records.shelf import archive_record, delete_record, restore_record, unarchive_record
from app.records.uniqueness import duplicates_noticed
from models import Record

RecordId = Annotated[str, Path(examples=[EXAMPLE_ID])]
FolderId = Annotated[str, Path(examples=[EXAMPLE_ID])]
Fields = Annotated[
    str | None, Query(description="Keys of the values to give, separated by commas.", examples=["name,email"])
]
Expand = Annotated[
    str | None, Query(description="Keys of references to give with names, too.", examples=["owner,company"])
]
VALUES = {"name": "Dana Diaz", "email": "dana@quarry.example", "title": "CTO"}


class NewRecord(Body):
    """`values` by field key, as a person would write them: amounts as `1234.50`, days as `YYYY-MM-DD`."""

    values: dict[str, Any] = Field(examples=[VALUES])


class RecordEdit(Body):
    """The values to change; null empties one."""

    values: dict[str, Any] = Field(examples=[{"title": "CEO", "company": None}])


class Warned(BaseModel):
    """Another record that has the same value, or may be the same. `record_id`: where the caller may see it.

    A likely duplicate comes with its `name`, a `score` from 0 to 1 and the `reasons` for it.
    """

    key: str = Field(examples=["email"])
    message: str = Field(examples=["Email: Dana Diaz has the same value already."])
    record_id: str | None = Field(examples=[EXAMPLE_ID])
    name: str | None = Field(default=None, examples=["Dana Diaz"])
    score: float | None = Field(default=None, examples=[0.97])
    reasons: list[dict[str, Any]] = Field(
        default_factory=list, examples=[[{"field": "email", "says": "the same", "weight": 12.5}]]
    )


class WrittenRecord(RecordOut):
    """A record as it is now; `warnings` tell of what was written all the same."""

    warnings: list[Warned] = Field(default_factory=list)


class RecordDetail(RecordOut):
    """A record, and with `include=related` what hangs on it."""

    related: RelatedOut | None = None


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["records"])
    _add_reading(routes)
    _add_writing(routes)
    _add_shelving(routes)
    return routes


def _add_reading(routes: APIRouter) -> None:
    @routes.get("/records/{record_id}", operation_id="get_record", responses=refusals(404))
    def get(
        caller: Called,
        response: Response,
        record_id: RecordId,
        fields: Fields = None,
        expand: Expand = None,
        include: Annotated[str | None, Query(description="`related` or nothing.", examples=["related"])] = None,
        as_of: Annotated[
            Moment | None, Query(description="Read it as it was then.", examples=["2026-03-01T12:00:00Z"])
        ] = None,
    ) -> RecordDetail:
        """One record. `as_of` reads its values at a moment of its past, without those that Sidenote works out."""
        with caller.read() as asked:
            record = get_record(asked.session, viewer=asked.viewer, record_id=record_id)
            if as_of is not None:
                return _past(asked, record, as_of, fields, expand or include)
            give_etag(response, record.version)
            shown = record_out(
                asked.session,
                viewer=asked.viewer,
                record=record,
                fields=names_in(fields),
                expand=names_in(expand) or (),
            )
            return RecordDetail(**dict(shown), related=_related(asked, record, include))


def _past(asked: Asked, record: Record, at: Moment, fields: str | None, more: str | None) -> RecordDetail:
    if more:
        raise InvalidInput("as_of: goes without `expand` and `include`, which tell of the present.", field="as_of")
    past = record_as_of(asked.session, viewer=asked.viewer, record_id=record.id, at=at)
    shown = record_out(asked.session, viewer=asked.viewer, record=record, fields=names_in(fields))
    values = {key: value for key, value in past.values.items() if key in shown.values}
    then = {"version": past.version, "archived_at": past.archived_at, "updated_at": past.updated_at}
    return RecordDetail(**dict(shown) | then | {"name": past.values.get("name") or shown.name, "values": values})


def _related(asked: Asked, record: Record, include: str | None) -> RelatedOut | None:
    if include not in (None, "", "related"):
        raise InvalidInput("include: `related` is all there is.", field="include")
    return related_out(asked.session, viewer=asked.viewer, record=record) if include else None


def _add_writing(routes: APIRouter) -> None:
    @routes.post(
        "/folders/{folder_id}/records",
        operation_id="create_record",
        status_code=201,
        responses=refusals(403, 404, 409),
    )
    def create(caller: Called, response: Response, folder_id: FolderId, body: NewRecord) -> WrittenRecord:
        """A new record. In a folder with a pipeline it starts in `values.stage`, or in the first stage."""
        with caller.write() as asked:
            folder = folder_seen(asked.session, viewer=asked.viewer, folder_id=folder_id)
            record = create_staged(asked.session, viewer=asked.viewer, folder=folder, values=body.values, via="api")
            response.headers["Location"] = f"/api/v1/records/{record.id}"
            return written(asked, response, record)

    @routes.patch("/records/{record_id}", operation_id="update_record", responses=refusals(403, 404, 409, 412))
    def update(
        caller: Called, response: Response, record_id: RecordId, body: RecordEdit, if_match: IfMatch = None
    ) -> WrittenRecord:
        """Change some values of a record; `If-Match` makes sure that nobody else changed it meanwhile."""
        with caller.write() as asked, matched(if_match) as version:
            record = update_record(
                asked.session, viewer=asked.viewer, record_id=record_id, values=body.values, version=version, via="api"
            )
            return written(asked, response, record)

    @routes.delete(
        "/records/{record_id}", operation_id="delete_record", status_code=204, responses=refusals(403, 404, 412)
    )
    def delete(caller: Called, record_id: RecordId, if_match: IfMatch = None) -> None:
        """Throw a record into the bin, from which it can be brought back for 30 days."""
        with caller.write() as asked, matched(if_match) as version:
            delete_record(asked.session, viewer=asked.viewer, record_id=record_id, version=version)


def _add_shelving(routes: APIRouter) -> None:
    @routes.put("/records/{record_id}/archive", operation_id="archive_record", responses=refusals(403, 404, 412))
    def archive(caller: Called, response: Response, record_id: RecordId, if_match: IfMatch = None) -> WrittenRecord:
        """Archive a record: lists leave it out, its page stays."""
        with caller.write() as asked, matched(if_match) as version:
            record = archive_record(asked.session, viewer=asked.viewer, record_id=record_id, version=version)
            return written(asked, response, record)

    @routes.delete("/records/{record_id}/archive", operation_id="unarchive_record", responses=refusals(403, 404, 412))
    def unarchive(caller: Called, response: Response, record_id: RecordId, if_match: IfMatch = None) -> WrittenRecord:
        """Bring an archived record back into the lists."""
        with caller.write() as asked, matched(if_match) as version:
            record = unarchive_record(asked.session, viewer=asked.viewer, record_id=record_id, version=version)
            return written(asked, response, record)

    @routes.put("/records/{record_id}/restoration", operation_id="restore_record", responses=refusals(404, 409))
    def restore(caller: Called, response: Response, record_id: RecordId) -> WrittenRecord:
        """Bring a record back from the bin, with its links and its place on timelines."""
        with caller.write() as asked:
            record = restore_record(asked.session, viewer=asked.viewer, record_id=record_id)
            return written(asked, response, record)


def written(asked: Asked, response: Response, record: Record) -> WrittenRecord:
    """The answer to whoever changed a record."""
    asked.session.flush()
    give_etag(response, record.version)
    shown = record_out(asked.session, viewer=asked.viewer, record=record)
    likely = {one.record_id: _likely_out(one) for one in likely_noticed(asked.session, record=record)}
    warnings = []
    for one in duplicates_noticed(asked.session, record=record):
        warned = Warned(key=one.key, message=one.message, record_id=one.record_id)
        more = likely.pop(one.record_id or "", warned)
        warnings.append(more.model_copy(update={"key": one.key, "message": one.message}))
    return WrittenRecord(**dict(shown), warnings=[*warnings, *likely.values()])


def _likely_out(one: Likely) -> Warned:
    return Warned(
        key=one.reasons[0].field if one.reasons else "name",
        message=f"{one.name} may be the same.",
        record_id=one.record_id,
        name=one.name,
        score=round(one.score, 4),
        reasons=[reason.as_json() for reason in one.reasons],
    )
