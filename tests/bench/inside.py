"""The REST API within this process: its endpoints with their transaction, their caller and their JSON, no sockets."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.api.caller import Caller
from app.api.people import answer_about
from app.api.routes import RESOURCES
from app.core.context import build_context
from app.main import create_app
from tests.bench import store
from tests.bench.servers import settings


class Inside:
    """Sidenote over one database, asked by the bench's reps."""

    def __init__(self, database_url: str) -> None:
        self.context = build_context(settings(database_url, 80, "http://127.0.0.1:9/"))
        self._app = create_app(self.context)
        routes = (route for part in RESOURCES for route in part.router().routes)
        self._endpoints = {route.operation_id: route.endpoint for route in routes if isinstance(route, APIRoute)}

    def ask(self, operation: str, *, rep: int, **arguments: Any) -> bytes:
        """The body of the answer of an operation that is named as in the OpenAPI document."""
        answer: BaseModel = self._endpoints[operation](_caller(self._app, rep), **arguments)
        return answer.model_dump_json().encode()

    def change(self, operation: str, *, rep: int, **arguments: Any) -> bytes:
        return self.ask(operation, rep=rep, response=Response(), **arguments)

    def person(self, email: str, *, rep: int) -> bytes:
        return bytes(answer_about(self.context.engine, self._app.state.rates, email, authorization(rep)).body)

    def close(self) -> None:
        self.context.engine.dispose()


def authorization(rep: int) -> str:
    return f"Bearer {store.API_KEY}{rep}"


def _caller(app: FastAPI, rep: int) -> Caller:
    headers = [(b"authorization", authorization(rep).encode())]
    return Caller(Request({"type": "http", "app": app, "headers": headers}), None)
