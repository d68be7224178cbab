"""Errors as answers: problem details for machines, a page for people."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from app.api import problems
from app.console import pages
from app.core.errors import SidenoteError

FOR_MACHINES = ("/api/", "/gmail/", "/addon/", "/healthz", "/readyz", "/metrics")


def install(application: FastAPI) -> None:
    for kind in (SidenoteError, RequestValidationError, HTTPException, DataError, Exception):
        application.add_exception_handler(kind, answer)


def answer(request: Request, error: Exception) -> Response:
    named = problems.as_named(error)
    if request.url.path.startswith(FOR_MACHINES):
        return problems.problem(named)
    return pages.to("/") if named.status == 401 else pages.error_page(named)
