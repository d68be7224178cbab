"""What the cells of a column look like: of what type they are, and how they are written."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import phonenumbers

from app.records.fields.base import MAX_LINE
from app.records.fields.numbers import MAX_DECIMALS, MAX_NUMBER
from app.transfer.mapping.amounts import decimal_of, read_number
from app.transfer.mapping.countries import country_code
from app.transfer.mapping.dates import day_or_month_first, read_moment
from app.transfer.mapping.plan import Dates
from app.transfer.reading.shapes import shape_of

MOST = 0.9
"""The share of a column's filled cells that have to agree on what it is."""
MOST_CHOICES = 15
FEWEST_FOR_CHOICES = 20
_FLAGS = {"yes", "no", "true", "false", "y", "n", "ja", "nein", "oui", "non", "sí", "да", "нет", "tak", "nie"}


def type_of_cells(cells: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The type of field that fits these cells, and its options. Blank cells say nothing."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    shapes = Counter(map(shape_of, filled))
    shape, count = shapes.most_common(1)[0] if shapes else ("", 0)
    if filled and {cell.casefold() for cell in filled} <= _FLAGS:
        return "checkbox", {}
    if count >= MOST * len(filled):
        match shape:
            case "email":
                return "email", {}
            case "link":
                return "url", {}
            case "phone" if sum("+" in cell or "(" in cell for cell in filled) > len(filled) / 2:
                return "phone", {}
            case "date":
                return ("datetime" if all(":" in cell for cell in filled) else "date"), {}
            case "number" | "amount":
                return _type_of_numbers(filled)
    return _type_of_words(filled)


def dates_of(cells: Iterable[str]) -> tuple[Dates | None, str]:
    """The order of day, month and year that the cells have, and an example that leaves it open, if all of them do."""
    votes: Counter[str] = Counter()
    example = ""
    for cell in filter(None, map(str.strip, cells)):
        way = day_or_month_first(cell)
        votes[way] += 1
        if way == "either":
            example = example or cell
    if votes["dmy"] or votes["mdy"]:
        return ("dmy" if votes["dmy"] >= votes["mdy"] else "mdy"), ""
    return None, example


def are_serials(cells: Iterable[str]) -> bool:
    """Whether the days are counted as Excel does, between 1927 and 2173."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(re.fullmatch(r"[1-9]\d{4}(\.\d+)?", cell) for cell in filled)


def are_countries(cells: Iterable[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and sum(country_code(cell) is not None for cell in filled) >= MOST * len(filled)


def region_of(phones: Iterable[str], countries: Iterable[str]) -> str | None:
    """The country that most records of the file are in, by their addresses, else by their international numbers."""
    named = Counter(code for cell in countries if (code := country_code(cell)))
    if named:
        return _supported(named.most_common(1)[0][0])
    dialled: Counter[str] = Counter()
    for cell in phones:
        if cell.strip().startswith("+"):
            try:
                number = phonenumbers.parse(cell, None)
            except phonenumbers.NumberParseException:
                continue
            dialled[phonenumbers.region_code_for_number(number) or ""] += 1
    del dialled[""]
    return _supported(dialled.most_common(1)[0][0]) if dialled else None


def _supported(region: str) -> str | None:
    return region if region in phonenumbers.SUPPORTED_REGIONS else None


def _type_of_numbers(filled: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Numbers that begin with 0, or are longer than any that is reckoned with, are names of something."""
    decimal = decimal_of(filled)
    if any(re.match(r"0\d", cell) for cell in filled):
        return "text", {}
    found = [read_number(cell.rstrip("% "), decimal) for cell in filled]
    numbers = [one for one in found if one]
    if len(numbers) < len(filled) * MOST or any(abs(number) > MAX_NUMBER for number, _ in numbers):
        return "text", {}
    certain = Counter(currencies[0] for _, currencies in numbers if currencies)
    if certain:
        return "currency", {"currency": certain.most_common(1)[0][0]}
    if all(cell.endswith("%") for cell in filled) and all(0 <= number <= 100 for number, _ in numbers):
        return "percent", {"decimals": 2}
    places = max(-int(number.as_tuple().exponent) for number, _ in numbers)
    return "number", {"decimals": min(MAX_DECIMALS, max(0, places))}


def _type_of_words(filled: Sequence[str]) -> tuple[str, dict[str, Any]]:
    if any(len(cell) > MAX_LINE or "\n" in cell for cell in filled):
        return "long_text", {}
    if filled and sum(read_moment(cell, None) is not None for cell in filled) >= MOST * len(filled):
        return "date", {}
    several = sum(";" in cell for cell in filled)
    if several > len(filled) / 4 and all(len(cell) < 200 for cell in filled):
        return "tags", {}
    words = list(dict.fromkeys(filled))
    if len(filled) >= FEWEST_FOR_CHOICES and len(words) <= MOST_CHOICES and max(map(len, words)) <= 60:
        return "dropdown", {"choices": words, "open": True}
    return "text", {}
