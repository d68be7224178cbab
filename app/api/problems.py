"""Errors as RFC 9457 problem details."""

from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.core.errors import SidenoteError
from app.core.ids import new_id

log = structlog.get_logger()


def install(app: FastAPI) -> None:
    app.add_exception_handler(SidenoteError, named)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    """https://www.rfc-editor.org/rfc/rfc9457"""
    body = {"type": f"about:blank#{code}", "title": code.replace("_", " "), "status": status, "detail": detail}
    return Response(orjson.dumps({**body, **more}), status, media_type="application/problem+json")


def named(_request: Request, error: Exception) -> Response:
    assert isinstance(error, SidenoteError)
    where = {"field": error.field} if error.field else {}
    return problem(error.status, error.code, error.message, **where)


def _malformed(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return problem(422, "invalid_input", f"{field}: {first['msg']}.", field=field)


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, "http_error", str(error.detail))


def _unexpected(request: Request, error: Exception) -> Response:
    incident = new_id()
    log.error("unexpected_error", incident=incident, path=request.url.path, error=type(error).__name__)
    return problem(500, "unexpected_error", f"Something went wrong on our side (incident {incident}).")
