"""What a cell looks like at first sight, without knowing its column."""

import re
from functools import lru_cache

_SHAPES = {
    "email": re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+"),
    "link": re.compile(r"(https?://|www\.)\S+", re.IGNORECASE),
    "number": re.compile(r"[+-]?\(?(?:\d+|\d{1,3}(?:[., '\u00a0\u202f]\d{3})+)(?:[.,]\d+)?\)?(?:[eE][+-]?\d+)?"),
    "amount": re.compile(
        r"[+-]?(?:[$€£¥₹₽₩]|[A-Z]{3})[ \u00a0]?-?\d[\d., '\u00a0]*|-?\d[\d., '\u00a0]*(?:[$€£¥₹₽₩]|[A-Z]{3}|%)"
    ),
    "date": re.compile(
        r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
        r"(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?"
        r"|\d{1,2}[. -]+[^\W\d_]{3,10}[., -]+\d{2,4}|[^\W\d_]{3,10}[. ]+\d{1,2},? \d{4}"
    ),
    "time": re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?"),
    "phone": re.compile(r"(?:\+|00)?\(?\d[\d ()./-]{5,24}\d"),
    "id": re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE),
}


@lru_cache(maxsize=4096)
def shape_of(cell: str) -> str:
    """`email`, `link`, `number`, `amount`, `date`, `time`, `phone` or `id`; empty for words and for nothing."""
    text = cell.strip()
    if not text or len(text) > 200:
        return ""
    return next((name for name, pattern in _SHAPES.items() if pattern.fullmatch(text)), "")
