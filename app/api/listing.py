"""Lists of a folder's records, and what filters may ask."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from app.api.caller import Asked, Called
from app.api.json_query import json_object
from app.api.listing_shape import FILTER, RecordPage, record_page
from app.api.record_shape import EXAMPLE_ID, names_in
from app.api.shapes import Body, refusals
from app.core.errors import InvalidInput
from app.records.filters import BEHAVIOURS, OPERATORS
from app.records.filters.behaviours import OPERATORS as BEHAVIOUR_OPERATORS
from app.records.filters.periods import UNITS, WORDS
from app.records.filters.tree import MAX_CONDITIONS, MAX_DEPTH
from app.records.listing import MAX_PAGE
from app.records.schema import folder_seen, schema_of
from app.records.views import get_view, known_columns

Filter = Annotated[
    str | None, Query(description="A filter as JSON.", examples=['{"field":"amount","op":"at_least","value":1000}'])
]
Sort = Annotated[str | None, Query(description="Keys, `-` in front for descending.", examples=["-amount,name"])]
Fields = Annotated[str | None, Query(description="Columns to give.", examples=["name,amount,company.industry"])]
Expand = Annotated[str | None, Query(description="References to give with names, too.", examples=["company,owner"])]
Cursor = Annotated[str | None, Query(max_length=4000, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
WithCount = Annotated[bool, Query(description="Count what matches, too.")]
ViewId = Annotated[
    str | None, Query(max_length=30, description="Take filter, order and columns from a view.", examples=[EXAMPLE_ID])
]


class RecordQuery(Body):
    """The parameters of a list, for filters that are too long for an address."""

    filter: dict[str, Any] | None = Field(default=None, examples=[FILTER])
    view: str | None = Field(default=None, max_length=30, examples=[None])
    sort: list[str] = Field(default_factory=list, examples=[["-amount", "name"]])
    fields: list[str] | None = Field(default=None, examples=[["name", "amount", "company.industry"]])
    expand: list[str] = Field(default_factory=list, examples=[["company", "owner"]])
    limit: int = Field(default=50, ge=1, le=MAX_PAGE)
    cursor: str | None = Field(default=None, max_length=4000, examples=[None])
    count: bool = Field(default=False)


class OperatorOut(BaseModel):
    name: str = Field(examples=["at_least"])
    label: str = Field(examples=["is at least"])
    takes: Literal["nothing", "value", "list", "pair", "period"] = Field(examples=["value"])


class BehaviourOut(BaseModel):
    name: str = Field(examples=["email_out"])
    label: str = Field(examples=["We wrote an email"])


class FilterLanguage(BaseModel):
    """What a filter may ask: the operators of each family of field, behaviours, and words for periods."""

    families: dict[str, list[OperatorOut]]
    behaviours: list[BehaviourOut]
    behaviour_operators: dict[str, str] = Field(examples=[BEHAVIOUR_OPERATORS])
    periods: list[str] = Field(examples=[["today", "this_month"]])
    units: list[str] = Field(examples=[["days", "months"]])
    max_depth: int = Field(examples=[MAX_DEPTH])
    max_conditions: int = Field(examples=[MAX_CONDITIONS])


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["lists"])
    _add_lists(routes)

    @routes.get("/filter-operators", operation_id="get_filter_language", responses=refusals())
    def language(caller: Called) -> FilterLanguage:
        """What filters may ask of each family of field."""
        with caller.read():
            return _language()

    return routes


def _add_lists(routes: APIRouter) -> None:
    @routes.get("/folders/{folder_id}/records", operation_id="list_records", responses=refusals(404))
    def listed(
        caller: Called,
        folder_id: Annotated[str, Path(examples=[EXAMPLE_ID])],
        filter: Filter = None,
        view: ViewId = None,
        sort: Sort = None,
        fields: Fields = None,
        expand: Expand = None,
        limit: Limit = 50,
        cursor: Cursor = None,
        count: WithCount = False,
    ) -> RecordPage:
        """The records of a folder that match, in order; archived ones only if the filter asks for `archived`."""
        query = RecordQuery(
            filter=json_object("filter", filter),
            view=view,
            sort=names_in(sort) or [],
            fields=names_in(fields),
            expand=names_in(expand) or [],
            limit=limit,
            cursor=cursor,
            count=count,
        )
        with caller.read() as asked:
            return _page(asked, folder_id, query)

    @routes.post("/folders/{folder_id}/record-queries", operation_id="query_records", responses=refusals(404))
    def queried(
        caller: Called, folder_id: Annotated[str, Path(examples=[EXAMPLE_ID])], body: RecordQuery
    ) -> RecordPage:
        """The same list, asked for in a body."""
        with caller.read() as asked:
            return _page(asked, folder_id, body)


def _page(asked: Asked, folder_id: str, query: RecordQuery) -> RecordPage:
    session, viewer = asked.session, asked.viewer
    folder = folder_seen(session, viewer=viewer, folder_id=folder_id)
    filter, sort, fields = query.filter, query.sort, query.fields
    if query.view:
        view = get_view(session, viewer=viewer, view_id=query.view)
        if view.folder_id != folder.id:
            raise InvalidInput("view: this is a view of another folder.", field="view")
        filter = {"and": [view.filter or {}, filter]} if filter else view.filter
        sort = sort or view.sort
        fields = known_columns(session, viewer=viewer, view=view) if fields is None else fields
    return record_page(
        asked,
        schema_of(session, folder=folder, viewer=viewer),
        filter=filter,
        sort=sort,
        fields=fields,
        expand=query.expand,
        limit=query.limit,
        cursor=query.cursor,
        count=query.count,
    )


def _language() -> FilterLanguage:
    return FilterLanguage(
        families={
            family: [OperatorOut(name=one.name, label=one.label, takes=one.takes) for one in operators]
            for family, operators in OPERATORS.items()
        },
        behaviours=[BehaviourOut(name=one.name, label=one.label) for one in BEHAVIOURS.values()],
        behaviour_operators=BEHAVIOUR_OPERATORS,
        periods=list(WORDS),
        units=list(UNITS),
        max_depth=MAX_DEPTH,
        max_conditions=MAX_CONDITIONS,
    )
