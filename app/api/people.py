"""`/api/v1/people`: what the card knows about a person, as JSON."""

from dataclasses import fields

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy import Engine

from app.api.auth import key_reader
from app.api.caller import admit
from app.core.context import Context
from app.core.errors import NotFound
from app.core.hot import in_turn, reading
from app.core.rates import Rates
from app.records.keys import email_key
from app.timeline.glance import glance, person_by_email


def router(context: Context) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["people"])

    @routes.get("/people/{email}")
    async def person(email: str, request: Request) -> Response:
        """The contact or lead with this address: company, open deals, due tasks and the last ten timeline entries.

        404 when there is none, or when the caller may not see it.
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
    answer = {"person": found, **{field.name: getattr(seen, field.name) for field in fields(seen)}}
    return Response(orjson.dumps(answer), media_type="application/json")
