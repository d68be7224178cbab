"""The key of a field: made from its first name, for formulas, filters and programs to refer to for ever."""

import re
from collections.abc import Collection
from unicodedata import combining, normalize

MAX_KEY = 63
RESERVED = frozenset(
    "id workspace_id folder_id folder kind version created_at created_by updated_at archived archived_at deleted_at "
    "deleted_by data stage links stale territory_id probability_pinned me today now".split()
)
"""What records, their history and filters already mean something else by."""

_LATIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_APART = re.compile(r"[^a-z0-9]+")


def key_for(name: str, *, taken: Collection[str]) -> str:
    """`Größe (cm)` -> `grosse_cm`; a name in another script -> `field_12`, the first that is free.

    Matches `[a-z][a-z0-9_]{0,62}`, and is neither `taken` nor reserved.
    """
    plain = normalize("NFKD", name.lower().translate(_LATIN))
    slug = _APART.sub("_", "".join(c for c in plain if not combining(c))).strip("_")
    if not slug.strip("_0123456789"):
        return _numbered("field", taken, start=len(taken) + 1)
    if slug[0].isdigit():
        slug = f"n{slug}"
    slug = slug[:MAX_KEY].rstrip("_")
    return slug if _is_free(slug, taken) else _numbered(slug, taken, start=2)


def _numbered(stem: str, taken: Collection[str], *, start: int) -> str:
    count = start
    while not _is_free(key := f"{stem[: MAX_KEY - 5]}_{count}", taken):
        count += 1
    return key


def _is_free(key: str, taken: Collection[str]) -> bool:
    return key not in taken and key not in RESERVED
