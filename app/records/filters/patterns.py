"""Comparing text without regard to case, alike on every database and in every script.

What `lower()` does depends on the database and its locale, so the text that is looked for is spelt out as a regular
expression instead: `[aA][cC][mM][eE]`. Letters that fold to one and the same letter are equal (Unicode's simple case
folding: σ, ς and Σ; K and the Kelvin sign); ß and ss are not, nor are e and é.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import cache


def containing(text: str) -> str:
    """A regular expression for Python's `re` and PostgreSQL's, found in texts that contain this one."""
    return _spelt(text)


def starting_with(text: str) -> str:
    return rf"\A{_spelt(text)}"


def ending_with(text: str) -> str:
    return rf"{_spelt(text)}\Z"


def equal_to(texts: Iterable[str]) -> str:
    """For texts that are one of these."""
    return rf"\A(?:{'|'.join(map(_spelt, texts))})\Z"


def _spelt(text: str) -> str:
    return "".join(map(_any_case, text))


def _any_case(character: str) -> str:
    alike = _variants().get(_folded(character), character)
    if len(alike) > 1:
        return f"[{alike}]"
    return f"\\{character}" if character.isascii() and not character.isalnum() else character


def _folded(character: str) -> str:
    return next((form for form in (character.casefold(), character.lower()) if len(form) == 1), character)


@cache
def _variants() -> dict[str, str]:
    """The letters that have several forms, by the form they fold to."""
    forms: dict[str, str] = defaultdict(str)
    for character in map(chr, range(sys.maxunicode // 8)):
        folded = _folded(character)
        if folded != character:
            forms[folded] = (forms[folded] or folded) + character
    return forms
