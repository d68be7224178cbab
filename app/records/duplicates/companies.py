"""Names of companies without their legal forms."""

from functools import lru_cache
from pathlib import Path

from app.records.duplicates.words import words_in

_FILLERS = frozenset({"and", "und", "et", "y", "e", "the", "of"})


@lru_cache(maxsize=65536)
def company_words(name: str) -> tuple[str, ...]:
    """What tells a company from others: `The Acme Tools GmbH & Co. KG` -> `("acme", "tools")`.

    A name that consists of nothing else keeps its words.
    """
    for form in _SPACELESS_FORMS:
        name = name.replace(form, " ")
    words = words_in(name)
    kept = [word for word in words if word not in _FILLERS] or words
    while len(kept) > 1 and kept[-1] in _FORMS:
        kept.pop()
    while len(kept) > 1 and kept[0] in _LEADING_FORMS:
        kept.pop(0)
    return tuple(kept)


def _read_forms() -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    lines = (Path(__file__).parent / "legal_forms.txt").read_text(encoding="utf-8").splitlines()
    kinds: dict[str, list[str]] = {"end": [], "start": [], "within": []}
    for line in lines:
        kind, _, forms = line.partition(":")
        if kind in kinds:
            kinds[kind] += forms.split()
    end = {word for form in kinds["end"] + kinds["start"] for word in words_in(form)}
    start = {word for form in kinds["start"] for word in words_in(form)}
    return frozenset(end), frozenset(start), tuple(sorted(kinds["within"], key=len, reverse=True))


_FORMS, _LEADING_FORMS, _SPACELESS_FORMS = _read_forms()
