"""The traces a person leaves in text: addresses, phone numbers and names in every usual way of writing them.

Each trace comes in two forms: a pattern for LIKE, with which the database finds rows that may hold it, and a regular
expression that decides, and by which it is taken out.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import idna
import phonenumbers

from app.records.search.folding import is_spaceless

MARK = "[erased]"
"""Stands where a name, an address or a number was."""
SHORTEST_PHONE = 6
"""Digits: fewer are found in too many other numbers."""

_BREAK = r"[\s().,/\-\u00a0\u2010-\u2015]{0,3}"
_AT = r"(?:@|%40|&#0*64;|&commat;)"
_GMAIL_DOMAINS = ("gmail.com", "googlemail.com")


@dataclass(frozen=True)
class Traces:
    """`keys` are `email_key`s, `phones` as stored in fields, `names` full names, `words` parts of names that are looked
    for on their own, `texts` anything else that is the person's (links, streets)."""

    keys: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @cached_property
    def likes(self) -> list[str]:
        """Patterns for a LIKE that knows no case: what `clean` changes matches one of them."""
        addresses = (pattern for key in self.keys for pattern in _address_likes(key))
        words = (pattern for name in self.names for pattern in _name_likes(name))
        singles = (f"%{_loose(word)}%" for word in (*self.words, *self.texts))
        phones = ("%" + "%".join(number[-SHORTEST_PHONE:]) + "%" for number in self._national)
        return list(dict.fromkeys([*addresses, *words, *singles, *phones]))

    def clean(self, value: Any) -> Any:
        """A text or JSON value with MARK in the place of each trace."""
        if isinstance(value, str):
            return self._expression.sub(MARK, value) if self._expression else value
        if isinstance(value, list):
            return [self.clean(item) for item in value]
        if isinstance(value, dict):
            return {self.clean(key): self.clean(item) for key, item in value.items()}
        if isinstance(value, int) and not isinstance(value, bool) and self.clean(str(value)) == MARK:
            return None
        return value

    def are_in(self, value: Any) -> bool:
        return bool(self.clean(value) != value)

    @cached_property
    def _national(self) -> list[str]:
        return [digits for _, digits in map(_split_phone, self.phones) if len(digits) >= SHORTEST_PHONE]

    @cached_property
    def _expression(self) -> re.Pattern[str] | None:
        patterns = [
            *map(_address_pattern, self.keys),
            *(_phone_pattern(*_split_phone(number)) for number in self.phones if _split_phone(number)[1]),
            *(pattern for name in sorted(self.names, key=len, reverse=True) for pattern in _name_patterns(name)),
            *(_bounded(re.escape(text), text) for text in (*self.texts, *self.words)),
        ]
        whole = "|".join(pattern for pattern in patterns if pattern)
        return re.compile(whole, re.IGNORECASE) if whole else None


def _address_pattern(key: str) -> str:
    """Every spelling of an address that `email_key` makes one: with a tag, in Gmail's case with dots anywhere."""
    local, _, domain = key.rpartition("@")
    dotted = domain == "gmail.com"
    name = r"\.?".join(map(re.escape, local)) if dotted else re.escape(local)
    hosts = _GMAIL_DOMAINS if dotted else {domain, _readable_host(domain)}
    tag = r"(?:(?:\+|%2b)[\w.+%-]*)?"
    return rf"(?<![\w.+-]){name}{tag}{_AT}(?:{'|'.join(map(re.escape, sorted(hosts)))})(?![\w-])"


def _address_likes(key: str) -> list[str]:
    local, _, domain = key.rpartition("@")
    if domain == "gmail.com":
        return [f"%{'%'.join(local)}%mail.com%"]
    return [f"%{_loose(local)}%{_loose(host)}%" for host in {domain, _readable_host(domain)}]


def _readable_host(domain: str) -> str:
    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


def _split_phone(number: str) -> tuple[str, str]:
    """Country code and national digits; no code for a number that is not international."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return "", re.sub(r"\D", "", number).lstrip("0")
    return str(parsed.country_code), str(parsed.national_number)


def _phone_pattern(code: str, digits: str) -> str:
    if len(digits) < SHORTEST_PHONE:
        return ""
    national = _BREAK.join(digits)
    country = rf"(?:(?:\+|00)?{_BREAK.join(code)}{_BREAK}(?:\(?0\)?{_BREAK})?)?" if code else ""
    return rf"(?<![^\W_]){country}0?{_BREAK}{national}(?![^\W_])"


def _name_patterns(name: str) -> Iterator[str]:
    """The name in both orders, with and without its accents, its words joined by whatever joins words."""
    for spelling in {name, _plain(name)}:
        words = spelling.split()
        for order in {tuple(words), (*words[-1:], *words[:-1])}:
            yield _bounded(r"[\s,._+\-]{1,3}".join(map(re.escape, order)), order[0] + order[-1])


def _name_likes(name: str) -> Iterator[str]:
    for spelling in {name, _plain(name)}:
        words = [_loose(word) for word in spelling.split()]
        yield "%" + "%".join(words) + "%"
        yield "%" + "%".join([*words[-1:], *words[:-1]]) + "%"


def _bounded(pattern: str, text: str) -> str:
    """Not within a longer word, where the script tells words apart."""
    before = "" if is_spaceless(text[:1]) or not text[:1].isalnum() else r"(?<![^\W_])"
    after = "" if is_spaceless(text[-1:]) or not text[-1:].isalnum() else r"(?![^\W_])"
    return f"{before}{pattern}{after}"


def _loose(text: str) -> str:
    """For LIKE: whatever the database may know no cases of, or may keep in another form, may be anything."""
    return "".join(c if c.isascii() and c not in '%_\\"' else "%" for c in text)


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def parts_of(names: Iterable[str]) -> list[str]:
    """The words of names that are long enough to be looked for on their own."""
    spelt = (word for name in names for spelling in (name, _plain(name)) for word in spelling.split())
    words = {word.strip(".,;:'\"()") for word in spelt}
    return sorted(word for word in words if len(word) >= (1 if is_spaceless(word) else 3))
