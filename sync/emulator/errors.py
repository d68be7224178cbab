"""Errors as Google's APIs put them on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

# The canonical status names of google.rpc.Code by HTTP status.
STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """A refusal by the emulated API: HTTP status, Google's `reason` word and the message of the body."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        status_name: str | None = None,
        domain: str = "global",
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.status_name = status_name or STATUS_NAMES.get(status, "UNKNOWN")
        self.domain = domain
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})

    def body(self) -> bytes:
        """The JSON error body: https://developers.google.com/gmail/api/guides/handle-errors."""
        item = {"message": self.message, "domain": self.domain, "reason": self.reason, **self.extra}
        error = {"code": self.status, "message": self.message, "errors": [item], "status": self.status_name}
        return orjson.dumps({"error": error})


def invalid(message: str) -> ApiError:
    return ApiError(400, "invalidArgument", message)


def failed_precondition(message: str) -> ApiError:
    return ApiError(400, "failedPrecondition", message, status_name="FAILED_PRECONDITION")


def not_found(message: str = "Requested entity was not found.") -> ApiError:
    return ApiError(404, "notFound", message)


def unauthenticated() -> ApiError:
    return ApiError(
        401,
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential.",
        headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
        extra={"location": "Authorization", "locationType": "header"},
    )


def forbidden_scope(message: str = "Request had insufficient authentication scopes.") -> ApiError:
    return ApiError(403, "insufficientPermissions", message)
