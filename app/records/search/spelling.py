"""Names that are spelt almost right: one letter wrong, missing, too many, or two swapped.

Two words that are one such slip apart become equal when each loses at most one letter. So every word of a name is kept
under all spellings with one letter left out, and a slip is found by a few look-ups of equal texts, whatever the number
of names.
"""

from collections.abc import Collection, Sequence
from typing import Any

from rapidfuzz.distance import OSA
from sqlalchemy import String, bindparam, select
from sqlmodel import Session, col

from app.core.bulk import insert_rows
from app.core.hot import HotQuery, Listed, Reader, reader_of
from app.records.search.folding import is_spaceless
from models import SearchSpelling

SHORTEST, LONGEST = 4, 24
"""Letters of words that are corrected: shorter ones are a slip away from too many others."""


def learn_words(session: Session, *, workspace_id: str, words: Collection[str]) -> None:
    """Make these words of names known, so that slips in them are forgiven."""
    candidates = {word for word in words if is_forgiving(word)}
    if not candidates:
        return
    reader = reader_of(session)
    known = {row[0] for row in _KNOWN(reader, workspace=workspace_id, words=reader.listed(candidates))}
    new = sorted(candidates - known)
    rows = [
        {"workspace_id": workspace_id, "spelling": spelling, "word": word}
        for word in new
        for spelling in sorted(spellings(word))
    ]
    insert_rows(session, SearchSpelling, rows)


def words_like(reader: Reader, *, workspace_id: str, words: Sequence[str]) -> list[set[str]]:
    """For each of these words, the words of names in the workspace that are one slip away from it. One statement."""
    forgiving = [word for word in words if is_forgiving(word)]
    if not forgiving:
        return [set() for _ in words]
    wanted = reader.listed(set().union(*map(spellings, forgiving)))
    near = {row[0] for row in _LIKE(reader, workspace=workspace_id, words=wanted)}
    return [{other for other in near if is_forgiving(word) and _is_slip(word, other)} for word in words]


def _is_slip(word: str, other: str) -> bool:
    return bool(OSA.distance(word, other, score_cutoff=1) == 1)


_spelt: Any = select(col(SearchSpelling.word)).where(
    col(SearchSpelling.workspace_id) == bindparam("workspace", type_=String),
    Listed(col(SearchSpelling.spelling), "words"),
)
_LIKE = HotQuery(_spelt.distinct())
_KNOWN = HotQuery(_spelt.where(col(SearchSpelling.word) == col(SearchSpelling.spelling)))


def is_forgiving(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isalpha() and not is_spaceless(word)


def spellings(word: str) -> set[str]:
    """The word, and all that is left of it when one letter is."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
