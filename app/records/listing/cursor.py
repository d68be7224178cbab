"""Where a page ended: an opaque text from which the next one starts, whatever was inserted meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.core.cursor import cursor_of, place_at
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
    return cursor_of([key.name for key in keys], place.values, place.id)


def load_cursor(keys: Sequence[SortKey], cursor: str) -> Place:
    """Raises InvalidInput for what `dump_cursor` did not write for the same sort."""
    try:
        names, values, id = place_at(cursor[:MAX_CURSOR], list, list, str)
        if names != [key.name for key in keys] or "\0" in id:
            raise ValueError
        return Place(tuple(_value(key, value) for key, value in zip(keys, values, strict=True)), id)
    except (ValueError, TypeError, InvalidInput):
        raise InvalidInput("cursor: use `next` of the page before, with the same sort.", field="cursor") from None


def _value(key: SortKey, value: Any) -> Any:
    if value is None and key.may_be_empty:
        return None
    if not isinstance(value, _SHAPES[key.kind]) or (isinstance(value, str) and "\0" in value):
        raise ValueError
    if key.kind == "date":
        return date.fromisoformat(str(value))
    return datetime.fromisoformat(str(value)) if key.kind == "moment" else value
