"""Names of people: which word is whose, and which short forms belong to which name."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from app.records.duplicates.words import sound, words_in

_TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame herr frau hr fr dipl ing med phd mba md jr sr ii iii iv esq "
    "senor senora don dona monsieur madame mme mlle pan pani san sama".split()
)
_PARTICLES = frozenset("von van de der den del della di da dos das du la le el al bin ibn ben zu zur ter ten".split())


_LITTLE_WORDS = _TITLES | _PARTICLES


class PersonName(NamedTuple):
    """Given and family name as single words, empty where there is none, and all words of the name in order."""

    given: str
    family: str
    words: tuple[str, ...]


@lru_cache(maxsize=65536)
def person_name(name: str) -> PersonName:
    """`Dr. Anna Maria von Berg` -> given `anna`, family `berg`; so does `Berg, Anna`. A single word is given."""
    last, comma, first = name.partition(",")
    if comma and "," not in first:
        name = f"{first} {last}"
    words = words_in(name)
    if len(words) == 2 and _LITTLE_WORDS.isdisjoint(words):
        return PersonName(words[0], words[1], (words[0], words[1]))
    words = [word for word in words if word not in _TITLES] or words
    core = [word for word in words if word not in _PARTICLES]
    core = core if len(core) > 1 else words
    return PersonName(core[0] if core else "", core[-1] if len(core) > 1 else "", tuple(words))


@lru_cache(maxsize=65536)
def heard(word: str) -> str:
    """The sound of a word of a name, with short forms as the name that they stand for."""
    return sound(formal(word))


def formal(given: str) -> str:
    """The name that stands for all short forms of a given name: `bob` and `rob` are `robert`."""
    return _FORMAL.get(given, given)


def _read_nicknames() -> dict[str, str]:
    """A short form of several names leads to the first of them, and so do all that share one."""
    leads: dict[str, str] = {}
    for line in (Path(__file__).parent / "nicknames.txt").read_text(encoding="utf-8").splitlines():
        name, _, short = line.partition(":")
        if short:
            for one in (name, *short.split()):
                leads.setdefault(one, name)
    return leads


_FORMAL = _read_nicknames()
