"""What was typed into the search box, taken apart."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.records.search.folding import Place, is_spaceless, places_of, words_of
from app.records.search.words import BACKWARDS, WHOLE, digits_of, whole

MAX_LENGTH = 200
MAX_TERMS = 8
_PHONE = re.compile(r"[+(]?\d[\d\s().,/-]{3,}")


@dataclass(frozen=True, slots=True)
class Term:
    """Something that a record must have: a word that begins with `text`, or one of `corrected` as it stands."""

    text: str
    corrected: frozenset[str] = frozenset()

    def fits(self, word: str) -> bool:
        return word.startswith(self.text) or word in self.corrected


@dataclass(frozen=True, slots=True)
class Query:
    """`whole` is all of it as one word; `phone` are prefixes of what a phone number is found by."""

    whole: str
    terms: tuple[Term, ...]
    phone: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.terms

    def corrected(self, near: Iterable[Iterable[str]]) -> "Query":
        """The same with words that each term may also stand for."""
        pairs = zip(self.terms, near, strict=True)
        return replace(self, terms=tuple(replace(term, corrected=frozenset(words)) for term, words in pairs))

    def places_in(self, text: str) -> list[Place]:
        """The words of a text that made it match."""
        beginnings = [word for term in self.terms for word in words_of(term.text)]
        near = {word for term in self.terms for word in term.corrected}
        return [p for p in places_of(text) if p.word in near or any(p.word.startswith(word) for word in beginnings)]


def parse_query(text: str) -> Query:
    """The query that a text stands for; empty when there is nothing to look for in it."""
    cut = text.replace("\0", " ")[:MAX_LENGTH]
    terms = dict.fromkeys(term for chunk in cut.split() for term in _terms(chunk))
    return Query(whole(cut), tuple(Term(term) for term in list(terms)[:MAX_TERMS]), _phone(cut))


def _terms(chunk: str) -> list[str]:
    """An address stays whole. The last character of a spaceless run says nothing that the pair before it does not."""
    if "@" in chunk.strip("@"):
        return [whole(chunk)]
    words = words_of(chunk)
    pairs = zip(["", *words], words, strict=False)
    return [word for before, word in pairs if not (len(word) == 1 and before.endswith(word) and is_spaceless(word))]


def _phone(text: str) -> tuple[str, ...]:
    """Digits as they begin, and as they end whatever stands before: a country's code, or the 0 in its place."""
    if not _PHONE.fullmatch(text.strip()):
        return ()
    digits = digits_of(text)
    beginning, ending = digits.removeprefix("00"), digits.lstrip("0")
    return (WHOLE + beginning, BACKWARDS + ending[::-1]) if len(ending) >= 4 else ()
