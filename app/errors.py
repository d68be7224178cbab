"""Errors as answers: problem details for machines, a page for people."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from app.api import problems
from app.api.idempotency import Replayed
from app.console import pages
from app.core.errors import SidenoteError

FOR_MACHINES = ("/api/", "/gmail/", "/addon/", "/healthz", "/readyz", "/metrics")


def install(application: FastAPI) -> None:
    application.add_exception_handler(Replayed, replay)
    for kind in (SidenoteError, RequestValidationError, HTTPException, DataError, OperationalError, Exception):
        application.add_exception_handler(kind, answer)


def replay(_request: Request, error: Exception) -> Response:
    """What this request was answered the first time."""
    assert isinstance(error, Replayed)
    headers = {"Idempotent-Replayed": "true"}
    return Response(error.body, error.status, headers, media_type="application/json")


def answer(request: Request, error: Exception) -> Response:
    named = problems.as_named(error)
    if request.url.path.startswith(FOR_MACHINES):
        return problems.problem(named)
    return pages.to("/") if named.status == 401 else pages.error_page(named)
