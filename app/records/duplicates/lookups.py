"""Records with a key in common, from the index of keys, as far as a viewer may see them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, select
from sqlmodel import col

from app.core.bulk import sieve
from app.core.hot import Listed, Reader
from app.records.duplicates.alike import KIND, PEOPLE, company_key, person_key
from app.records.duplicates.companies import company_words
from app.records.duplicates.people import person_name
from app.records.keys import MAX_KEY_LENGTH, domain_of, email_key
from app.records.search.spelling import words_like
from app.workspaces.access import ScopedQuery, Viewer
from models import FieldDef, Record, RecordKey

AT_MOST = 60
"""Records with keys of one kind that are compared: where more share one, it tells little."""
SPELLINGS = 100
"""Ways to spell a name that are looked up."""

Keys = dict[str, set[str]]
"""Values by kind of key."""


class Candidate(NamedTuple):
    id: str
    folder_id: str
    name: str
    company_id: str | None
    data: dict[str, Any]


def keys_by_values(fields: Sequence[FieldDef], data: Mapping[str, Any]) -> Keys:
    """The keys of addresses, phone numbers and domains."""
    keys: Keys = {}
    for field in fields:
        value = data.get(field.key)
        if value and field.type in _KEYS:
            found = {_KEYS[field.type](one) for one in (value if isinstance(value, list) else [value])}
            keys.setdefault(field.type, set()).update(found - {""})
    return keys


def keys_by_name(reader: Reader, *, workspace_id: str, kind: str, name: str) -> Keys:
    """The keys of all ways to spell a name that occur in the workspace: a letter wrong, missing, too many, swapped."""
    words = _words(kind, name)
    if not words:
        return {}
    near = words_like(reader, workspace_id=workspace_id, words=words)
    spelt = ([word, *sorted(others)] for word, others in zip(words, near, strict=True))
    ways = islice(product(*spelt), SPELLINGS)
    return {KIND: {person_key(*way) if kind in PEOPLE else company_key(way) for way in ways} - {""}}


def candidates(reader: Reader, viewer: Viewer, *, folder_ids: Sequence[str], keys: Keys) -> Iterator[Candidate]:
    """Those with any of the keys, in these folders; what is archived is left out. Some come twice."""
    folders = reader.listed(folder_ids)
    for kind, values in keys.items():
        if values:
            wanted = reader.listed(sorted(values))
            rows = _with_keys()(reader, viewer, kind=kind, values=wanted, folders=folders, most=AT_MOST)
            yield from (Candidate(*row) for row in rows)


def _words(kind: str, name: str) -> tuple[str, ...]:
    """Those that the key of a name is made of."""
    if kind in PEOPLE:
        given, family, _ = person_name(name)
        return (given, family) if family else ()
    return company_words(name) if kind == "company" else ()


_KEYS: dict[str, Callable[[str], str]] = {
    "email": email_key,
    "phone": lambda number: number[:MAX_KEY_LENGTH],
    "domain": domain_of,
}


@lru_cache(maxsize=1)
def _with_keys() -> ScopedQuery:
    key = RecordKey
    keyed = (
        select(col(key.record_id))
        .where(col(key.workspace_id) == bindparam("viewer_workspace", type_=String))
        .where(col(key.kind) == bindparam("kind", type_=String), Listed(col(key.value), "values"))
        .limit(bindparam("most"))
        .subquery()
    )
    columns = col(Record.id), col(Record.folder_id), col(Record.name), col(Record.company_id), col(Record.data)
    found = select(*columns).join(keyed, keyed.c.record_id == col(Record.id))
    found = found.where(Listed(col(Record.folder_id), "folders"), col(Record.archived_at).is_(None))
    return ScopedQuery(lambda see: found.where(sieve(see(Record))))
