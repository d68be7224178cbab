"""`{{field}}` places in a text, filled from what is known of the person written to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PLACE = re.compile(r"\{\{\s*([A-Za-z][\w.]{0,99})\s*(?:\|([^{}|]{0,500}))?\}\}")
"""`{{first_name}}`, or with what to say where it is unknown: `{{first_name|there}}`."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its places filled, and the names of those that were not: they stand in it as they were written."""

    text: str
    missing: tuple[str, ...]


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Values are put in as they are, and places within them are no places: escape the result for where it goes."""
    missing: dict[str, None] = {}

    def put(place: re.Match[str]) -> str:
        name, fallback = place[1].lower(), place[2]
        if value := values.get(name, "").strip():
            return value
        if fallback is not None:
            return fallback.strip()
        missing[name] = None
        return place[0]

    return Filled(_PLACE.sub(put, text), tuple(missing))
