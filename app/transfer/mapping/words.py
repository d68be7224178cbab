"""The meaning of headings, whatever the language: see `headings.txt`."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 6
"""Characters below which nothing is taken for misspelt: `state` is not `status`."""
_ASIDE = re.compile(r"\(.*?\)|\[.*?\]")


def plain(heading: str) -> str:
    """A heading without case, accents, spaces and signs: `E-Mail (geschäftlich)` -> `emailgeschaftlich`."""
    text = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(char for char in text if char.isalnum())


def target_of(heading: str, kind: str) -> str:
    """What a heading means in a folder of this kind, such as `email` or `name.first`; empty if that is not known.

    `Email 2` and `Telefon_3` are further ones of `Email` and `Telefon`, and `Amount (USD)` is an `Amount`. One
    letter in six may be wrong, missing or at the wrong place.
    """
    words = _words(kind)
    name, short = plain(heading), plain(_ASIDE.sub("", heading))
    for one in (name, short, re.sub(r"\d+$", "", name), re.sub(r"\d+$", "", short)):
        if found := words.get(one):
            return found
    if len(short) < SHORTEST:
        return ""
    near = process.extractOne(short, words.keys(), scorer=OSA.distance, score_cutoff=len(short) // SHORTEST)
    return words[near[0]] if near else ""


@cache
def _words(kind: str) -> dict[str, str]:
    """Targets by plain word: those of the kind before those of all."""
    own: dict[str, str] = {}
    general: dict[str, str] = {}
    here: dict[str, str] | None = None
    for line in Path(__file__).with_name("headings.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            kinds = line.strip("[]").split()
            here = general if "*" in kinds else own if kind in kinds else None
        elif here is not None:
            target, _, words = line.partition(": ")
            for word in words.split(", "):
                here.setdefault(plain(word), target)
    return general | own
