"""Where a page ended: an opaque text from which the next one starts, whatever was inserted meanwhile."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from app.core.errors import InvalidInput
from app.records.listing.sorting import SortKey

MAX_CURSOR = 4000
_SHAPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "date": (str,),
    "moment": (str,),
}


@dataclass(frozen=True, slots=True)
class Place:
    """The sort values and the id of the last record that was shown."""

    values: tuple[Any, ...]
    id: str


def dump_cursor(keys: Sequence[SortKey], place: Place) -> str:
    names = [key.name for key in keys]
    return base64.urlsafe_b64encode(orjson.dumps([names, place.values, place.id])).decode().rstrip("=")


def load_cursor(keys: Sequence[SortKey], cursor: str) -> Place:
    """Raises InvalidInput for what `dump_cursor` did not write for the same sort."""
    try:
        padded = cursor[:MAX_CURSOR] + "=" * (-len(cursor) % 4)
        names, values, id = orjson.loads(base64.urlsafe_b64decode(padded.encode()))
        if names != [key.name for key in keys] or not isinstance(id, str) or "\0" in id:
            raise ValueError
        return Place(tuple(_value(key, value) for key, value in zip(keys, values, strict=True)), id)
    except (ValueError, TypeError, binascii.Error):
        raise InvalidInput("cursor: use `next` of the page before, with the same sort.", field="cursor") from None


def _value(key: SortKey, value: Any) -> Any:
    if value is None and key.may_be_empty:
        return None
    if not isinstance(value, _SHAPES[key.kind]) or (isinstance(value, str) and "\0" in value):
        raise ValueError
    if key.kind == "date":
        return date.fromisoformat(str(value))
    return datetime.fromisoformat(str(value)) if key.kind == "moment" else value
