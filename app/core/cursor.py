"""Where a listing goes on: a place in its order, as text that callers hand back and do not read."""

import base64
import binascii
from typing import Any

import orjson

from app.core.errors import InvalidInput


def cursor_of(*place: object) -> str:
    """A place (JSON values and datetimes) as URL-safe text."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).rstrip(b"=").decode()


def place_at(cursor: str, *types: type) -> list[Any]:
    """The place that `cursor_of` was given: values of these types. Raises InvalidInput for any other text."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = orjson.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        place = None
    if not isinstance(place, list) or [type(value) for value in place] != list(types):
        raise InvalidInput("cursor: hand back `next` of the page before, or leave it out.", field="cursor")
    return place
