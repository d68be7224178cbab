"""Lists of words that are kept as text files beside the code that knows what they mean."""

from pathlib import Path


def words_in(path: Path) -> frozenset[str]:
    """Words separated by white space; lines that begin with # are remarks."""
    lines = path.read_text(encoding="ascii").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
