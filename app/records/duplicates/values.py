"""From a record's values to the normal forms that are compared: columns of the table the search works on."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from app.core.freemail import is_freemail
from app.records.duplicates.alike import company_key
from app.records.duplicates.companies import company_words
from app.records.duplicates.people import heard, person_name
from app.records.duplicates.traits import Sort, Trait
from app.records.duplicates.words import words_in
from app.records.keys import domain_of, email_key

Row = dict[str, Any]
"""Normal values by column; absent where the record has none."""
Read = Callable[[Row, Any], None]
"""Puts what it makes of a value into the columns of a row."""

PHONE_DIGITS = 9
"""Of a number's end: what is before them depends on where one calls from."""
_no_digits = re.compile("[^0-9]")
_STREETS = {"street": "st", "strasse": "str", "avenue": "ave", "road": "rd", "place": "pl", "court": "ct"}
_STREETS |= {"drive": "dr", "boulevard": "blvd", "circuit": "cct", "crescent": "cres", "close": "cl", "lane": "ln"}
_EXTRA: dict[Sort, dict[str, str]] = {
    Sort.GIVEN: {"heard": "VARCHAR", "words": "VARCHAR"},
    Sort.FAMILY: {"heard": "VARCHAR"},
    Sort.FIRM: {"words": "VARCHAR[]"},
    Sort.EMAIL: {"host": "VARCHAR"},
    Sort.PLACE: {"code": "VARCHAR", "city": "VARCHAR"},
}


def column(place: int, part: str = "") -> str:
    """The column of the trait at this place, or of a part of it."""
    return f"t{place}_{part}" if part else f"t{place}"


def columns_of(traits: Sequence[Trait]) -> dict[str, str]:
    """Columns and their types in SQL."""
    found = {}
    for place, trait in enumerate(traits):
        found[column(place)] = "VARCHAR[]" if trait.is_list else "VARCHAR"
        found |= {column(place, part): type for part, type in _EXTRA.get(trait.sort, {}).items()}
    return found


class Normalizer:
    """Makes rows of the values of one folder's records: of the fields with these keys, and no others."""

    def __init__(self, traits: Sequence[Trait], keys: Collection[str]) -> None:
        self.keys = keys
        self._steps = [
            (key, _READERS[trait.sort](place))
            for place, trait in enumerate(traits)
            for key in trait.fields
            if key in keys and trait.sort in _READERS
        ]

    def row(self, name: str, data: Mapping[str, Any], company_id: str | None) -> Row:
        row: Row = {}
        values = {**data, "name": name}
        if company_id:
            values["company"] = company_id
        for key, read in self._steps:
            if value := values.get(key):
                read(row, value)
        return row


def _person(place: int) -> Read:
    """Both names; the trait of the family name is the next one."""
    given_column, given_heard, words_column = column(place), column(place, "heard"), column(place, "words")
    family_column, family_heard = column(place + 1), column(place + 1, "heard")

    def read(row: Row, value: Any) -> None:
        given, family, words = person_name(value)
        if given:
            row[given_column], row[given_heard] = given, heard(given)
        if family:
            row[family_column], row[family_heard] = family, heard(family)
        if len(words) > 2:
            row[words_column] = f" {' '.join(words)} "

    return read


def _firm(place: int) -> Read:
    whole, each = column(place), column(place, "words")

    def read(row: Row, value: Any) -> None:
        if words := company_words(value):
            row[whole], row[each] = company_key(words), words

    return read


def _email(place: int) -> Read:
    whole, host_column = column(place), column(place, "host")

    def read(row: Row, value: Any) -> None:
        if keys := [key for key in map(email_key, value) if key]:
            _extend(row, whole, keys)
            if host_column not in row and (host := company_host(keys[0].rpartition("@")[2])):
                row[host_column] = host

    return read


def _phone(place: int) -> Read:
    whole = column(place)
    return lambda row, value: _extend(row, whole, [end for end in map(phone_end, value) if end])


def _domain(place: int) -> Read:
    whole = column(place)
    return lambda row, value: _extend(row, whole, [host] if (host := company_host(value)) else [])


def _place(place: int) -> Read:
    parts: tuple[tuple[str, str, Callable[[str], str]], ...] = (
        ("street", column(place), street_key),
        ("postal_code", column(place, "code"), text_key),
        ("city", column(place, "city"), text_key),
    )

    def read(row: Row, value: Any) -> None:
        for part, where, normal in parts:
            if part in value:
                row[where] = normal(value[part])

    return read


def _text(place: int) -> Read:
    whole = column(place)

    def read(row: Row, value: Any) -> None:
        row[whole] = text_key(value)

    return read


def _exact(place: int) -> Read:
    whole = column(place)

    def read(row: Row, value: Any) -> None:
        row[whole] = str(value)

    return read


_READERS: dict[Sort, Callable[[int], Read]] = {
    Sort.GIVEN: _person,
    Sort.FIRM: _firm,
    Sort.EMAIL: _email,
    Sort.PHONE: _phone,
    Sort.DOMAIN: _domain,
    Sort.PLACE: _place,
    Sort.DATE: _exact,
    Sort.TEXT: _text,
    Sort.EXACT: _exact,
}
"""The family name is read with the given one."""


def _extend(row: Row, place: str, keys: list[str]) -> None:
    if place in row:
        row[place] = list(dict.fromkeys([*row[place], *keys]))
    elif keys:
        row[place] = keys


@lru_cache(maxsize=65536)
def company_host(host: str) -> str:
    """The registrable domain, "" for those where anyone can have a mailbox."""
    return "" if is_freemail(host) else domain_of(host)


def phone_end(number: str) -> str:
    """The last digits of a number, by which `+49 30 1234567` and `030 1234567` are one; "" if there are too few."""
    digits = number[1:] if number.isascii() and number[1:].isdigit() else _no_digits.sub("", number)
    digits = digits.lstrip("0")
    return digits[-PHONE_DIGITS:] if len(digits) > 4 else ""


def street_key(street: str) -> str:
    return " ".join([_STREETS.get(word, word) for word in words_in(street)])


@lru_cache(maxsize=65536)
def text_key(text: str) -> str:
    return " ".join(words_in(text))
