"""From text in any script to the words it is found by: without case, accents, width and punctuation.

Scripts that are written without spaces (Chinese, Japanese, Korean, Thai, …) have no words to tell apart: there, each
pair of neighbouring characters is a word, and so is the last character, so that any part of such a text is found.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_WORD = 40
"""Longer ones are cut: nobody types them, and they do not fit an index."""

_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai and Lao, Myanmar, Khmer, kana and bopomofo, Han, Hangul."""
_ACCENTS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
"""Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel signs and the stroke that lengthens a word."""
_PLAIN = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
_PLAIN |= {"ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي"} | {chr(kana): chr(kana - 0x60) for kana in range(0x30A1, 0x30F7)}
"""Letters that are told apart in writing, but seldom in a search; katakana are looked up as hiragana."""
_MARKS = "".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c) in ("Mn", "Mc"))

_plain = str.maketrans(_PLAIN)
_accents = re.compile(f"[{_ACCENTS}]")
_ascii_words = re.compile("[a-z0-9]+")
_cluster = re.compile(f"(?s:.)[{_MARKS}]*")
_pieces = re.compile(f"([{_SPACELESS}]+)|(?:[^\\W_{_SPACELESS}]|[{_MARKS}])+")


@dataclass(frozen=True, slots=True)
class Place:
    """A word, and where it stands in the text it was read from."""

    word: str
    start: int
    end: int


def fold(text: str) -> str:
    """The text as it is compared: `Müller` and `MULLER` are one."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    bare = _accents.sub("", unicodedata.normalize("NFKD", lowered.casefold()))
    return unicodedata.normalize("NFC", bare).translate(_plain)


def words_of(text: str) -> list[str]:
    """The words of a text, in order."""
    folded = fold(text)
    if folded.isascii():
        return [word[:MAX_WORD] for word in _ascii_words.findall(folded)]
    return [place.word for place in _places(folded)]


def places_of(text: str) -> list[Place]:
    """The words of a text with their offsets in it, in characters."""
    if text.isascii():
        found = _ascii_words.finditer(text.lower())
        return [Place(word[0][:MAX_WORD], *word.span()) for word in found]
    folded, origin = [], []
    for offset, cluster in _clusters(text):
        piece = fold(cluster)
        folded.append(piece)
        origin += [(offset, offset + len(cluster))] * len(piece)
    joined = "".join(folded)
    return [Place(place.word, origin[place.start][0], origin[place.end - 1][1]) for place in _places(joined)]


def is_spaceless(word: str) -> bool:
    """Whether this is of a script without spaces, where a word is a pair of characters."""
    found = _pieces.match(word)
    return bool(found and found[1])


def _places(folded: str) -> Iterator[Place]:
    for found in _pieces.finditer(folded):
        start, end = found.span()
        if not found[1]:
            yield Place(found[0][:MAX_WORD], start, end)
            continue
        for at in range(start, end - 1):
            yield Place(folded[at : at + 2], at, at + 2)
        yield Place(folded[end - 1], end - 1, end)


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Each character together with the marks that follow it, and its offset."""
    for found in _cluster.finditer(text):
        yield found.start(), found[0]
