"""JSON in a query parameter."""

from typing import Any

import orjson

from app.core.errors import InvalidInput

MAX_LENGTH = 20_000


def json_object(name: str, text: str | None) -> dict[str, Any] | None:
    """The object in a parameter of this name, None when it was left out. Raises InvalidInput naming it."""
    if text is None:
        return None
    try:
        found = orjson.loads(text[:MAX_LENGTH])
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise InvalidInput(f"{name}: write a JSON object of up to {MAX_LENGTH:,} characters.", field=name)
    return found
