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
        self._steps = [
            (key, _READERS[trait.sort], column(place))
            for place, trait in enumerate(traits)
            for key in trait.fields
            if key in keys
        ]

    def row(self, name: str, data: Mapping[str, Any], company_id: str | None) -> Row:
        row: Row = {}
        values = {**data, "name": name, "company": company_id} if company_id else {**data, "name": name}
        for key, read, place in self._steps:
            if value := values.get(key):
                read(row, place, value)
        return row


def _given(row: Row, place: str, value: Any) -> None:
    given, _, words = person_name(value)
    if given:
        row[place] = given
        row[f"{place}_heard"] = heard(given)
        if len(words) > 2:
            row[f"{place}_words"] = f" {' '.join(words)} "


def _family(row: Row, place: str, value: Any) -> None:
    family = person_name(value)[1]
    if family:
        row[place] = family
        row[f"{place}_heard"] = heard(family)


def _firm(row: Row, place: str, value: Any) -> None:
    words = company_words(value)
    if words:
        row[place] = company_key(words)
        row[f"{place}_words"] = words


def _email(row: Row, place: str, value: Any) -> None:
    keys = [key for key in map(email_key, value) if key]
    if keys:
        _extend(row, place, keys)
        if host := company_host(keys[0].rpartition("@")[2]):
            row.setdefault(f"{place}_host", host)


def _phone(row: Row, place: str, value: Any) -> None:
    _extend(row, place, [key for key in map(phone_end, value) if key])


def _domain(row: Row, place: str, value: Any) -> None:
    if domain := company_host(value):
        _extend(row, place, [domain])


def _place(row: Row, place: str, value: Any) -> None:
    if street := street_key(value.get("street", "")):
        row[place] = street
    for part, name in (("code", "postal_code"), ("city", "city")):
        if text := text_key(value.get(name, "")):
            row[f"{place}_{part}"] = text


def _text(row: Row, place: str, value: Any) -> None:
    if text := text_key(value):
        row[place] = text


def _exact(row: Row, place: str, value: Any) -> None:
    row[place] = str(value)


_READERS: dict[Sort, Callable[[Row, str, Any], None]] = {
    Sort.GIVEN: _given,
    Sort.FAMILY: _family,
    Sort.FIRM: _firm,
    Sort.EMAIL: _email,
    Sort.PHONE: _phone,
    Sort.DOMAIN: _domain,
    Sort.PLACE: _place,
    Sort.DATE: _exact,
    Sort.TEXT: _text,
    Sort.EXACT: _exact,
}


def _extend(row: Row, place: str, keys: list[str]) -> None:
    if keys:
        row[place] = list(dict.fromkeys([*row.get(place, ()), *keys]))


@lru_cache(maxsize=65536)
def company_host(host: str) -> str:
    """The registrable domain, "" for those where anyone can have a mailbox."""
    return "" if is_freemail(host) else domain_of(host)


@lru_cache(maxsize=65536)
def phone_end(number: str) -> str:
    """The last digits of a number, by which `+49 30 1234567` and `030 1234567` are one; "" if there are too few."""
    digits = number[1:] if number[1:].isdigit() and number.isascii() else _no_digits.sub("", number)
    digits = digits.lstrip("0")
    return digits[-PHONE_DIGITS:] if len(digits) > 4 else ""


@lru_cache(maxsize=65536)
def street_key(street: str) -> str:
    return " ".join(_STREETS.get(word, word) for word in words_in(street))


@lru_cache(maxsize=65536)
def text_key(text: str) -> str:
    return " ".join(words_in(text))
