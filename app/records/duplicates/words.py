"""Words of names in one alphabet and one spelling, so that what sounds the same is the same text."""

import re
from functools import lru_cache

from anyascii import anyascii

from app.records.search.folding import fold

MAX_NAME = 200
"""Characters of a name that are looked at."""

_MARKS = frozenset(".'`")
"""What may stand within a word."""
_word = re.compile(r"[a-z0-9]+")
_initials = re.compile(r"\b(?:\w\.){2,}")
_apart = re.compile(r"(?<=[^\W\d_])['’`´](?=[^\W\d_])")
_spaceless = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
_DIGRAPHS = (("sch", "s"), ("tch", "c"), ("sh", "s"), ("ch", "c"), ("ph", "f"), ("th", "t"), ("kh", "h"), ("zh", "z"))
_LETTERS = str.maketrans({"q": "k", "c": "k", "z": "s", "d": "t", "v": "f", "w": "f", "p": "b", "x": "ks", "j": "y"})
_repeated = re.compile(r"(.)\1+")
_vowels = re.compile("[aeiouyh]")


def words_in(text: str) -> list[str]:
    """The words of a name in ASCII, in order: `Иванова, Мария` -> `["ivanova", "mariya"]`; `S.A.` is one word.

    Chinese and Korean names are written without spaces: the first character is a word, the others are one.
    """
    if text.isascii() and text.isalpha():
        return [text.lower()[:MAX_NAME]]
    if text.isascii() and not _MARKS.intersection(text):
        return _word.findall(text[:MAX_NAME].lower())
    plain = _initials.sub(_without_dots, _apart.sub("", text[:MAX_NAME]))
    if not plain.isascii():
        plain = anyascii(fold(_spaceless.sub(_family_and_given, plain)))
    return _word.findall(plain.lower())


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """What is left of an ASCII word that is heard rather than read: `schmidt` and `smith` are `smt`.

    Vowels count at the beginning only, doubled letters once, and letters that languages confuse are one.
    """
    heard = word
    for pair, single in _DIGRAPHS:
        heard = heard.replace(pair, single)
    heard = _repeated.sub(r"\1", heard.translate(_LETTERS))
    first, rest = heard[:1], _vowels.sub("", heard[1:])
    return _repeated.sub(r"\1", ("a" if first in "aeiouy" else first) + rest)


def _without_dots(found: re.Match[str]) -> str:
    return found[0].replace(".", "")


def _family_and_given(found: re.Match[str]) -> str:
    return f" {found[0][:1]} {found[0][1:]} "
