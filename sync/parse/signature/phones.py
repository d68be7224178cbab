"""Phone numbers as people write them under a mail."""

import re
from collections.abc import Iterator, Sequence

import phonenumbers

from sync.parse.signature.marks import FAX, NOT_A_PHONE, NUMBER, OTHER_NUMBER

_LABEL = 12
_FAX_AFTER = re.compile(rf"\s*(?:\(\s*(?:{FAX.pattern})|(?:{FAX.pattern})(?=\s+\w|\s*$))", re.IGNORECASE)

FEWEST_DIGITS = 9
MOST_DIGITS = 15
"""ITU-T E.164, section 6."""


def phones_in(lines: Sequence[str]) -> list[str]:
    """Numbers other than those of fax machines; E.164 where the country is told, else as written."""
    said = [line for line, above in zip(lines, ["", *lines], strict=False) if not _is_fax_alone(above)]
    return list(dict.fromkeys(number for line in said if not OTHER_NUMBER.search(line) for number in _numbers(line)))


def _numbers(line: str) -> Iterator[str]:
    found = list(NUMBER.finditer(line))
    ends = [0, *(match.end() for match in found)]
    starts = [*(match.start() for match in found), len(line)]
    for position, match in enumerate(found):
        before, after = line[ends[position] : match.start()], line[match.end() : starts[position + 1]]
        after = after if position + 1 == len(found) else after.rpartition("  ")[0] or after.partition("|")[0]
        text = match.group().strip()
        digits = sum(map(str.isdigit, text))
        if FEWEST_DIGITS <= digits <= MOST_DIGITS and not NOT_A_PHONE.fullmatch(text) and not _is_fax(before, after):
            yield _written(text)


def _is_fax_alone(line: str) -> bool:
    """A label that stands above its number."""
    return FAX.fullmatch(line.strip(" \t:.*")) is not None


def _is_fax(before: str, after: str) -> bool:
    """The label stands before the number, or right after it: `Fax: 555 0100`, `555 0100 (fax)`."""
    return FAX.search(before[before.rfind("|") + 1 :][-_LABEL:]) is not None or _FAX_AFTER.match(after) is not None


def _written(text: str) -> str:
    if text.count("(") != text.count(")"):
        text = text.replace("(", "").replace(")", "")
    if not text.startswith("+"):
        return text
    try:
        number = phonenumbers.parse(text.replace("(0)", ""), None)
    except phonenumbers.NumberParseException:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
