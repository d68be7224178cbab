"""`/api/v1/people`: what the card knows about a person, as JSON."""

from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response, Security
from pydantic import BaseModel, Field
from sqlalchemy import Engine

from app.api.auth import key_reader
from app.api.caller import BEARER, admit
from app.api.shapes import refusals
from app.core.context import Context
from app.core.errors import NotFound
from app.core.hot import in_turn, reading
from app.core.rates import Rates
from app.records.catalog import catalog_of
from app.records.keys import email_key
from app.records.seen import Company
from app.timeline.deals import Deal
from app.timeline.feed import Entry
from app.timeline.glance import DueTask, glance, person_by_email


class Person(BaseModel):
    """A contact or lead. `data` holds the fields that are no columns."""

    id: str
    kind: str
    name: str
    folder_id: str
    owner_id: str | None
    owner_name: str | None
    territory_id: str | None
    lifecycle: str | None
    last_activity_at: datetime | None
    version: int
    data: dict[str, Any]
    company: Company | None


_OF_PERSON = [name for name in Person.model_fields if name != "owner_name"]
Email = Annotated[str, Path(examples=["dana@quarry.example"])]


class PersonSeen(BaseModel):
    """Amounts are minor units. `deals`, `tasks` and `entries` are the first few; `open_count` counts all open deals."""

    person: Person
    deals: list[Deal]
    open_count: int = Field(examples=[2])
    open_value: int | None = Field(
        examples=[1_250_000], description="Minor units, of all open deals in the workspace's currency."
    )
    entries: list[Entry]
    tasks: list[DueTask]


def router(context: Context) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["people"])

    answers = refusals(404) | {200: {"model": PersonSeen}}

    @routes.get("/people/{email}", operation_id="get_person", responses=answers, dependencies=[Security(BEARER)])
    async def person(email: Email, request: Request) -> Response:
        """A person at a glance.

        The contact or lead with this address: company, open deals, due tasks and the last ten timeline entries.
        """
        authorization = request.headers.get("authorization")
        return await in_turn(answer_about, context.engine, request.app.state.rates, email, authorization)

    return routes


def answer_about(engine: Engine, rates: Rates, email: str, authorization: str | None) -> Response:
    """Five statements, the caller's key included."""
    with reading(engine) as reader:
        viewer = admit(rates, key_reader(reader, authorization), "read").viewer
        found = person_by_email(reader, viewer=viewer, key=email_key(email.replace("\0", "")))
        if found is None:
            raise NotFound("email: nobody with this address is in your part of the workspace.", field="email")
        seen = glance(reader, viewer=viewer, person=found)
        here = catalog_of(reader, workspace_id=viewer.workspace_id, version=viewer.catalog_version)
    owner = here.members.get(found.owner_id or "")
    person = {name: getattr(found, name) for name in _OF_PERSON} | {"owner_name": owner.name if owner else None}
    answer = {"person": person, **{field.name: getattr(seen, field.name) for field in fields(seen)}}
    return Response(orjson.dumps(answer), media_type="application/json")
