"""Domains where anyone can have a mailbox: sharing one does not make two people colleagues."""

from functools import cache
from pathlib import Path

from app.core.words import words_in


def is_freemail(domain: str) -> bool:
    """Whether this domain or address is at a free-mail or internet provider, an alias service or a public list."""
    labels = domain.strip().strip("<>").lower().rpartition("@")[2].strip(".").split(".")
    return any(".".join(labels[start:]) in _domains() for start in range(len(labels)))


@cache
def _domains() -> frozenset[str]:
    return words_in(Path(__file__).with_name("freemail.txt"))
