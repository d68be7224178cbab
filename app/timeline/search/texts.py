"""The text of timeline entries, in the full-text index of the database at hand.

Texts go in as words (see `app.records.search.folding`), joined by spaces, so that SQLite's FTS5 and PostgreSQL's
tsvector find the same in every script.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from app.core.database import unconfined
from app.core.hot import Reader, reader_of
from app.records.search.folding import words_of
from app.records.search.query import Query

MAX_WORDS = 5_000
"""Different words of one text that are kept."""


@dataclass(frozen=True, slots=True)
class EntryText:
    entry_id: str
    workspace_id: str
    text: str


def write_texts(session: Session, texts: Sequence[EntryText]) -> None:
    """Index entries; those that are indexed already, anew."""
    if not texts:
        return
    rows = [{"entry": one.entry_id, "workspace": one.workspace_id, "words": _words(one.text)} for one in texts]
    if _on_postgresql(session):
        session.connection().execute(_WRITE_POSTGRESQL, rows)
    else:
        drop_texts(session, [one.entry_id for one in texts])
        session.connection().execute(_WRITE_SQLITE, [row | {"words": " ".join(row["words"])} for row in rows])


def drop_texts(session: Session, entry_ids: Collection[str]) -> None:
    if not entry_ids:
        return
    if _on_postgresql(session):
        session.connection().execute(_DROP_POSTGRESQL, {"entries": list(entry_ids)})
    else:
        session.connection().execute(_DROP_SQLITE, [{"entry": f'entry_id : "{id}"'} for id in entry_ids])


def entries_with(session: Session, *, workspace_id: str, query: Query, batch: int) -> Iterator[list[str]]:
    """Ids of entries whose text has all words of the query, the last of them perhaps unfinished; in batches, those
    written last first. Whether a viewer may read them is the caller's to ask."""
    words = [word for term in query.terms for word in words_of(term.text)]
    if not words:
        return
    reader = reader_of(session)
    find, wanted, before = _statement(reader, words)
    while True:
        with unconfined(session):
            rows = reader.fetch(find, {"query": wanted, "workspace": workspace_id, "before": before, "limit": batch})
        if rows:
            yield [entry_id for entry_id, _ in rows]
        if len(rows) < batch:
            return
        before = rows[-1][1]


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(words_of(text)))[:MAX_WORDS]


def _statement(reader: Reader, words: Sequence[str]) -> tuple[str, str, Any]:
    """The statement, its full-text query, and a place after all others. Words need no more quoting than this."""
    if reader.dialect.name == "postgresql":
        return _FIND_POSTGRESQL, " & ".join(f"'{word}'" for word in words) + ":*", "~"
    return _FIND_SQLITE, "words : (" + " AND ".join(f'"{word}"' for word in words) + " *)", 2**63 - 1


def _on_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


_WRITE_SQLITE = text("INSERT INTO search_text (entry_id, words) VALUES (:entry, :words)")
_WRITE_POSTGRESQL = text(
    "INSERT INTO search_text (entry_id, workspace_id, words) "
    "VALUES (:entry, :workspace, array_to_tsvector(CAST(:words AS text[]))) "
    "ON CONFLICT (entry_id) DO UPDATE SET words = excluded.words"
)
_DROP_SQLITE = text("DELETE FROM search_text WHERE search_text MATCH :entry")
_DROP_POSTGRESQL = text("DELETE FROM search_text WHERE entry_id = ANY(:entries)")
_FIND_SQLITE = (
    "SELECT entry_id, rowid AS place FROM search_text WHERE search_text MATCH :query AND rowid < :before "
    "ORDER BY rowid DESC LIMIT :limit"
)
_FIND_POSTGRESQL = (
    "WITH found AS MATERIALIZED (SELECT entry_id FROM search_text WHERE words @@ CAST(%(query)s AS tsquery) "
    "AND workspace_id = %(workspace)s AND entry_id < %(before)s) "
    "SELECT entry_id, entry_id AS place FROM found ORDER BY entry_id DESC LIMIT %(limit)s"
)
"""Without MATERIALIZED, PostgreSQL takes rare words for common ones and walks through all entries in their order."""
