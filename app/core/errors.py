"""Errors with a name and a status, rendered once per surface (JSON, HTML, card)."""

from collections.abc import Mapping


class SidenoteError(Exception):
    """Base of every error that a person or a caller may see.

    `status` is the HTTP status, `code` a stable machine name. The message names the field and the fix.
    """

    status = 500
    code = "error"
    details: Mapping[str, object] = {}
    """What a machine may want to know beside the message: further members of the problem document."""
    said: tuple[str, Mapping[str, object]] | None = None
    """What the message is made of, for other languages: the key of a sentence in a table, and its values."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidInput(SidenoteError):
    status = 422
    code = "invalid_input"


class NotFound(SidenoteError):
    """The thing does not exist, or the viewer may not know that it does."""

    status = 404
    code = "not_found"


class Forbidden(SidenoteError):
    status = 403
    code = "forbidden"


class Conflict(SidenoteError):
    status = 409
    code = "conflict"


class NotSignedIn(SidenoteError):
    status = 401
    code = "not_signed_in"
