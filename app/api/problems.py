"""Errors as RFC 9457 problem details."""

from http import HTTPStatus

import orjson
import structlog
from fastapi import Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from app.core.errors import Conflict, InvalidInput, SidenoteError
from app.core.failures import describe
from app.core.ids import new_id
from app.core.rates import TooManyRequests

log = structlog.get_logger()

DEADLOCK = "40P01"
"""PostgreSQL's code: https://www.postgresql.org/docs/current/errcodes-appendix.html"""
NOT_FOUND = "There is nothing at this address."


class HttpProblem(SidenoteError):
    """What the web framework refused: an unknown path, a wrong method, a body that is too large."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = HTTPStatus(status).phrase.lower().replace(" ", "_")


class Busy(Conflict):
    """Two requests waited for each other's records, and the database let one of them go on."""

    code = "busy"


class Unexpected(SidenoteError):
    """A fault of ours: the log tells more under the incident's number."""

    code = "unexpected_error"


def problem(error: SidenoteError) -> Response:
    """`application/problem+json`; see https://www.rfc-editor.org/rfc/rfc9457"""
    body = {
        "type": f"urn:sidenote:problem:{error.code}",
        "title": error.code.replace("_", " ").capitalize(),
        "status": error.status,
        "detail": error.message,
        **({"field": error.field} if error.field else {}),
        **error.details,
    }
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after)
    return Response(orjson.dumps(body), error.status, headers, media_type="application/problem+json")


def as_named(error: Exception) -> SidenoteError:
    """Any exception as one with a name and a status; what nobody foresaw is logged."""
    match error:
        case SidenoteError():
            return error
        case RequestValidationError():
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"][1:])
            return InvalidInput(f"{field}: {first['msg']}.", field=field)
        case HTTPException():
            return HttpProblem(error.status_code, NOT_FOUND if error.status_code == 404 else error.detail)
        case DataError():
            return InvalidInput("A value holds characters, or has a size, that cannot be stored.")
        case OperationalError() if getattr(error.orig, "sqlstate", None) == DEADLOCK:
            return Busy("Someone else changed the same records at this moment, and was first: send this again.")
    incident = new_id()
    log.error("unexpected_error", incident=incident, error=describe(error))
    return Unexpected(f"Something went wrong on our side (incident {incident}). Try again in a moment.")
