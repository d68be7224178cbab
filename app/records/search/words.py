"""Which words a record is found by, and in which of its fields each stands."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.records.search.folding import fold, words_of
from models import FieldDef

SEARCHED = ("text", "long_text", "email", "phone", "domain", "tags", "auto_number")
"""The types of fields that search looks into."""
MAX_KEY = 100
MAX_WORDS = 200
"""Of one field."""
WHOLE, BACKWARDS = "=", "~"
"""Begin a value that is one thing, as a whole; and the digits of a phone number in reverse, for finding its end."""


def record_words(name: str, data: Mapping[str, Any], fields: Iterable[FieldDef]) -> set[tuple[str, str]]:
    """(field key, word) of a record with these values.

    Values that are one thing (addresses, phone numbers, domains, numbers of records) are words as a whole, too.
    """
    return set(WordReader(fields).read(name, data))


class WordReader:
    """Reads the words of records of one folder, whose fields these are."""

    def __init__(self, fields: Iterable[FieldDef]) -> None:
        self._fields = [(field.key, field.type, bool(field.column)) for field in searched_fields(fields)]

    def read(self, name: str, data: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(field key, word), each once."""
        found: list[tuple[str, str]] = []
        for key, type, is_name in self._fields:
            if value := name if is_name else data.get(key):
                found += [(key, word) for word in dict.fromkeys(_field_words(type, value))]
        return found


def searched_fields(fields: Iterable[FieldDef]) -> list[FieldDef]:
    """Those whose words are kept."""
    return [field for field in fields if field.type in SEARCHED and field.column in (None, "name")]


def texts_in(value: Any) -> list[str]:
    """A stored value as texts to look into."""
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def whole(text: str) -> str:
    """A value that is one thing, as a word."""
    return WHOLE + " ".join(fold(text).split())[:MAX_KEY]


def digits_of(phone: str) -> str:
    return re.sub(r"\D", "", fold(phone))


def _field_words(type: str, value: Any) -> Iterator[str]:
    for text in texts_in(value):
        if type == "phone":
            digits = digits_of(text)
            yield from (WHOLE + digits, BACKWARDS + digits[::-1]) if digits else ()
            continue
        yield from dict.fromkeys(words_of(text)[:MAX_WORDS])
        if type in ("email", "domain", "auto_number"):
            yield whole(text)
