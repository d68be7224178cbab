"""Where a listing goes on: a place in its order, as text that callers hand back and do not read."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

import orjson

from app.core.errors import InvalidInput


def cursor_of(*place: object) -> str:
    """A place (JSON values and datetimes) as URL-safe text."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).rstrip(b"=").decode()


def place_at(cursor: str, *types: type | tuple[type, ...]) -> list[Any]:
    """The place that `cursor_of` was given: values of these types. Raises InvalidInput for any other text."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = orjson.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        place = None
    if not isinstance(place, list) or len(place) != len(types) or not all(map(isinstance, place, types)):
        raise _refusal()
    return place


def moment_in(text: str) -> datetime:
    """The time in a place, as `cursor_of` wrote it."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _refusal() from None


def moment_place(cursor: str) -> tuple[datetime, str]:
    """The place of a row in a listing by time and id."""
    at, id = place_at(cursor, str, str)
    return moment_in(at), id


def _refusal() -> InvalidInput:
    return InvalidInput("cursor: hand back `next` of the page before, or leave it out.", field="cursor")
